import type { HostConfig } from "../config/schema";
import type { PlannedCost, PlannedDatastore, PlannedHost, PlannedMachine } from "./plan";
import type { Site } from "./site";

/** Hosts in order of name, each with what the machines on it take. */
export function planHosts({ proxmox }: Site, machines: readonly PlannedMachine[]): PlannedHost[] {
  return byName(proxmox.hosts).map(([name, host]) => {
    const here = machines.filter((machine) => machine.host === name).sort((a, b) => (a.vmId ?? 0) - (b.vmId ?? 0));
    return {
      name,
      address: host.address,
      cores: host.cores,
      threads: host.threads,
      memoryMiB: host.memoryGiB * 1024,
      reservedMemoryMiB: host.reservedMemoryGiB * 1024,
      ...(host.failureDomain === undefined ? {} : { failureDomain: host.failureDomain }),
      cpuLevel: host.cpuLevel,
      numaNodes: host.numaNodes,
      pciMappings: byName(host.pciMappings).map(([mapping, devices]) => ({
        name: mapping,
        devices,
        allocated: here.flatMap(({ hardware }) => hardware?.devices ?? []).filter((device) => device.mapping === mapping).length,
      })),
      ...(host.cost === undefined ? {} : { cost: costOf(host.cost) }),
      allocatedMemoryMiB: sum(here.map(({ memoryMiB }) => memoryMiB)),
      vcpus: sum(here.map(({ cores }) => cores)),
      datastores: byName(host.datastores).map(([datastore, { sizeGiB, shared }]): PlannedDatastore => ({
        name: datastore,
        sizeGiB,
        shared,
        // What all hosts share is filled by all of them.
        allocatedGiB: sum(
          (shared ? machines : here)
            .flatMap(({ disks }) => disks.filter((disk) => disk.datastore === datastore && disk.shared === shared))
            .map((disk) => disk.sizeGiB),
        ),
      })),
      machines: here.map((machine) => machine.name),
    };
  });
}

/** In order of name: the engine hands maps on sorted, whatever the file's order. */
function byName<T>(map: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}

function costOf({ purchase = {}, rentPerMonth = 0, powerWatts = 0, currency }: NonNullable<HostConfig["cost"]>): PlannedCost {
  // Cents are added as whole numbers: 388.30 + 45 is 433.30 and nothing else.
  const cents = sum(Object.values(purchase).map((price) => Math.round(price * 100)));
  return { purchase: cents / 100, rentPerMonth, powerWatts, currency };
}

/** Memory a host has left for VMs; negative when it is overcommitted. */
export function freeMemoryMiB(host: PlannedHost): number {
  return host.memoryMiB - host.reservedMemoryMiB - host.allocatedMemoryMiB;
}

/** Steps after which the search for a place for everything is given up; far more than two dozen VMs on six hosts need. */
const SEARCH_STEPS = 100_000;

/** What became of the search for places. */
export interface Packing {
  /** Machines left over when the largest go first, each where it fits most tightly; empty when there is a place for all. */
  readonly stranded: readonly PlannedMachine[];
  /** Whether every arrangement was tried: false only when that would have taken too long. */
  readonly proven: boolean;
}

/** Looks for a place for every machine in the memory the hosts have left. */
export function pack(machines: readonly PlannedMachine[], hosts: readonly PlannedHost[]): Packing {
  const free = hosts.map(freeMemoryMiB);
  const sorted = [...machines].sort((a, b) => b.memoryMiB - a.memoryMiB || (a.vmId ?? 0) - (b.vmId ?? 0));
  const stranded = bestFit(sorted, [...free]);
  if (stranded.length === 0) return { stranded, proven: true };
  const fits = search(
    sorted.map(({ memoryMiB }) => memoryMiB),
    free,
  );
  return { stranded: fits === true ? [] : stranded, proven: fits !== undefined };
}

function bestFit(sorted: readonly PlannedMachine[], free: number[]): PlannedMachine[] {
  return sorted.filter(({ memoryMiB }) => {
    const tightest = Math.min(...free.filter((left) => left >= memoryMiB));
    const at = free.indexOf(tightest);
    if (at >= 0) free[at] = tightest - memoryMiB;
    return at < 0;
  });
}

/** Whether sizes fit into bins, by trying: undefined when the steps ran out first. */
function search(sizes: readonly number[], bins: readonly number[]): boolean | undefined {
  if (sum(sizes) > sum(bins.filter((left) => left > 0))) return false;
  let steps = 0;
  const fits = (index: number, free: readonly number[]): boolean => {
    const size = sizes[index];
    if (size === undefined) return true;
    // Bins with equally much left are the same: one of them is enough.
    return [...new Set(free)].some((left) => {
      if (left < size || steps++ > SEARCH_STEPS) return false;
      return fits(index + 1, free.with(free.indexOf(left), left - size));
    });
  };
  return fits(0, bins) || (steps > SEARCH_STEPS ? undefined : false);
}

/** Sum of numbers. */
export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Memory for people: whole GiB where it is whole. */
export function gib(memoryMiB: number): string {
  return `${Number((memoryMiB / 1024).toFixed(2))} GiB`;
}
