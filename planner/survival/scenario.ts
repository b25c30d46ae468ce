import type { Plan, PlannedBalancer, PlannedMachine } from "../plan";
import { isVm, workloadMachines } from "../machines";

/** Something that fails, and what goes with it at once. */
export interface Scenario {
  readonly kind: "host" | "pair" | "domain" | "datastore" | "machine";
  /** For instance `pve-1`, `pve-1 + pve-2` or `tank on pve-1`. */
  readonly name: string;
  /** Hosts that are away. */
  readonly hosts: readonly string[];
  /** Machines that are away, and load balancers of the stack's own. */
  readonly machines: readonly string[];
}

type Standing = Pick<Plan, "addons" | "hosts" | "machines" | "talos"> & Partial<Pick<Plan, "balancers">>;
type Guest = Pick<PlannedMachine, "name" | "host" | "disks"> | Pick<PlannedBalancer, "name" | "host" | "disks">;

/** All that runs on hosts. */
function guestsOf({ machines, balancers }: Standing): readonly Guest[] {
  return [...machines, ...(balancers?.machines ?? [])];
}

/**
 * What may fail of a stack: each host (or its link, which takes the same away), each failure domain with several hosts (a rack, a power
 * feed, a switch), each datastore that machines or pods' volumes have disks on, and each machine that is no VM.
 *
 * @param pairs whether two hosts at once are looked at as well
 */
export function scenariosOf(plan: Standing, pairs = false): Scenario[] {
  const { hosts, machines } = plan;
  const on = (names: readonly string[]): string[] => namesOf(guestsOf(plan), ({ host }) => host !== null && names.includes(host));
  const names = hosts.map(({ name }) => name);
  return [
    ...names.map((name): Scenario => ({ kind: "host", name, hosts: [name], machines: on([name]) })),
    ...(pairs ? pairsOf(names) : []).map((pair): Scenario => ({
      kind: "pair",
      name: pair.join(" + "),
      hosts: pair,
      machines: on(pair),
    })),
    ...domainsOf(hosts).map(({ name, members }): Scenario => ({ kind: "domain", name, hosts: members, machines: on(members) })),
    ...datastores(plan),
    ...machines
      .filter((machine) => !isVm(machine))
      .map(({ name }): Scenario => ({ kind: "machine", name, hosts: [], machines: [name] })),
  ];
}

/** What several hosts hang on and have only one of. What one host alone hangs on takes no more away than the host. */
function domainsOf(hosts: Standing["hosts"]): { readonly name: string; readonly members: readonly string[] }[] {
  const rooms = [...new Set(hosts.flatMap(({ failureDomain }) => failureDomain ?? []))].map((name) => ({
    name,
    members: hosts.filter(({ failureDomain }) => failureDomain === name).map((host) => host.name),
  }));
  const declared = new Map<string, string[]>();
  for (const { name, domains } of hosts) {
    for (const [kind, [only, ...others]] of Object.entries(domains)) {
      const key = `${kind} ${only ?? ""}`;
      if (others.length === 0) declared.set(key, [...(declared.get(key) ?? []), name]);
    }
  }
  return [
    // A label that all hosts have tells none of them from another.
    ...rooms.filter(({ members }) => members.length < hosts.length),
    ...[...declared].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, members]) => ({ name, members })),
  ].filter(({ members }) => members.length > 1);
}

/** A datastore that all hosts share fails for all of them. */
function datastores(plan: Standing): Scenario[] {
  const { hosts } = plan;
  const guests = guestsOf(plan);
  const uses = ({ disks }: Guest, name: string, shared: boolean): boolean =>
    disks.some((disk) => disk.datastore === name && disk.shared === shared);
  const shared = [...new Set(hosts.flatMap(({ datastores: all }) => all.filter((each) => each.shared).map(({ name }) => name)))];
  const own = hosts.flatMap((host) =>
    host.datastores
      .filter((each) => !each.shared)
      .map(({ name }) => ({
        name: placeOf(name, host.name),
        away: namesOf(guests, (machine) => machine.host === host.name && uses(machine, name, false)),
      })),
  );
  const volumes = volumePlaces(plan);
  return [...shared.map((name) => ({ name, away: namesOf(guests, (machine) => uses(machine, name, true)) })), ...own]
    .filter(({ name, away }) => away.length > 0 || volumes.has(name))
    .map(({ name, away }): Scenario => ({ kind: "datastore", name, hosts: [], machines: away }));
}

/** Datastores that volumes of pods may be on as disks of VMs, as scenarios name them: no machine is away with them, and the data is. */
export function volumePlaces(plan: Pick<Plan, "addons" | "hosts" | "machines" | "talos">): ReadonlySet<string> {
  const { sharedDatastores = [], datastores: local = [] } = plan.addons.proxmoxCsi ?? {};
  const taking = workloadMachines(plan.machines, plan.talos.scheduleOnControlPlanes).filter(isVm);
  if (taking.length === 0) return new Set();
  const here = plan.hosts.filter(({ name }) => taking.some(({ host }) => host === name));
  const own = here.flatMap((host) =>
    host.datastores.filter(({ name, shared }) => !shared && local.includes(name)).map(({ name }) => placeOf(name, host.name)),
  );
  return new Set([...sharedDatastores, ...own]);
}

/** A datastore that only its host reaches, as it is called where it fails. */
function placeOf(datastore: string, host: string): string {
  return `${datastore} on ${host}`;
}

function namesOf(machines: readonly Guest[], wanted: (machine: Guest) => boolean): string[] {
  return machines.filter(wanted).map(({ name }) => name);
}

function pairsOf(names: readonly string[]): string[][] {
  return names.flatMap((one, index) => names.slice(index + 1).map((other) => [one, other]));
}
