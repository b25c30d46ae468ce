import { sum } from "../capacity";
import { isVm } from "../machines";
import type { Packing, PackingProblem } from "../packing";
import { packInto } from "../packing";
import type { Plan, PlannedHost, PlannedVm } from "../plan";
import type { Effect, Verdict } from "./effects";
import { effectsOf, isQuorate, worst } from "./effects";
import type { Scenario } from "./scenario";
import { boundByVolumes, reaches } from "./reach";
import { localDisks, roomProblem } from "./room";
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
  const problem = roomProblem(vms, others);
  const bound = boundByVolumes(plan);
  return {
    memoryMiB: sum(vms.map(({ memoryMiB }) => memoryMiB)),
    vcpus: sum(vms.map(({ cores }) => cores)),
    movable: vms.filter((vm) => isMovable(vm, others, bound)).map(({ name }) => name),
    managed: proxmox?.ha !== undefined,
    packing: packInto(problem),
    problem,
  };
}

function isMovable(vm: PlannedVm, others: readonly PlannedHost[], bound: ReadonlySet<string>): boolean {
  return localDisks(vm).length === 0 && !bound.has(vm.name) && others.some((host) => reaches(host, vm));
}
