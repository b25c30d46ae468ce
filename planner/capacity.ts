import { packInto } from "./packing";
import type { PlannedDatastore, PlannedHost, PlannedMachine } from "./plan";
import type { Site } from "./site";

/** What takes room on a host: a machine or a load balancer, which has no devices of it. */
type Guest = Pick<PlannedMachine, "name" | "host" | "vmId" | "cores" | "memoryMiB" | "disks"> &
  Partial<Pick<PlannedMachine, "hardware">>;

/** Hosts in order of name, each with what the machines on it take. */
export function planHosts({ proxmox }: Site, machines: readonly Guest[]): PlannedHost[] {
  return byName(proxmox.hosts).map(([name, host]) => {
    const here = machines.filter((machine) => machine.host === name).sort((a, b) => (a.vmId ?? 0) - (b.vmId ?? 0));
    return {
      name,
      address: host.address,
      cores: host.cores,
      threads: host.threads,
      ...hostMemory(host),
      ...(host.failureDomain === undefined ? {} : { failureDomain: host.failureDomain }),
      domains: Object.fromEntries(byName(host.domains).map(([kind, names]) => [kind, [names].flat()])),
      ...(host.processor === undefined ? {} : { processor: host.processor }),
      cpuLevel: host.cpuLevel,
      numaNodes: host.numaNodes,
      pciMappings: byName(host.pciMappings).map(([mapping, devices]) => ({
        name: mapping,
        devices,
        allocated: here.flatMap(({ hardware }) => hardware?.devices ?? []).filter((device) => device.mapping === mapping).length,
      })),
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

/** What a host has, and what of it is its own. */
export function hostMemory({
  memoryGiB,
  reservedMemoryGiB,
}: Site["proxmox"]["hosts"][string]): Pick<PlannedHost, "memoryMiB" | "reservedMemoryMiB"> {
  return { memoryMiB: memoryGiB * 1024, reservedMemoryMiB: reservedMemoryGiB * 1024 };
}

/** In order of name: the engine hands maps on sorted, whatever the file's order. */
function byName<T>(map: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Memory a host has left for VMs; negative when it is overcommitted. */
export function freeMemoryMiB(host: Pick<PlannedHost, "memoryMiB" | "reservedMemoryMiB" | "allocatedMemoryMiB">): number {
  return host.memoryMiB - host.reservedMemoryMiB - host.allocatedMemoryMiB;
}

/** Memory that another VM could have on a host: what neither this stack nor other stack files take. */
export function roomMiB(host: PlannedHost): number {
  return freeMemoryMiB(host) - (host.otherMemoryMiB ?? 0);
}

/** What became of the search for places. */
export interface Failover {
  /** Machines left over when the largest go first, each where it fits most tightly; empty when there is a place for all. */
  readonly stranded: readonly PlannedMachine[];
  /** Whether every arrangement was tried: false only when that would have taken too long. */
  readonly proven: boolean;
}

/** Looks for a place for every machine in the memory the hosts have left. */
export function pack(machines: readonly PlannedMachine[], hosts: readonly PlannedHost[]): Failover {
  const items = machines.map(({ name, memoryMiB }) => ({ name, sizes: [memoryMiB] }));
  const bins = hosts.map((host) => ({ name: host.name, free: [freeMemoryMiB(host)] }));
  const packing = packInto({ items, bins, resources: ["MiB"] });
  if (packing.verdict === "fits") return { stranded: [], proven: true };
  const stranded = packing.stranded.flatMap((name) => machines.filter((machine) => machine.name === name));
  return { stranded, proven: packing.verdict === "does-not-fit" };
}

/** Sum of numbers. */
export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Memory for people: whole GiB where it is whole. */
export function gib(memoryMiB: number): string {
  return `${Number((memoryMiB / 1024).toFixed(2))} GiB`;
}
