import type { Listing } from "../identity";
import { judgeCreation, judgeMembership } from "../identity";
import type { Plan, PlannedProxmox } from "../plan";
import { fail, ok, warn } from "./check";
import { hostChecks } from "./host";
import type { Right } from "./rights";
import { rightsOf } from "./rights";
import type { Caller, PreflightCheck, Survey } from "./survey";

/** The release that what is planned was read off and tested against. */
const MAJOR = 9;

/**
 * Holds a plan to what is there: what a first deployment would stumble over one by one, at once and before anything is made.
 *
 * @param known ids of VMs that the stack's state has
 */
export function judgePreflight(plan: Plan, survey: Survey, known: ReadonlySet<number>): PreflightCheck[] {
  const { proxmox } = plan;
  if (!proxmox) return [];
  const { listing } = survey;
  const asked = [release(survey), ...rights(rightsOf(plan), plan, survey.caller)];
  if (!listing) return asked;
  return [
    ...asked,
    ...membership(proxmox, listing),
    ...plan.hosts.flatMap((host) => {
      const found = survey.nodes.find(({ name }) => name === host.name);
      return found ? hostChecks(plan, host, found) : [];
    }),
    ...ids(plan, proxmox, listing, known),
  ];
}

function release({ version }: Survey): PreflightCheck {
  const isOther = Number(version.split(".")[0]) !== MAJOR;
  return isOther
    ? warn("Proxmox VE", version, `this program is made for Proxmox VE ${MAJOR}; others may refuse what it asks for`)
    : ok("Proxmox VE", version);
}

function rights(all: readonly Right[], plan: Plan, caller: Caller): PreflightCheck[] {
  const missing = all.filter(({ paths, anyOf }) => !paths.some((path) => anyOf.some((each) => has(caller, path, each))));
  const name = `rights of ${caller.name}`;
  const pinned = plan.machines.some(({ hardware }) => hardware?.affinity !== undefined);
  const pinning =
    pinned && (caller.isToken || caller.name !== "root@pam")
      ? [fail(name, "cpu.affinity is for root@pam with its password alone", "docs/first-deployment.md says how to log in so")]
      : [];
  if (missing.length === 0) return [ok(name, `${all.length} of ${all.length}`), ...pinning];
  if (Object.values(caller.rights).every((each) => each.length === 0)) {
    const separate = caller.isToken ? "; a token with privilege separation has none of its user's rights" : "";
    return [fail(name, "none at all", `${GIVE}${separate}`), ...pinning];
  }
  const paths = [...new Set(missing.map(({ paths: [path = ""] }) => path))];
  return [
    ...paths.map((path) => {
      const here = missing.filter(({ paths: [first] }) => first === path);
      const found = here.length > EXPLAINED ? namesOf(here) : here.map(explained).join(", ");
      const isForLater = here.every(({ isForLater }) => isForLater);
      return (isForLater ? warn : fail)(`rights on ${path}`, found, GIVE);
    }),
    ...pinning,
  ];
}

/** So many missing rights of a path are explained; docs/first-deployment.md explains all. */
const EXPLAINED = 3;

function explained({ anyOf, without }: Right): string {
  return `no ${anyOf.join(" or ")} (${without})`;
}

function namesOf(missing: readonly Right[]): string {
  return `no ${missing.map(({ anyOf }) => anyOf.join(" or ")).join(", ")}`;
}

const GIVE = "docs/first-deployment.md has the roles and the commands that give them";

function has({ rights: given }: Caller, path: string, privilege: string): boolean {
  return given[path]?.includes(privilege) === true;
}

function membership({ hosts, cluster, formation }: PlannedProxmox, listing: Listing): PreflightCheck[] {
  const away = hosts.filter((name) => listing.hosts.some((host) => host.name === name && !host.online));
  const present = hosts.filter((name) => !away.includes(name));
  const reasons = judgeMembership({ hosts: present, ...(cluster === undefined ? {} : { cluster }), formation }, listing);
  return [
    ...reasons.map((reason) => {
      const [found = "", ...rest] = reason.split("; ");
      return fail("Proxmox cluster", found, rest.join("; "));
    }),
    ...away.map((name) =>
      warn(
        `host ${name}`,
        "offline",
        "until it is back no VM on it is made or changed, and nothing is where its ids are in doubt",
      ),
    ),
  ];
}

function ids(
  { machines, balancers }: Plan,
  proxmox: PlannedProxmox,
  { vms: found }: Listing,
  known: ReadonlySet<number>,
): PreflightCheck[] {
  const vms = [...machines, ...(balancers?.machines ?? [])];
  const wanted = vms.flatMap(({ vmId, name }) => (vmId === null ? [] : [{ vmId, name, tag: proxmox.identityTag }]));
  const problems = wanted.flatMap((identity) => {
    const { vmId, tag } = identity;
    const vm = found.find((each) => each.vmId === vmId);
    // What the state has, or the tag says, is the stack's own, whatever it was called before.
    if (!vm || known.has(vmId) || vm.tags.includes(tag)) return [];
    // It has neither name nor tags until it is there: an update that was interrupted may have left it, and the next one sees to it.
    if (vm.creation === "running") return warn(`VM ${vmId}`, `is being made on ${vm.host}`, "lab up waits until it is there");
    const reason = judgeCreation(identity, { vms: found }, true);
    if (reason === undefined) return [];
    const [what = "", ...rest] = reason.split("; ");
    return fail(`VM ${vmId}`, what, rest.join("; "));
  });
  if (problems.length > 0 || wanted.length === 0) return problems;
  const present = wanted.filter(({ vmId }) => found.some((vm) => vm.vmId === vmId)).length;
  return [ok("VM ids", present === 0 ? `${wanted.length} free` : `${present} the stack's own, ${wanted.length - present} free`)];
}
