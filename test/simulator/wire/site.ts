import type { DatacenterSpec } from "../../../simulator";

/** Two hosts whose machines have loopback addresses, so that tests can listen there without a namespace. */
export function loopbackSite(): DatacenterSpec {
  const host = (name: string, address: string): DatacenterSpec["hosts"][number] => ({
    name,
    address,
    cores: 4,
    threads: 4,
    memoryMiB: 16384,
    reservedMemoryMiB: 2048,
    cpuLevel: "x86-64-v3",
    numaNodes: 1,
    pciMappings: {},
    datastores: [{ name: "local-lvm", sizeGiB: 100, shared: false }],
  });
  return {
    hosts: [host("pve", "127.68.0.51"), host("pve-02", "127.68.0.52")],
    network: { subnets: [{ subnet: "127.68.0.0/24", gateway: "127.68.0.1" }], frontends: [] },
    releasedDisks: {},
    machines: [],
  };
}
