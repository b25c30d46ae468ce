import type { StackConfig } from "../config/schema";
import type { PlannedDatastore, PlannedHost, PlannedMachine } from "./plan";

/** Hosts in order of name, each with what the machines on it take. */
export function planHosts({ proxmox }: StackConfig, machines: readonly PlannedMachine[]): PlannedHost[] {
  return Object.entries(proxmox.hosts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, host]) => {
      const here = machines.filter((machine) => machine.host === name).sort((a, b) => a.vmId - b.vmId);
      return {
        name,
        address: host.address,
        cores: host.cores,
        threads: host.threads,
        memoryMiB: host.memoryGiB * 1024,
        reservedMemoryMiB: host.reservedMemoryGiB * 1024,
        allocatedMemoryMiB: sum(here.map(({ memoryMiB }) => memoryMiB)),
        vcpus: sum(here.map(({ cores }) => cores)),
        datastores: Object.entries(host.datastores).map(([datastore, { sizeGiB }]): PlannedDatastore => ({
          name: datastore,
          sizeGiB,
          allocatedGiB: sum(
            here.flatMap(({ disks }) => disks.filter((disk) => disk.datastore === datastore)).map((disk) => disk.sizeGiB),
          ),
        })),
        machines: here.map((machine) => machine.name),
      };
    });
}

/** Memory a host has left for VMs; negative when it is overcommitted. */
export function freeMemoryMiB(host: PlannedHost): number {
  return host.memoryMiB - host.reservedMemoryMiB - host.allocatedMemoryMiB;
}

/**
 * Tries to find a place for every machine in what the hosts have left, largest first, each on the host it fits most tightly.
 *
 * @returns the machines that found none: an empty list proves that all fit, any other proves nothing by itself
 */
export function pack(machines: readonly PlannedMachine[], hosts: readonly PlannedHost[]): PlannedMachine[] {
  const free = new Map(hosts.map((host) => [host.name, freeMemoryMiB(host)]));
  return [...machines]
    .sort((a, b) => b.memoryMiB - a.memoryMiB || a.vmId - b.vmId)
    .filter((machine) => {
      const [best] = [...free].filter(([, left]) => left >= machine.memoryMiB).sort(([, a], [, b]) => a - b);
      if (best) free.set(best[0], best[1] - machine.memoryMiB);
      return !best;
    });
}

/** Sum of numbers. */
export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Memory for people: whole GiB where it is whole. */
export function gib(memoryMiB: number): string {
  return `${Number((memoryMiB / 1024).toFixed(2))} GiB`;
}
