import { ZONE } from "../addons/spread";
import { workloadMachines } from "../machines";
import type { Plan } from "../plan";
import { withoutRoom } from "../footprint";
import type { Scenario } from "./scenario";
import { volumePlaces } from "./scenario";

/** What becomes of it: it goes on, or comes back by itself; something of it waits for the repair; its purpose or its data is lost until then. */
export type Verdict = "survives" | "degraded" | "lost";

/** What a failure does to one part. */
export interface Effect {
  readonly part: "etcd" | "api" | "proxmox" | "machines" | "volumes" | "add-ons" | "addresses";
  readonly verdict: Verdict;
  /** What happens, with the figures; no final period. */
  readonly message: string;
  /** How many are left of what it is about: members, copies, machines, votes. */
  readonly left?: number;
}

/** A failure, and who is left. */
export interface Aftermath {
  readonly plan: Plan;
  readonly scenario: Scenario;
  readonly lost: ReadonlySet<string>;
}

/** The worst of them; what has no effect survives. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  return verdicts.includes("lost") ? "lost" : verdicts.includes("degraded") ? "degraded" : "survives";
}

/** What a failure does to each part it touches. */
export function effectsOf(aftermath: Aftermath): Effect[] {
  return [etcd, api, proxmox, workloads, volumes, addons, addresses].flatMap((judge) => judge(aftermath));
}

/** Whether etcd still has a majority of its members. */
function hasQuorum({ plan, lost }: Aftermath): boolean {
  const members = plan.machines.filter(({ role }) => role === "controlplane");
  return members.filter(({ name }) => !lost.has(name)).length > members.length / 2;
}

function etcd(aftermath: Aftermath): Effect[] {
  const members = aftermath.plan.machines.filter(({ role }) => role === "controlplane");
  const left = members.filter(({ name }) => !aftermath.lost.has(name)).length;
  if (left === members.length) return [];
  const quorum = Math.floor(members.length / 2) + 1;
  const verdict = hasQuorum(aftermath) ? "survives" : "lost";
  const more = verdict === "lost" ? "" : left === quorum ? ", and one more must not go" : "";
  return [{ part: "etcd", verdict, left, message: `${left} of ${members.length} members are left, quorum is ${quorum}${more}` }];
}

function api(aftermath: Aftermath): Effect[] {
  const { plan, lost } = aftermath;
  const { endpoint, machines } = plan;
  const servers = machines.filter(({ role }) => role === "controlplane");
  const away = servers.filter(({ name }) => lost.has(name));
  const balancing = throughBalancers(aftermath);
  if (away.length === 0) return balancing;
  if (!hasQuorum(aftermath)) return [{ part: "api", verdict: "lost", message: "no API server can do anything without etcd" }];
  if (endpoint.kind === "machine") {
    const isAway = endpoint.machine !== undefined && lost.has(endpoint.machine);
    return isAway
      ? [{ part: "api", verdict: "lost", message: `${endpoint.host} is ${endpoint.machine ?? ""}'s own address, which is away` }]
      : [];
  }
  if (endpoint.kind === "dns") {
    const message = `${away.length} of ${servers.length} addresses behind ${endpoint.host} lead nowhere until they are taken out`;
    return [{ part: "api", verdict: "degraded", message }];
  }
  if (endpoint.kind === "haproxy") {
    const message = `the balancers send requests to the ${servers.length - away.length} control planes that are left`;
    return balancing.length > 0 ? balancing : [{ part: "api", verdict: "survives", message }];
  }
  const how =
    endpoint.kind === "vip"
      ? `${endpoint.host} moves to another control plane`
      : `${endpoint.host} has to notice, and sends requests to the others`;
  return [{ part: "api", verdict: "survives", message: how }];
}

/** Whether a balancer is left that leads to the API; nothing where none is away. */
function throughBalancers({ plan: { endpoint, balancers }, lost }: Aftermath): Effect[] {
  const all = balancers?.machines ?? [];
  const left = all.filter(({ name }) => !lost.has(name)).map(({ name }) => name);
  if (left.length === all.length) return [];
  if (left.length === 0) return [{ part: "api", verdict: "lost", message: `no balancer is left to have ${endpoint.host}` }];
  return [{ part: "api", verdict: "survives", message: `${endpoint.host} is with ${left.join(" or ")}` }];
}

/** Whether the hosts that are left have a majority of the Proxmox cluster's votes. */
export function isQuorate({ hosts, proxmox: cluster }: Pick<Plan, "hosts" | "proxmox">, down: readonly string[]): boolean {
  const votes = votesOf({ hosts, proxmox: cluster });
  return votes - down.length > votes / 2;
}

function votesOf({ hosts, proxmox: cluster }: Pick<Plan, "hosts" | "proxmox">): number {
  return hosts.length + (cluster?.qdevice === undefined ? 0 : 1);
}

function proxmox({ plan, scenario: { hosts: down } }: Aftermath): Effect[] {
  if (down.length === 0) return [];
  if (down.length === plan.hosts.length) return [{ part: "proxmox", verdict: "degraded", message: "no host is left" }];
  const votes = votesOf(plan);
  const left = votes - down.length;
  const message = `${left} of ${votes} votes are left`;
  if (isQuorate(plan, down)) return [{ part: "proxmox", verdict: "survives", left, message }];
  const waits = "Proxmox changes and restarts nothing until there are more; what runs goes on";
  return [{ part: "proxmox", verdict: "degraded", left, message: `${message}: ${waits}` }];
}

