import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { z } from "zod";
import { invalidOutput, readOutput } from "./document";
import type { AccessKind } from "./kind";

/** What is read of a cluster's own talosconfig: talosctl's Config (pkg/machinery/client/config). */
const OWN = z.object({ context: z.string(), contexts: z.record(z.string(), z.looseObject({ ca: z.string() })) });

/** What talosctl takes; it breaks down on a context without anything. */
const SHAPE = z.looseObject({
  apiVersion: z.undefined("left out: it is another program's").optional(),
  kind: z.undefined("left out: it is another program's").optional(),
  context: z.string("a text").nullish(),
  contexts: z.record(z.string(), z.looseObject({}, "a map"), "a map").nullish(),
});

/**
 * talosctl's configuration: the context has the cluster's name. talosctl's own merge would call it `<name>-1` the second time, and make
 * it the current one.
 */
export const talosconfig: AccessKind = {
  output: "talosconfig",
  shape: SHAPE,
  sections: [{ key: "contexts" }],
  current: "context",
  takesOut: "talosctl config remove",
  header: { context: "" },

  // pkg/machinery/client/config/path.go: the first that is there, and a pod's own is never written.
  files({ TALOSCONFIG = "", TALOS_HOME = "" }, exists) {
    const usual = join(isAbsolute(TALOS_HOME) ? TALOS_HOME : join(homedir(), ".talos"), "config");
    const writable = [...(TALOSCONFIG === "" ? [] : [TALOSCONFIG]), usual];
    const target = writable.find(exists) ?? writable[0] ?? usual;
    return { all: [target], target };
  },

  entries(content) {
    const own = OWN.safeParse(readOutput(content, "talosconfig").data);
    const context = own.success ? own.data.contexts[own.data.context] : undefined;
    if (!context) throw invalidOutput("talosconfig");
    return { contexts: context };
  },

  relation(_section, { ca }, { contexts }) {
    if (ca === contexts?.["ca"]) return "ours";
    return typeof ca === "string" ? "rebuilt" : "another";
  },

  // There is no place for one in it: talosctl writes only what it knows.
  note: () => ({}),
  isOurs: () => true,
};
