import type { Listing } from "../identity";
import { judgeCreation, judgeMembership } from "../identity";
import type { Plan, PlannedProxmox } from "../plan";
import { fail, ok, warn } from "./check";
import { hostChecks } from "./host";
import type { Made, Pending } from "./made";
import { NOTHING_MADE, pendingOf, vmsOf } from "./made";
import { remedyOf, remedyOfAll } from "./remedy";
import type { Right } from "./rights";
import { isGiven, rightsOf } from "./rights";
import type { Caller, PreflightCheck, Survey } from "./survey";

/** The release that what is planned was read off and tested against. */
const MAJOR = 9;

/**
 * Holds a plan to what is there: what a deployment would stumble over one by one, at once and before anything is made. What is in
 * the way of nothing that is still to be done is told, and fails nothing.
 *
 * @param made what the stack's state has. @default nothing: the first deployment
 */
export function judgePreflight(plan: Plan, survey: Survey, made: Made = NOTHING_MADE): PreflightCheck[] {
  const { proxmox } = plan;
  if (!proxmox) return [];
  const { listing, caller } = survey;
  const pending = pendingOf(plan, made);
  const asked = [release(survey), ...rights(rightsOf(plan, made), pending, caller)];
  if (!listing) return asked;
  const expectations = { plan, made, pending, survey, isHidden: (path: string) => isHidden(caller, path) };
  return [
    ...asked,
    ...membership(proxmox, listing),
    ...pool(plan, proxmox, survey, made),
    ...plan.hosts.flatMap((host) => {
      const found = survey.nodes.find(({ name }) => name === host.name);
      return found ? hostChecks(expectations, host, found) : [];
    }),
    ...sharedImages(survey, pending),
    ...ids(plan, proxmox, listing, made.vmIds),
  ];
}

/** Any of these has Proxmox list what is at a path, by the kind of it. */
const SEEING: Readonly<Record<string, readonly string[]>> = {
  storage: ["Datastore.Audit", "Datastore.AllocateSpace"],
  sdn: ["SDN.Use", "SDN.Audit"],
  mapping: ["Mapping.Use", "Mapping.Audit", "Mapping.Modify"],
};

function isHidden({ rights: given }: Caller, path: string): boolean {
  const seeing = SEEING[path.split("/")[1] ?? ""] ?? [];
  return given[path] !== undefined && !given[path].some((privilege) => seeing.includes(privilege));
}

function release({ version }: Survey): PreflightCheck {
  const isOther = Number(version.split(".")[0]) !== MAJOR;
  return isOther
    ? warn("Proxmox VE", version, `this program is made for Proxmox VE ${MAJOR}; others may refuse what it asks for`)
    : ok("Proxmox VE", version);
}

function rights(all: readonly Right[], pending: Pending, caller: Caller): PreflightCheck[] {
  const missing = all.filter((each) => !isGiven(each, caller));
  const name = `rights of ${caller.name}`;
  const pinned = pending.vms.some((vm) => "hardware" in vm && vm.hardware?.affinity !== undefined);
  const pinning =
    pinned && (caller.isToken || caller.name !== "root@pam")
      ? [fail(name, "cpu.affinity is for root@pam with its password alone", "docs/first-deployment.md says how to log in so")]
      : [];
  if (missing.length === 0) return [ok(name, `${all.length} of ${all.length}`), ...pinning];
  if (Object.values(caller.rights).every((each) => each.length === 0)) {
    return [fail(name, "none at all", remedyOfAll(caller)), ...pinning];
  }
  const paths = [...new Set(missing.map(({ paths: [path = ""] }) => path))];
  return [
    ...paths.flatMap((path) => {
      const here = missing.filter(({ paths: [first] }) => first === path);
      const [now, later] = [here.filter(({ isForLater }) => isForLater !== true), here.filter(({ isForLater }) => isForLater)];
      return [
        ...(now.length > 0 ? [fail(`rights on ${path}`, toldOf(now), remedyOf(caller, path, now))] : []),
        ...(later.length > 0 ? [warn(`rights on ${path}`, toldOf(later), remedyOf(caller, path, later))] : []),
      ];
    }),
    ...pinning,
  ];
}

/** So many missing rights of a path are explained; docs/first-deployment.md explains all. */
const EXPLAINED = 3;

function toldOf(missing: readonly Right[]): string {
  return missing.length > EXPLAINED ? namesOf(missing) : missing.map(explained).join(", ");
}

function explained({ anyOf, without }: Right): string {
  return `no ${anyOf.join(" or ")} (${without})`;
}

function namesOf(missing: readonly Right[]): string {
  return `no ${missing.map(({ anyOf }) => anyOf.join(" or ")).join(", ")}`;
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

/** Every host downloads its own file: where all see one storage, it is one and the same, and Proxmox writes over none. */
function sharedImages({ nodes }: Survey, { talosImages }: Pending): PreflightCheck[] {
  const names = [...new Set(talosImages.map(({ datastore }) => datastore))].sort();
  return names.flatMap((name) => {
    const hosts = new Set(talosImages.filter(({ datastore }) => datastore === name).map(({ host }) => host));
    const isShared = nodes.some(({ storages }) => storages.some((each) => each.name === name && each.shared));
    if (!isShared || hosts.size < 2) return [];
    const found = `shared by hosts, and ${hosts.size} of them download the same image to it: all but the first may be refused`;
    return [
      warn(`storage ${name}`, found, "name one that each host has of its own in proxmox.imageDatastore, for instance local"),
    ];
  });
}

/** Proxmox makes no pool that is there, also where it was made to give rights on it. */
function pool({ stack, clusterName }: Plan, { poolId }: PlannedProxmox, { pools }: Survey, made: Made): PreflightCheck[] {
  const found = pools.find(({ name }) => name === poolId);
  if (!found || made.hasPool) return [];
  const subject = `resource pool ${poolId}`;
  // The comment is what the program itself gives it. Nobody but this stack may have used its pool; the state may be lost, or elsewhere.
  if (made.isBegun || found.comment === `VMs of ${clusterName}`) {
    const remedy = `lab up takes it over where it was interrupted; after a first lab up, npx lab import ${stack} says what else can be`;
    return [warn(subject, "there, and the state does not have it", remedy)];
  }
  const comment = found.comment === "" ? "" : ` (${found.comment})`;
  const remedy =
    `name another in proxmox.poolId; if it is empty and nobody's, on a Proxmox host: pveum pool delete ${poolId}; ` +
    `rights on /pool/${poolId} can be given before it is there`;
  return [fail(subject, `there already${comment}, and Proxmox does not make it again`, remedy)];
}

function ids(plan: Plan, proxmox: PlannedProxmox, { vms: found }: Listing, known: ReadonlySet<number>): PreflightCheck[] {
  const wanted = vmsOf(plan).flatMap(({ vmId, name }) => (vmId === null ? [] : [{ vmId, name, tag: proxmox.identityTag }]));
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