/** Whether there is anywhere left for workloads. */
function workloads({ plan: { machines, talos }, lost }: Aftermath): Effect[] {
  const all = workloadMachines(machines, talos.scheduleOnControlPlanes);
  const left = all.filter(({ name }) => !lost.has(name)).length;
  if (left === all.length) return [];
  if (left === 0) return [{ part: "machines", verdict: "lost", left, message: "no machine is left that takes workloads" }];
  const message = `${left} of ${all.length} machines that take workloads are left`;
  return [{ part: "machines", verdict: "survives", left, message }];
}

/** What is kept of volumes by Longhorn, by classes that ask for copies or machines of their own, and on disks of VMs. */
function volumes(aftermath: Aftermath): Effect[] {
  const { longhorn } = aftermath.plan.addons;
  if (!longhorn) return attached(aftermath);
  // A class that loses nothing is not worth a line beside the others.
  const own = longhorn.classes.flatMap(({ name, replicas, machines }) =>
    copies(aftermath, { what: `volumes of class ${name}`, replicas, machines }).filter(({ verdict }) => verdict !== "survives"),
  );
  const { replicas, machines } = longhorn;
  return [...copies(aftermath, { what: "volumes", replicas, machines }), ...own, ...attached(aftermath)];
}

/** Longhorn keeps copies of a volume on machines of different zones, where machines have any, else on different machines. */
function copies(
  { plan, lost }: Aftermath,
  { what, replicas, machines }: { readonly what: string; readonly replicas: number; readonly machines: readonly string[] },
): Effect[] {
  const keepers = plan.machines.filter(({ name }) => machines.includes(name));
  const gone = keepers.filter(({ name }) => lost.has(name));
  if (gone.length === 0) return [];
  const placeOf = ({ name, labels }: (typeof keepers)[number]): string => labels[ZONE] ?? name;
  const places = new Set(keepers.map(placeOf));
  // With fewer zones than copies, several are in one: then any of its machines may have them.
  const apart = places.size >= replicas;
  const most = Math.min(replicas, apart ? new Set(gone.map(placeOf)).size : gone.length);
  const left = replicas - most;
  if (left === 0) return [{ part: "volumes", verdict: "lost", left, message: `all copies of ${what} may be among what is away` }];
  const had = `${what} have at least ${left} of ${replicas} copies left`;
  const others = keepers.length - gone.length;
  if (others >= replicas)
    return [{ part: "volumes", verdict: "survives", left, message: `${had}; the others are made again elsewhere` }];
  return [{ part: "volumes", verdict: "degraded", left, message: `${had}, and ${others} machines to have more on` }];
}

/** Volumes that are disks of VMs are on one host, and come back with it; with the datastore itself they are gone. */
function attached({ plan, scenario: { kind, name, hosts } }: Aftermath): Effect[] {
  const places = volumePlaces(plan);
  if (kind === "datastore") {
    return places.has(name) ? [{ part: "volumes", verdict: "lost", message: `volumes that are disks on ${name} are gone` }] : [];
  }
  const away = hosts.map((host) => ({ host, local: localTo(plan, host).filter((each) => places.has(`${each} on ${host}`)) }));
  const touched = away.filter(({ local }) => local.length > 0);
  if (touched.length === 0) return [];
  const local = [...new Set(touched.flatMap((each) => each.local))].sort().join(", ");
  const on = touched.map(({ host }) => host).join(", ");
  const message = `volumes that are disks on ${local} of ${on} are away until the host is back`;
  return [{ part: "volumes", verdict: "degraded", message }];
}

function localTo({ hosts }: Plan, host: string): string[] {
  return hosts.filter(({ name }) => name === host).flatMap(({ datastores }) => datastores.map(({ name }) => name));
}

/** Pods of add-ons that come up elsewhere, or wait for room. */
function addons({ plan, lost }: Aftermath): Effect[] {
  const { footprint } = plan;
  const left = new Set([...footprint.room.keys()].filter((name) => !lost.has(name)));
  if (left.size === footprint.room.size || left.size === 0) return [];
  const before = withoutRoom(footprint, new Set(footprint.room.keys())).pods.length;
  const { pods } = withoutRoom(footprint, left);
  if (pods.length > before) {
    const names = [...new Set(pods.map(({ workload }) => workload.replace(/^.*\//, "")))];
    return [{ part: "add-ons", verdict: "degraded", message: `no room is left for ${pods.length} pods: ${names.join(", ")}` }];
  }
  const single = footprint.addons.flatMap((addon) =>
    addon.pods.some(({ on, count }) => on === undefined && count === 1) ? [addon.name] : [],
  );
  if (single.length === 0) return [];
  return [
    {
      part: "add-ons",
      verdict: "survives",
      message: `what has one pod may be away until it runs elsewhere: ${single.join(", ")}`,
    },
  ];
}

/** Machines that answer for addresses of Services. */
function addresses({
  plan: {
    addons: { cilium },
  },
  lost,
}: Aftermath): Effect[] {
  const groups: [string, readonly string[]][] = [
    ["on their own network (L2)", cilium?.l2Machines ?? []],
    ["by BGP", (cilium?.bgp?.machines ?? []).map(({ name }) => name)],
  ];
  return groups.flatMap(([how, names]): Effect[] => {
    const left = names.filter((name) => !lost.has(name)).length;
    if (left === names.length) return [];
    const message = `${left} of ${names.length} machines that announce addresses ${how} are left`;
    return [{ part: "addresses", verdict: left === 0 ? "lost" : "survives", left, message }];
  });
}
