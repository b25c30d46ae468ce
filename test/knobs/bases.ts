import { ALL_ON } from "../addons";

/** A stack of VMs in which most of what can be written is written. */
export const VMS = {
  metadata: { name: "knobs", environment: "dev" },
  proxmox: {
    endpoint: "https://10.0.0.2:8006",
    insecure: true,
    cluster: { name: "lab" },
    vm: { idBase: 500, idCount: 40 },
    tags: ["blue"],
    hosts: {
      "pve-1": {
        address: "10.0.0.2",
        cores: 16,
        threads: 32,
        memoryGiB: 128,
        reservedMemoryGiB: 8,
        failureDomain: "east",
        domains: { power: ["feed-a", "feed-b"] },
        processor: { vendor: "amd", model: "EPYC 7443P" },
        numaNodes: 2,
        cpuLevel: "x86-64-v3",
        pciMappings: { gpu: 4, nic: 4 },
        datastores: { "local-lvm": { sizeGiB: 900 }, tank: { sizeGiB: 900 } },
        cost: { purchase: { server: 900.5 }, rentPerMonth: 5, powerWatts: 60, currency: "EUR" },
      },
      "pve-2": {
        address: "10.0.0.3",
        cores: 16,
        threads: 32,
        memoryGiB: 128,
        failureDomain: "east",
        numaNodes: 2,
        cpuLevel: "x86-64-v3",
        pciMappings: { gpu: 4, nic: 4 },
        datastores: { "local-lvm": { sizeGiB: 900 }, tank: { sizeGiB: 900 } },
      },
      "pve-3": {
        address: "10.0.0.4",
        cores: 16,
        threads: 32,
        memoryGiB: 128,
        failureDomain: "west",
        numaNodes: 2,
        cpuLevel: "x86-64-v3",
        pciMappings: { gpu: 4, nic: 4 },
        datastores: { "local-lvm": { sizeGiB: 900 }, tank: { sizeGiB: 900 } },
      },
    },
  },
  network: {
    subnet: "10.0.0.0/24",
    gateway: "10.0.0.1",
    addresses: "10.0.0.100-10.0.0.139",
    ipv6: { subnet: "fd00::/64", gateway: "fd00::1", addresses: "fd00::100-fd00::127" },
    endpoint: { vip: "10.0.0.99" },
    nameservers: ["10.0.0.1"],
    searchDomains: ["example.org"],
    timeServers: ["a.example.org"],
  },
  topology: {
    controlPlane: pool("500-509", "10.0.0.100-10.0.0.109", "ctrl-00..09"),
    workers: { main: pool("510-519", "10.0.0.110-10.0.0.119", "work-00..09") },
  },
  talos: {
    encryption: { provider: "tpm", volumes: ["state"] },
    tailscale: { tags: ["tag:k8s"], routes: ["10.8.0.0/16"] },
    sysctls: { "vm.swappiness": "10" },
    registryMirrors: { "docker.io": ["https://a.example.org"] },
  },
  kubernetes: { certSans: ["a.example.org"], args: { apiServer: { v: "2" }, kubelet: { v: "2" } } },
  /** All there are. */
  addons: ALL_ON,
  externals: { db: { host: "db.example.org", port: 5432 }, cache: { host: "10.0.0.50", port: 6379 } },
};

function pool(ids: string, addresses: string, names: string): object {
  const first = names.replace(/\.\..*$/, "");
  return {
    machines: { [first]: { labels: { own: "1" }, taints: [{ key: "own", effect: "PreferNoSchedule" }] } },
    cores: 2,
    memoryGiB: 4,
    diskGiB: 200,
    disks: { data: { sizeGiB: 20 } },
    hosts: ["pve-1", "pve-2", "pve-3"],
    devices: [{ mapping: "gpu" }],
    labels: { tier: "a" },
    taints: [{ key: "tier", value: "a", effect: "PreferNoSchedule" }],
    ids,
    addresses,
    names,
  };
}

/** A stack of machines that are there. */
export const EXISTING = {
  metadata: { name: "knobs", environment: "dev" },
  network: { subnet: "10.0.0.0/24", gateway: "10.0.0.1", endpoint: { dns: "api.example.org" } },
  topology: {
    controlPlane: existing("ctrl-00", "10.0.0.10"),
    workers: { main: existing("work-00", "10.0.0.11") },
  },
};

function existing(name: string, address: string): object {
  return {
    source: "existing",
    cores: 2,
    memoryGiB: 4,
    installDisk: "/dev/sda",
    disks: { data: { sizeGiB: 20, selector: "disk.rotational" } },
    machines: { [name]: { address } },
  };
}
