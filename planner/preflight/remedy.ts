import type { Right } from "./rights";
import type { Caller } from "./survey";

/** Roles as README.md makes them. */
const ROLE = "PulumiStack";
/** What one storage alone should be given: on all of them it allows to take them away. */
const ROLE_OF_IMAGES = "PulumiImages";
const FOR_IMAGES = "Datastore.Allocate";
const DOCUMENT = "docs/first-deployment.md has the roles and the commands that give them";

/**
 * How a caller who may do nothing at all comes by rights.
 *
 * @param caller who asked
 */
export function remedyOfAll({ name, isToken }: Caller): string {
  const [user, token = ""] = partsOf(name);
  if (!isToken) return DOCUMENT;
  const join = `pveum user token modify ${user} ${token} --privsep 0`;
  return `${DOCUMENT}; a token with privilege separation has none of its user's rights: ${join} gives it them`;
}

/**
 * How somebody comes by rights with the README's roles, as commands for a Proxmox host.
 *
 * @param path where they are missing
 * @param missing there, at least one
 */
export function remedyOf({ name, rights }: Caller, path: string, missing: readonly Right[]): string {
  const [user] = partsOf(name);
  const privileges = [...new Set(missing.map(({ anyOf: [first = ""] }) => first))];
  const ordinary = privileges.filter((each) => each !== FOR_IMAGES);
  const [atRoot, atPath] = [rights["/"] ?? [], rights[path] ?? []];
  // Roles of the longest path count and no others: where less is given than on /, others hide those of it.
  const isOfPath = atRoot.length === 0 || atRoot.some((each) => !atPath.includes(each));
  const appended = ordinary.filter((each) => atRoot.length > 0 && !atRoot.includes(each));
  const roles = [
    ...(isOfPath || ordinary.length < privileges.length ? [ROLE] : []),
    ...(privileges.includes(FOR_IMAGES) ? [ROLE_OF_IMAGES] : []),
  ];
  const commands = [
    ...(appended.length === 0 ? [] : [`pveum role modify ${ROLE} --append 1 --privs "${appended.join(" ")}"`]),
    // One VM's rights are those of all that are to come.
    ...(roles.length === 0
      ? []
      : [`pveum acl modify ${path.replace(/^\/vms\/.*/, "/vms")} --users ${user} --roles ${roles.join(",")}`]),
  ];
  return `on a Proxmox host, with the README's roles: ${commands.join(" && ")}`;
}

/** User and token: a user's name may have an exclamation mark, a token's may not. */
function partsOf(name: string): [user: string, token?: string] {
  const at = name.lastIndexOf("!");
  return at < 0 ? [name] : [name.slice(0, at), name.slice(at + 1)];
}
