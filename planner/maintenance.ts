import { roomMiB, sum } from "./capacity";
import { isVm } from "./machines";
import { packInto } from "./packing";
import type { Plan, PlannedHost, PlannedVm } from "./plan";
import type { Effect, Verdict } from "./survival/effects";
import { effectsOf, worst } from "./survival/effects";
import { boundByVolumes, reaches } from "./survival/reach";
import { canRun, freeDevices, localDisks, roomProblem } from "./survival/room";

/** What is done with one VM before its host is switched off. */
export interface MaintenanceStep {
  readonly machine: string;
  readonly role: PlannedVm["role"] | "guest";
  readonly vmId: number;
  /** `live`: migrated while it runs; `moved`: migrated while it is off; `stopped`: switched off until the host is back. */
  readonly how: "live" | "moved" | "stopped";
  /** Where it is meanwhile; undefined for what is stopped. */
  readonly to?: string;
  /** Size of the disks that have to be copied, since the other host does not reach them. */
  readonly copiedGiB: number;
  /** Why it is not migrated while it runs. */
  readonly reason?: string;
}

/** How a host is emptied, and what the stack is without it meanwhile. */
export interface Maintenance {
  readonly host: string;
  /** In order: workers, balancers, then control planes one at a time. */
  readonly steps: readonly MaintenanceStep[];
  readonly verdict: Verdict;
  readonly effects: readonly Effect[];
}

/** How each host can be taken down and brought back, in order of name. */
export function maintenances(plan: Plan): Maintenance[] {
  return plan.hosts.map((host) => maintenanceOf(plan, host));
}

function maintenanceOf(plan: Plan, host: PlannedHost): Maintenance {
  const others = plan.hosts.filter((other) => other !== host);
  const here = plan.machines.filter(isVm).filter((vm) => vm.host === host.name);
  const bound = boundByVolumes(plan);
  const places = placesOf(
    here.filter(({ name }) => !bound.has(name)),
    others,
  );
  const steps = [
    ...here.filter(({ role }) => role === "worker").map((vm) => stepOf(vm, host, others, { places, bound })),
    ...balancersOf(plan, host),
    ...here.filter(({ role }) => role === "controlplane").map((vm) => stepOf(vm, host, others, { places, bound })),
  ];
  const stopped = steps.filter(({ how }) => how === "stopped").map(({ machine }) => machine);
  const scenario = { kind: "host" as const, name: host.name, hosts: [host.name], machines: stopped };
  const effects = effectsOf({ plan, scenario, lost: new Set(stopped) });
  return { host: host.name, steps, effects, verdict: worst(effects.map(({ verdict }) => verdict)) };
}

interface Places {
  readonly places: ReadonlyMap<string, string>;
  readonly bound: ReadonlySet<string>;
}

function stepOf(vm: PlannedVm, from: PlannedHost, others: readonly PlannedHost[], { places, bound }: Places): MaintenanceStep {
  const { name: machine, role, vmId } = vm;
  const to = others.find(({ name }) => name === places.get(machine));
  if (!to) {
    const reason = bound.has(machine) ? "volumes of pods are among its disks (addons.proxmoxCsi)" : whyNowhere(vm, others);
    return { machine, role, vmId, how: "stopped", copiedGiB: 0, reason };
  }
  const copiedGiB = sum(localDisks(vm).map(({ sizeGiB }) => sizeGiB));
  const reason = whyNotLive(vm, from, to);
  const moved = { machine, role, vmId, to: to.name, copiedGiB };
  return reason === undefined ? { ...moved, how: "live" } : { ...moved, how: "moved", reason };
}

/** Balancers look after each other: one that is off leaves its address to the next, where one is on another host. */
function balancersOf({ balancers }: Plan, { name }: PlannedHost): MaintenanceStep[] {
  const isLast = (balancers?.machines ?? []).every(({ host }) => host === name);
  return (balancers?.machines ?? [])
    .filter(({ host }) => host === name)
    .map(({ name: machine, vmId }) => ({
      machine,
      role: "guest",
      vmId,
      how: "stopped",
      copiedGiB: 0,
      reason: isLast
        ? "no balancer is on another host: nobody has the address meanwhile"
        : "another balancer takes the address over",
    }));
}

/** Places for as many VMs as there is room for: control planes first, then the largest. */
function placesOf(here: readonly PlannedVm[], others: readonly PlannedHost[]): ReadonlyMap<string, string> {
  const order = [...here].sort((a, b) => rankOf(a) - rankOf(b) || b.memoryMiB - a.memoryMiB || a.vmId - b.vmId);
  let kept: readonly PlannedVm[] = [];
  let places: ReadonlyMap<string, string> = new Map();
  for (const vm of order) {
    const packing = packInto(roomProblem([...kept, vm], others, { disks: true }));
    if (packing.verdict !== "fits") continue;
    kept = [...kept, vm];
    places = packing.placement;
  }
  return places;
}

function rankOf({ role }: PlannedVm): number {
  return role === "controlplane" ? 0 : 1;
}

/** What keeps a VM where it is. */
function whyNowhere(vm: PlannedVm, others: readonly PlannedHost[]): string {
  if (others.length === 0) return "there is no other host";
  const near = others.filter((host) => reaches(host, vm));
  if (near.length === 0) return "no other host has its shared datastores";
  const able = near.filter((host) => canRun(vm, host));
  if (able.length === 0) return "no other host's processor has what it is bound to";
  const fits = (host: PlannedHost): boolean => packInto(roomProblem([vm], [host], { disks: true })).verdict === "fits";
  if (able.some(fits)) return "what is left elsewhere is taken by others of this host";
  const roomy = able.filter((host) => roomMiB(host) >= vm.memoryMiB);
  if (roomy.length === 0) return `no other host has ${vm.memoryMiB / 1024} GiB of memory free`;
  const lacking = vm.hardware.devices.some(({ mapping }) => roomy.every((host) => freeDevices(host, mapping) === 0));
  return lacking ? "no other host has its devices free" : "no other host has room for its disks";
}

/**
 * What a VM cannot be migrated with while it runs: a PCI device, a processor of another vendor, or all features of a processor that
 * the other one may not have (Proxmox VE administration guide, "Migration" and "CPU Type").
 */
function whyNotLive({ hardware }: PlannedVm, from: PlannedHost, to: PlannedHost): string | undefined {
  if (hardware.devices.length > 0) return `it has ${hardware.devices.map(({ mapping }) => mapping).join(", ")} of the host`;
  const [here, there] = [from.processor, to.processor];
  if (here && there && here.vendor !== there.vendor)
    return `${from.name} is ${NAMES[here.vendor]}, ${to.name} is ${NAMES[there.vendor]}`;
  if (hardware.cpuType !== "host") return undefined;
  if (!here || !there) return `its CPU type is host, and proxmox.hosts.${here ? to.name : from.name}.processor is not known`;
  return here.model === there.model ? undefined : `its CPU type is host, which is ${here.model} here and ${there.model} there`;
}

const NAMES = { intel: "Intel", amd: "AMD" } as const;
