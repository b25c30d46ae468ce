import type { Acl } from "../../simulator/proxmox-door/privileges";
import { SHELLS, commandLines } from "./commands";
import type { Document } from "./markdown";

/** What a user may do where once all `pveum` commands of a document were typed on a Proxmox host. */
export function aclOf({ blocks }: Document, user: string): Acl {
  const roles = new Map<string, readonly string[]>();
  const acl: Record<string, readonly string[]> = {};
  const lines = blocks.filter(({ language }) => SHELLS.includes(language)).flatMap(commandLines);
  for (const words of lines.flatMap(({ invocations }) => invocations.map((each) => each.words))) {
    const [program, what, verb, name = ""] = words;
    if (program !== "pveum") continue;
    if (what === "role" && verb === "add") roles.set(name, valueOf(words, "--privs").split(" "));
    if (what === "acl" && valueOf(words, "--users") === user) {
      acl[name] = valueOf(words, "--roles")
        .split(",")
        .flatMap((role) => roles.get(role) ?? []);
    }
  }
  return acl;
}

function valueOf(words: readonly string[], option: string): string {
  return words[words.indexOf(option) + 1] ?? "";
}
