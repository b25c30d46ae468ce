import { roomMiB, sum } from "../capacity";
import { levelOf } from "../findings/hardware";
import { isVm } from "../machines";
import type { Bin, Item, Packing, PackingProblem } from "../packing";
import { packInto } from "../packing";
import type { Plan, PlannedHost, PlannedVm } from "../plan";
import type { Effect, Verdict } from "./effects";
import { effectsOf, isQuorate, worst } from "./effects";
import type { Scenario } from "./scenario";
import { boundByVolumes, reaches } from "./reach";
import { scenariosOf } from "./scenario";

/** What needs a place when something fails, and whether there is one. */
export interface Relocation {
  readonly memoryMiB: number;
  readonly vcpus: number;
  /** Machines whose disks, volumes of pods among them, another host reaches, so that they can be started there. */
  readonly movable: readonly string[];
  /** Whether Proxmox' high availability looks after them. */
  readonly managed: boolean;
  readonly packing: Packing;
  /** What was to be packed, for whoever can do better. */
  readonly problem: PackingProblem;
}

/** One failure and what becomes of the stack. */
export interface Survival {
  readonly scenario: Scenario;
  readonly verdict: Verdict;
  /** One for each part that it touches. */
  readonly effects: readonly Effect[];
  /** Whether the VMs of hosts that are away have room elsewhere; undefined where no host is. */
  readonly relocation?: Relocation;
  /** Machines that Proxmox itself starts again, each with a host that has room for it; which one it chooses is its own business. */
  readonly restarted: ReadonlyMap<string, string>;
}

/** Finds a place for everything, or says why there is none. */
export type Packer = (items: readonly Item[], bins: readonly Bin[], resources: readonly string[]) => Packing;

/**
 * What every single failure does to a stack.
 *
 * @param options `pairs`: two hosts at once as well
 */
export function survivals(plan: Plan, { pairs = false }: { readonly pairs?: boolean } = {}): Survival[] {
  return scenariosOf(plan, pairs).map((scenario) =>
    survivalOf(plan, scenario, scenario.hosts.length > 0 ? relocate(plan, scenario) : undefined),
  );
}

/** A failure judged once it is known whether its VMs have room elsewhere. */
export function survivalOf(plan: Plan, scenario: Scenario, relocation: Relocation | undefined): Survival {
  const restarted = restartedBy(plan, scenario, relocation);
  const lost = new Set(scenario.machines.filter((name) => !restarted.has(name)));
  const effects = [
    ...restarts(relocation?.movable.filter((name) => restarted.has(name)) ?? []),
    ...effectsOf({ plan, scenario, lost }),
  ];
  const verdict = worst(effects.map((effect) => effect.verdict));
  return { scenario, verdict, effects, ...(relocation ? { relocation } : {}), restarted };
}

/** Machines that Proxmox' own high availability starts on another host: it needs its quorum, their disks and room for all of them. */
function restartedBy(
  { proxmox, hosts }: Plan,
  { hosts: down }: Scenario,
  relocation: Relocation | undefined,
): ReadonlyMap<string, string> {
  if (!proxmox?.ha || !relocation || !isQuorate({ proxmox, hosts }, down)) return new Map();
  const { movable, problem } = relocation;
  const items = problem.items.filter(({ name }) => movable.includes(name));
  // Where not all of them fit, nobody knows which of them it starts.
  const packing = packInto({ ...problem, items });
  return packing.verdict === "fits" ? packing.placement : new Map();
}

function restarts(names: readonly string[]): Effect[] {
  if (names.length === 0) return [];
  return [{ part: "machines", verdict: "survives", message: `Proxmox starts ${names.join(", ")} on another host` }];
}

function relocate(plan: Plan, { machines: away, hosts: down }: Scenario): Relocation | undefined {
  const { machines, hosts, proxmox } = plan;
  const vms = machines.filter(isVm).filter(({ name }) => away.includes(name));
  const others = hosts.filter(({ name }) => !down.includes(name));
  if (vms.length === 0 || others.length === 0) return undefined;
  const mappings = [...new Set(vms.flatMap(({ hardware }) => hardware.devices.map(({ mapping }) => mapping)))].sort();
  const problem = {
    items: vms.map((vm) => itemOf(vm, others, mappings)),
    bins: others.map((host) => binOf(host, mappings)),
    resources: ["MiB", ...mappings],
  };
  return {
    memoryMiB: sum(vms.map(({ memoryMiB }) => memoryMiB)),
    vcpus: sum(vms.map(({ cores }) => cores)),
    // A device is mapped by name: any host that has one of it will do.
    movable: vms.filter((vm) => isMovable(vm, others, boundByVolumes(plan))).map(({ name }) => name),
    managed: proxmox?.ha !== undefined,
    packing: packInto(problem),
    problem,
  };
}

function isMovable(vm: PlannedVm, others: readonly PlannedHost[], bound: ReadonlySet<string>): boolean {
  const isShared = vm.disks.every(({ shared }) => shared);
  return isShared && !bound.has(vm.name) && others.some((host) => reaches(host, vm));
}

function itemOf(vm: PlannedVm, hosts: readonly PlannedHost[], mappings: readonly string[]): Item {
  const devices = mappings.map((mapping) => vm.hardware.devices.filter((device) => device.mapping === mapping).length);
  const able = hosts.filter((host) => canRun(vm, host) && reaches(host, vm)).map((host) => host.name);
  return { name: vm.name, sizes: [vm.memoryMiB, ...devices], ...(able.length < hosts.length ? { allowed: new Set(able) } : {}) };
}

/** Whether a host's processor has what a VM is bound to; memory and devices are counted elsewhere. */
export function canRun({ cores, hardware }: PlannedVm, { threads, numaNodes, cpuLevel }: PlannedHost): boolean {
  const { affinity = "0", numaNode = 0, cpuType } = hardware;
  const lastThread = Math.max(...affinity.split(/[,-]/).map(Number));
  return threads >= cores && threads > lastThread && numaNodes > numaNode && levelOf(cpuLevel) >= levelOf(cpuType);
}

function binOf(host: PlannedHost, mappings: readonly string[]): Bin {
  const devices = mappings.map((mapping) => {
    const there = host.pciMappings.find(({ name }) => name === mapping);
    return there ? there.devices - there.allocated : 0;
  });
  return { name: host.name, free: [roomMiB(host), ...devices] };
}
