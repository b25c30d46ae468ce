import type { StackConfig } from "../config/schema";
import type { DatacenterSpec } from "../simulator";

/** The hardware as the stack file describes it, never as the planner sees it: the datacenter must be able to disagree. */
export function datacenterSpec({ proxmox, network }: StackConfig): DatacenterSpec {
  return {
    hosts: Object.entries(proxmox.hosts).map(([name, host]) => ({
      name,
      address: host.address,
      cores: host.cores,
      threads: host.threads,
      memoryMiB: host.memoryGiB * 1024,
      reservedMemoryMiB: host.reservedMemoryGiB * 1024,
      datastores: Object.entries(host.datastores).map(([datastore, { sizeGiB }]) => ({ name: datastore, sizeGiB })),
    })),
    network: { subnet: network.subnet, gateway: network.gateway },
  };
}
