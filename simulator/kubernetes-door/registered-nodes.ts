import type { Datacenter } from "../datacenter/datacenter";
import type { SimulatedNode } from "./node-status";

/** Machines of a cluster whose kubelet has registered, as their nodes show them. */
export function nodesOf(dc: Datacenter, clusterKey: string): SimulatedNode[] {
  const cluster = dc.cluster(clusterKey);
  return (cluster?.nodes ?? []).flatMap((vmId): SimulatedNode[] => {
    const vm = dc.vm(vmId);
    if (!vm?.machine || !vm.running) return [];
    const { hostname, type, labels, taints } = vm.machine;
    return [
      {
        name: hostname,
        addresses: vm.addresses,
        controlPlane: type === "controlplane",
        labels,
        taints: taints.map(({ key, value, effect }) => ({
          key,
          effect,
          ...(value === "" ? {} : { value }),
        })) as SimulatedNode["taints"],
        definesTalos: vm.machine.talosAccess !== null,
        ready: cluster?.networkReady.includes(vmId) ?? false,
        capacity: { cpu: String(vm.cores), memory: `${vm.memoryMiB}Mi` },
      },
    ];
  });
}
