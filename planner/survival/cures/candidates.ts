import { workloadMachines } from "../../machines";
import type { PlannedMachine, PlannedPool } from "../../plan";
import type { Effect } from "../effects";
import type { Scenario } from "../scenario";
import type { Change, Standing } from "./change";
import { movesOf } from "./moves";
import { MEMBERS, moreMembers, oneMore } from "./more";
import { loadBalancer, moreMemory, oneCopyMore, qdevice, spreadBalancers, virtualIp } from "./settings";

/** What a failure takes away from a stack as it stands. */
export interface Failing extends Standing {
  readonly scenario: Scenario;
  readonly effects: readonly Effect[];
}

/** Parts in the order they are mended in: what a change for an early one does for a later one comes for free. */
const ORDER: readonly Effect["part"][] = ["etcd", "api", "machines", "volumes", "add-ons", "addresses", "proxmox"];

/** Changes that may mend the first part that does not survive. */
export function candidates(failing: Failing): Change[] {
  // What all hosts keep their disks on is nothing that another host helps against.
  if (isShared(failing)) return [];
  const part = ORDER.find((each) => failing.effects.some((effect) => effect.part === each && effect.verdict !== "survives"));
  switch (part) {
    case "etcd":
      return members(failing);
    case "api":
      return [
        ...virtualIp(failing),
        ...loadBalancer(failing),
        ...spreadBalancers(failing, hostsAway(failing)),
        ...members(failing),
      ];
    case "volumes":
      return hasCopies(failing) ? [...oneCopyMore(failing), ...workers(failing)] : [];
    case "add-ons":
      return [...moreMemory(failing), ...workers(failing)];
    case "machines":
    case "addresses":
      return workers(failing);
    case "proxmox":
      return qdevice(failing);
    case undefined:
      return [];
  }
}

function isShared({ plan: { hosts }, scenario: { kind, name } }: Failing): boolean {
  return kind === "datastore" && hosts.some(({ datastores }) => datastores.some((each) => each.shared && each.name === name));
}

/** Whether copies are what is short: a volume that is the disk of a VM has none, and is as badly off on any other host. */
function hasCopies({ effects }: Failing): boolean {
  return effects.some(({ part, verdict, left }) => part === "volumes" && verdict !== "survives" && left !== undefined);
}

/** Control planes that are to be elsewhere, or more of them. */
function members(failing: Failing): Change[] {
  const { plan, scenario } = failing;
  const lost = plan.machines.filter(({ name, role }) => role === "controlplane" && scenario.machines.includes(name));
  const elsewhere = distinct(failing, lost).flatMap((machine) => movesOf(failing, machine, hostsAway(failing)));
  return [...moreMembers(failing, scenario.kind === "pair" ? MEMBERS.two : MEMBERS.one), ...elsewhere];
}

/** Machines that take workloads that are to be elsewhere, or more of them. */
function workers(failing: Failing): Change[] {
  const { plan, scenario } = failing;
  const all = workloadMachines(plan.machines, plan.talos.scheduleOnControlPlanes);
  const lost = all.filter(({ name, role }) => role === "worker" && scenario.machines.includes(name));
  const away = hostsAway(failing);
  const pools = poolsWith(failing, all);
  return [
    ...distinct(failing, lost).flatMap((machine) => movesOf(failing, machine, away)),
    ...pools.flatMap((pool) => oneMore(failing, pool, away)),
  ];
}

function poolsWith({ plan: { pools } }: Failing, machines: readonly PlannedMachine[]): readonly PlannedPool[] {
  return pools.filter(({ role, name }) => role === "worker" && machines.some((each) => each.pool === name));
}

/** One machine of those that are alike: which of them moves makes no difference. */
function distinct({ plan: { endpoint, talos } }: Failing, machines: readonly PlannedMachine[]): PlannedMachine[] {
  const last = new Map<string, PlannedMachine>();
  for (const machine of machines.filter(({ host }) => host !== null)) {
    const { name, host, pool, cores, memoryMiB, disks } = machine;
    const isSpecial = name === endpoint.machine || name === talos.bootstrapMachine;
    const size = disks.map(({ sizeGiB, datastore }) => `${datastore ?? ""} ${sizeGiB}`).join();
    last.set([host, pool, cores, memoryMiB, size, isSpecial ? name : ""].join(" "), machine);
  }
  return [...last.values()].reverse();
}

/** Hosts that a machine is not to be moved to: a datastore or a machine that fails leaves its host standing. */
function hostsAway({ plan, scenario }: Failing): string[] {
  const with_ = plan.machines.filter(({ name }) => scenario.machines.includes(name)).flatMap(({ host }) => host ?? []);
  return [...new Set([...scenario.hosts, ...(scenario.kind === "datastore" ? with_ : [])])];
}
