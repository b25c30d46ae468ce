import { roomMiB, sum } from "../capacity";
import { levelOf } from "../findings/hardware";
import type { Item, PackingProblem } from "../packing";
import type { PlannedHost, PlannedVm } from "../plan";
import { reaches } from "./reach";

/**
 * Where VMs have room: memory, and devices, of which any host that has one of the same name will do.
 *
 * @param options `disks`: also room for copies of the disks that the other hosts do not reach
 */
export function roomProblem(
  vms: readonly PlannedVm[],
  hosts: readonly PlannedHost[],
  { disks = false }: { readonly disks?: boolean } = {},
): PackingProblem {
  const mappings = unique(vms.flatMap(({ hardware }) => hardware.devices.map(({ mapping }) => mapping)));
  const datastores = disks ? unique(vms.flatMap((vm) => localDisks(vm).map(({ datastore }) => datastore ?? ""))) : [];
  return {
    items: vms.map((vm) => itemOf(vm, hosts, mappings, datastores)),
    bins: hosts.map((host) => ({
      name: host.name,
      free: [
        roomMiB(host),
        ...mappings.map((mapping) => freeDevices(host, mapping)),
        ...datastores.map((datastore) => freeGiB(host, datastore)),
      ],
    })),
    resources: ["MiB", ...mappings, ...datastores.map((datastore) => `GiB of ${datastore}`)],
  };
}

function itemOf(vm: PlannedVm, hosts: readonly PlannedHost[], mappings: readonly string[], datastores: readonly string[]): Item {
  const able = hosts.filter((host) => canRun(vm, host) && reaches(host, vm)).map(({ name }) => name);
  const sizes = [
    vm.memoryMiB,
    ...mappings.map((mapping) => vm.hardware.devices.filter((device) => device.mapping === mapping).length),
    ...datastores.map((name) => sum(localDisks(vm).flatMap(({ datastore, sizeGiB }) => (datastore === name ? sizeGiB : [])))),
  ];
  return { name: vm.name, sizes, ...(able.length < hosts.length ? { allowed: new Set(able) } : {}) };
}

/** Disks that only the VM's own host reaches. */
export function localDisks({ disks }: Pick<PlannedVm, "disks">): PlannedVm["disks"] {
  return disks.filter(({ shared }) => !shared);
}

/** Whether a host's processor has what a VM is bound to; memory and devices are counted elsewhere. */
export function canRun({ cores, hardware }: PlannedVm, { threads, numaNodes, cpuLevel }: PlannedHost): boolean {
  const { affinity = "0", numaNode = 0, cpuType } = hardware;
  const lastThread = Math.max(...affinity.split(/[,-]/).map(Number));
  return threads >= cores && threads > lastThread && numaNodes > numaNode && levelOf(cpuLevel) >= levelOf(cpuType);
}

/** Devices of a mapping that no VM was given. */
export function freeDevices({ pciMappings }: PlannedHost, mapping: string): number {
  const there = pciMappings.find(({ name }) => name === mapping);
  return there ? there.devices - there.allocated : 0;
}

function freeGiB({ datastores }: PlannedHost, datastore: string): number {
  const there = datastores.find(({ name, shared }) => name === datastore && !shared);
  return there ? there.sizeGiB - there.allocatedGiB : 0;
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
