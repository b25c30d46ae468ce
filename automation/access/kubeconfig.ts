import { isDeepStrictEqual } from "node:util";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { z } from "zod";
import { invalidOutput, readOutput } from "./document";
import type { AccessKind } from "./kind";

/** What is read of a cluster's own kubeconfig. */
const OWN = z.object({
  clusters: z.tuple([z.object({ cluster: z.looseObject({ server: z.string(), "certificate-authority-data": z.string() }) })]),
  users: z.tuple([z.object({ user: z.looseObject({}) })]),
});

/** By this an entry is known to be put there by this program (kubeconfig's `extensions` are for such notes). */
const MARK = "proxmox-talos";

const EXTENSIONS = z.array(z.looseObject({ name: z.string(), extension: z.unknown() }));

/** What kubectl takes (client-go tools/clientcmd/api/v1): it refuses a file with two entries of one name, and names that are none. */
const SHAPE = z.looseObject({
  apiVersion: z.literal(["v1", ""], "v1").nullish(),
  kind: z.literal(["Config", ""], "Config").nullish(),
  clusters: entries("cluster"),
  users: entries("user"),
  contexts: entries("context"),
  "current-context": z.string("a text").nullish(),
});

function entries(field: string): z.ZodType {
  const entry = z.looseObject({ name: z.string("a text"), [field]: z.looseObject({}, "a map").nullish() }, "a map with a name");
  return z
    .array(entry, "a list")
    .nullish()
    .superRefine((list, context) => {
      const names = (list ?? []).map((each) => each["name"] as string);
      for (const [index, name] of names.entries()) {
        if (names.indexOf(name) === index) continue;
        context.addIssue({
          code: "custom",
          path: [index],
          message: `is the second of the name ${name}: kubectl reads no such file`,
        });
      }
    });
}

/** kubectl's configuration: cluster, user and context have the cluster's name. */
export const kubeconfig: AccessKind = {
  output: "kubeconfig",
  shape: SHAPE,
  sections: [
    { key: "clusters", field: "cluster" },
    { key: "users", field: "user" },
    { key: "contexts", field: "context" },
  ],
  current: "current-context",
  takesOut: "kubectl config delete-cluster, delete-user and delete-context",
  header: { apiVersion: "v1", kind: "Config" },

  // client-go tools/clientcmd/config.go, PathOptions.GetDefaultFilename.
  files({ KUBECONFIG = "" }, exists) {
    const named = [...new Set(KUBECONFIG.split(delimiter).filter((each) => each !== ""))];
    const all = named.length > 0 ? named : [join(homedir(), ".kube", "config")];
    return { all, target: all.find(exists) ?? all.at(-1) ?? "" };
  },

  entries(content, name) {
    const own = OWN.safeParse(readOutput(content, "kubeconfig").data);
    if (!own.success) throw invalidOutput("kubeconfig");
    const [{ cluster }] = own.data.clusters;
    const [{ user }] = own.data.users;
    return { clusters: cluster, users: user, contexts: { cluster: name, user: name } };
  },

  note: (name) => ({ extensions: [{ name: MARK, extension: { cluster: name } }] }),

  relation({ key }, found, own, name) {
    const wanted = own[key] ?? {};
    if (!this.isOurs(found, name)) return includes(found, wanted) ? "same" : "another";
    if (key === "clusters")
      return found["certificate-authority-data"] === wanted["certificate-authority-data"] ? "ours" : "rebuilt";
    return key === "contexts" && found["cluster"] !== name ? "another" : "ours";
  },

  isOurs({ extensions }, name) {
    const notes = EXTENSIONS.safeParse(extensions).data ?? [];
    return notes.some((note) => note.name === MARK && isDeepStrictEqual(note.extension, { cluster: name }));
  },
};

function includes(found: Readonly<Record<string, unknown>>, wanted: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(wanted).every(([key, value]) => isDeepStrictEqual(found[key], value));
}
