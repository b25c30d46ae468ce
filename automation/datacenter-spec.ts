import type { StackConfig } from "../config/schema";
import { planStack } from "../planner";
import type { DatacenterSpec } from "../simulator";

/** The hardware as the stack file describes it, never as the planner sees it: the datacenter must be able to disagree. */
export function datacenterSpec(config: StackConfig): DatacenterSpec {
  const { proxmox, network, topology } = config;
  const pools = [topology.controlPlane, ...Object.values(topology.workers)];
  const { endpoint } = network;
  return {
    hosts: Object.entries(proxmox?.hosts ?? {}).map(([name, host]) => ({
      name,
      address: host.address,
      cores: host.cores,
      threads: host.threads,
      memoryMiB: host.memoryGiB * 1024,
      reservedMemoryMiB: host.reservedMemoryGiB * 1024,
      cpuLevel: host.cpuLevel,
      numaNodes: host.numaNodes,
      pciMappings: host.pciMappings,
      ...(proxmox ? { bridges: [proxmox.bridge], imageDatastore: proxmox.imageDatastore } : {}),
      datastores: Object.entries(host.datastores).map(([datastore, { sizeGiB, shared }]) => ({
        name: datastore,
        sizeGiB,
        shared,
      })),
    })),
    clusterName: proxmox?.cluster?.name,
    qdevice: proxmox?.cluster?.qdevice !== undefined,
    network: {
      subnets: [
        ...(network.subnet === undefined || network.gateway === undefined
          ? []
          : [{ subnet: network.subnet, gateway: network.gateway }]),
        ...(network.ipv6 ? [{ subnet: network.ipv6.subnet, gateway: network.ipv6.gateway }] : []),
      ],
      // Whoever names one of these promises that it leads to the control planes.
      frontends: [endpoint.dns, endpoint.loadBalancer].filter((host) => host !== undefined),
    },
    releasedDisks: releasedDisks(config),
    machines: pools
      .filter(({ source }) => source === "existing")
      .flatMap(({ machines = {}, cores, memoryGiB }) =>
        Object.entries(machines).map(([name, own]) => ({
          name,
          address: own.address ?? "",
          cores: own.cores ?? cores,
          memoryMiB: (own.memoryGiB ?? memoryGiB) * 1024,
        })),
      ),
  };
}

/** By machine: whatever the pool lets go, each of its machines may lose. Names that are counted are as the planner gives them. */
function releasedDisks(config: StackConfig): Record<string, string[]> {
  const { controlPlane, workers } = config.topology;
  const disks = [controlPlane, ...Object.values(workers)].flatMap((pool) => Object.values(pool.disks));
  if (!disks.some(({ remove }) => remove)) return {};
  const planned = planStack({ ...config, acknowledge: [] }, "");
  if (!planned.ok) return {};
  return Object.fromEntries(planned.plan.machines.map(({ name, releasedDisks: disks }) => [name, [...disks]]));
}
