import { FOOTPRINTS } from "./addons/footprint";
import type { FootprintAmount, FootprintWorkload } from "./addons/footprint";
import { valueAt } from "./addons/layers";
import { sum } from "./capacity";
import { atRunTime } from "./footprint-at-run-time";
import { workloadMachines } from "./machines";
import type { PlannedAddons, PlannedRelease } from "./plan-addons";
import type { AddonDemand, Amounts, PlannedFootprint, PlannedPods } from "./plan-footprint";
import type { PlannedMachine } from "./plan-machine";
import { quantityOf } from "./quantities";

/** What a kubelet of Talos keeps for the system, and the memory below which it evicts: pkg/machinery/constants and Kubernetes' default (100Mi). */
const RESERVED = { cpuMillis: 50, memoryMiB: { controlplane: 512 + 100, worker: 384 + 100 } } as const;

/** The API server, controller manager and scheduler, as Talos declares them: internal/app/machined/pkg/controllers/k8s/control_plane_static_pod.go. */
const CONTROL_PLANE: Amounts = { cpuMillis: 200 + 50 + 10, memoryMiB: 512 + 256 + 64 };

/** Of Talos, too: two replicas, which run on control planes as well. */
const COREDNS: PlannedPods = {
  workload: "Deployment/coredns",
  count: 2,
  requests: { cpuMillis: 100, memoryMiB: 70 },
  limits: { cpuMillis: 0, memoryMiB: 170 },
};

/** More of one kind are not told apart: they fit nowhere. */
const MOST_PODS = 10_000;

/** What the add-ons of a stack ask for. */
export function planFootprint(
  addons: PlannedAddons,
  machines: readonly PlannedMachine[],
  scheduleOnControlPlanes: boolean,
): PlannedFootprint {
  const workers = workloadMachines(machines, scheduleOnControlPlanes);
  const demands = (Object.values(addons) as PlannedRelease[]).map((release): AddonDemand => {
    const pods = (FOOTPRINTS[release.key]?.workloads ?? []).flatMap((each) => podsOf(each, release, { machines, workers }));
    return { key: release.key, name: release.name, pods: [...pods, ...atRunTime(addons, release, machines)] };
  });
  const room = new Map(workers.map((machine) => [machine.name, roomOf(machine)]));
  // What runs on control planes that take no workloads takes nothing of this room.
  const here = [COREDNS, ...demands.flatMap(({ pods }) => pods)].map(({ on, ...each }) =>
    on === undefined ? each : { ...each, count: on.filter((name) => room.has(name)).length },
  );
  return { addons: demands, requested: total(here), room };
}

/** The sum of what pods ask for. */
export function total(pods: readonly PlannedPods[], which: "requests" | "limits" = "requests"): Amounts {
  return {
    cpuMillis: sum(pods.map((each) => each.count * each[which].cpuMillis)),
    memoryMiB: sum(pods.map((each) => each.count * each[which].memoryMiB)),
  };
}

/**
 * What is left over when the pods of a footprint are put onto machines, the largest first, each where it fits first.
 *
 * @param names machines that are there
 */
export function withoutRoom(
  { addons, room }: PlannedFootprint,
  names: ReadonlySet<string>,
): { pods: PlannedPods[]; missing: Amounts } {
  const all = [COREDNS, ...addons.flatMap(({ pods }) => pods)];
  const free = new Map([...room].filter(([name]) => names.has(name)).map(([name, amounts]) => [name, { ...amounts }]));
  const left: PlannedPods[] = [];
  for (const { on, requests } of all) {
    for (const name of on ?? []) {
      const machine = free.get(name);
      if (machine) take(machine, requests);
    }
  }
  const floating = all.filter(({ on }) => on === undefined).flatMap((each) => Array<PlannedPods>(each.count).fill(each));
  const larger = (a: PlannedPods, b: PlannedPods): number =>
    b.requests.memoryMiB - a.requests.memoryMiB || b.requests.cpuMillis - a.requests.cpuMillis;
  for (const pod of [...floating].sort(larger)) {
    const machine = [...free.values()].find((each) => fits(each, pod.requests));
    if (machine) take(machine, pod.requests);
    else left.push(pod);
  }
  const single = left.map((each) => ({ ...each, count: 1 }));
  return { pods: left, missing: total(single) };
}

function take(machine: { cpuMillis: number; memoryMiB: number }, { cpuMillis, memoryMiB }: Amounts): void {
  machine.cpuMillis -= cpuMillis;
  machine.memoryMiB -= memoryMiB;
}

function fits(machine: Amounts, { cpuMillis, memoryMiB }: Amounts): boolean {
  return machine.cpuMillis >= cpuMillis && machine.memoryMiB >= memoryMiB;
}

function roomOf({ role, cores, memoryMiB }: PlannedMachine): Amounts {
  const own = role === "controlplane" ? CONTROL_PLANE : { cpuMillis: 0, memoryMiB: 0 };
  return {
    cpuMillis: Math.max(0, cores * 1000 - RESERVED.cpuMillis - own.cpuMillis),
    memoryMiB: Math.max(0, memoryMiB - RESERVED.memoryMiB[role] - own.memoryMiB),
  };
}

interface Machines {
  readonly machines: readonly PlannedMachine[];
  readonly workers: readonly PlannedMachine[];
}

function podsOf(
  { workload, when = [], pods, requests, limits }: FootprintWorkload,
  { values }: PlannedRelease,
  all: Machines,
): PlannedPods[] {
  const isThere = when.every(({ path, is, otherwise }) => {
    const value = valueAt(values, path);
    return value === undefined ? otherwise : value === is;
  });
  if (!isThere) return [];
  const amounts = (each: typeof requests): Amounts => ({
    cpuMillis: amountOf(each.cpuMillis, values, 1000),
    memoryMiB: amountOf(each.memoryMiB, values, 1 / 1024 ** 2),
  });
  const alike = { workload, requests: amounts(requests), limits: amounts(limits) };
  if (typeof pods === "string") {
    const on = (pods === "node" ? all.machines : all.workers).map(({ name }) => name);
    return [{ ...alike, count: on.length, on }];
  }
  const written = pods.from === undefined ? undefined : valueAt(values, pods.from);
  const isCount = typeof written === "number" && Number.isInteger(written) && written >= 0;
  return [{ ...alike, count: isCount ? Math.min(written, MOST_PODS) : pods.count }];
}

function amountOf({ fixed, from = {} }: FootprintAmount, values: PlannedRelease["values"], scale: number): number {
  const written = Object.entries(from).map(([path, otherwise]) => {
    const amount = quantityOf(valueAt(values, path));
    return amount === undefined ? otherwise : Math.round(amount * scale);
  });
  return fixed + sum(written);
}
