import { z } from "zod";
import { EXIT, Failure } from "../failure";
import { documentText, readDocument } from "./document";
import type { AccessKind } from "./kind";

const context = z.looseObject({ ca: z.string() });

/** What is read of a cluster's own talosconfig: talosctl's Config (pkg/machinery/client/config). */
const OWN = z.object({ context: z.string(), contexts: z.record(z.string(), context) });

/**
 * talosctl's configuration: the context has the cluster's name. talosctl's own merge would call it `<name>-1` the second time, and make
 * it the current one.
 */
export const talosconfig: AccessKind = {
  output: "talosconfig",
  variable: "TALOSCONFIG",
  folder: ".talos",

  merged(text, file, { name, content }, isCurrent) {
    const document = readDocument(text, file);
    const own = OWN.safeParse(readDocument(content, "the stack's talosconfig").toJS());
    const wanted = own.success ? own.data.contexts[own.data.context] : undefined;
    if (!wanted)
      throw new Failure("invalid-output", "the stack's talosconfig is none: lab refresh has it read again", EXIT.failed);
    const before = contextOf(document.toJS(), name);
    if (before !== undefined && before.ca !== wanted.ca) {
      const remedy = "--remove takes it out; otherwise rename it, or choose another file with --file";
      throw new Failure(
        "name-taken",
        `${file} is left as it is: it has another cluster of the name ${name} already; ${remedy}`,
        EXIT.failed,
      );
    }
    if (document.get("context") === undefined) document.set("context", "");
    document.setIn(["contexts", name], document.createNode(wanted));
    if (isCurrent) document.set("context", name);
    return documentText(document, file);
  },

  removed(text, file, name) {
    const document = readDocument(text, file);
    if (contextOf(document.toJS(), name) === undefined) return text;
    document.deleteIn(["contexts", name]);
    if (document.get("context") === name) document.set("context", "");
    return documentText(document, file);
  },
};

function contextOf(document: unknown, name: string): { readonly ca?: unknown } | undefined {
  const { contexts } = (document ?? {}) as { contexts?: unknown };
  if (contexts === null || typeof contexts !== "object" || !Object.hasOwn(contexts, name)) return undefined;
  return (contexts as Record<string, { ca?: unknown } | null>)[name] ?? {};
}
