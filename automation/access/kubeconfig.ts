import type { Document } from "yaml";
import { z } from "zod";
import { EXIT, Failure } from "../failure";
import { documentText, dropEntry, entryOf, putEntry, readDocument } from "./document";
import type { AccessKind } from "./kind";

/** What is read of a cluster's own kubeconfig. */
const OWN = z.object({
  clusters: z.tuple([z.object({ cluster: z.looseObject({ server: z.string(), "certificate-authority-data": z.string() }) })]),
  users: z.tuple([z.object({ user: z.looseObject({}) })]),
});

/** By this an entry is known to be put there by this program (kubeconfig's `extensions` are for such notes). */
const MARK = "proxmox-talos";

/** kubectl's configuration: cluster, user and context have the cluster's name. */
export const kubeconfig: AccessKind = {
  output: "kubeconfig",
  variable: "KUBECONFIG",
  folder: ".kube",

  merged(text, file, { name, content }, isCurrent) {
    const document = readDocument(text, file);
    const own = OWN.safeParse(readDocument(content, "the stack's kubeconfig").toJS());
    if (!own.success)
      throw new Failure("invalid-output", "the stack's kubeconfig is none: lab refresh has it read again", EXIT.failed);
    const [{ cluster }] = own.data.clusters;
    const [{ user }] = own.data.users;
    refuseOthers(document, file, name, cluster["certificate-authority-data"]);
    if (document.contents === null) {
      document.set("apiVersion", "v1");
      document.set("kind", "Config");
    }
    const extensions = [{ name: MARK, extension: { cluster: name } }];
    putEntry(document, "clusters", { name, ...{ cluster: { ...cluster, extensions } } });
    putEntry(document, "users", { name, ...{ user } });
    putEntry(document, "contexts", { name, ...{ context: { cluster: name, user: name } } });
    if (isCurrent) document.set("current-context", name);
    return documentText(document, file);
  },

  removed(text, file, name) {
    const document = readDocument(text, file);
    const cluster = entryOf(document, "clusters", name);
    if (!cluster) return text;
    if (!isMarked(cluster)) {
      const why = `${file} has a cluster ${name} that lab kubeconfig --merge did not put there`;
      throw new Failure(
        "foreign-entry",
        `${why}; kubectl config delete-cluster, delete-user and delete-context take it out`,
        EXIT.failed,
      );
    }
    for (const list of ["clusters", "users", "contexts"]) dropEntry(document, list, name);
    if (document.get("current-context") === name) document.set("current-context", "");
    return documentText(document, file);
  },
};

/** An entry of this name must be the same cluster's: another one's credentials would be lost, and its users led elsewhere. */
function refuseOthers(document: Document, file: string, name: string, authority: string): void {
  const cluster = entryOf(document, "clusters", name)?.["cluster"] as Record<string, unknown> | undefined;
  const context = entryOf(document, "contexts", name)?.["context"] as Record<string, unknown> | undefined;
  const user = entryOf(document, "users", name);
  const isOther = cluster ? cluster["certificate-authority-data"] !== authority : context !== undefined || user !== undefined;
  if (!isOther && (context === undefined || context["cluster"] === name)) return;
  const what = cluster ? `another cluster of the name ${name}` : `a context or user of the name ${name}`;
  const remedy = "--remove takes it out if lab put it there; otherwise rename it, or choose another file with --file";
  throw new Failure("name-taken", `${file} is left as it is: it has ${what} already; ${remedy}`, EXIT.failed);
}

function isMarked(entry: Record<string, unknown>): boolean {
  const { extensions } = (entry["cluster"] ?? {}) as { extensions?: unknown };
  return Array.isArray(extensions) && (extensions as ({ name?: unknown } | null)[]).some((each) => each?.name === MARK);
}
