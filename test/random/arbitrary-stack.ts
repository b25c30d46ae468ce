import fc from "fast-check";

/** The concerns of a stack, as they stand in a file. */
export type Concerns = Record<string, unknown> & { readonly topology: Topology };

/** Pools as they stand in a file. */
export interface Topology {
  readonly controlPlane: Pool;
  readonly workers: Readonly<Record<string, Pool>>;
}

/** A pool as it stands in a file, with a number of machines. */
export type Pool = Record<string, unknown> & { readonly count?: number };

/** Ids and addresses each pool of a random stack has for itself. */
const SEATS = 20;
const POOL_NAMES = ["alpha", "beta", "gamma", "delta"];
/** What balancers have by default at the end of both ranges. */
const BALANCERS = 3;
/** The first machine's offset in both ranges. */
const FIRST = 40;

interface Shape {
  readonly hostCount: number;
  readonly domains: boolean;
  readonly shared: boolean;
  readonly family: "ipv4" | "ipv6" | "both";
  readonly endpoint: "address" | "vip" | "dns" | "loadBalancer" | "haproxy";
  readonly balancers: number;
  readonly controlPlanes: number;
  readonly pools: readonly PoolShape[];
  readonly existing: number;
}

interface PoolShape {
  readonly count: number;
  readonly named: boolean;
  readonly options: Record<string, unknown>;
  readonly spread: "host" | "failureDomain" | undefined;
  readonly pinned: boolean;
}

const poolOptions = fc.record(
  {
    diskGiB: fc.integer({ min: 10, max: 80 }),
    disks: fc.constantFrom({ data: { sizeGiB: 20 } }, { a: { sizeGiB: 5, slot: 2 }, b: { sizeGiB: 5, slot: 1 } }),
    diskLimits: fc.record(
      { readIops: fc.integer({ min: 10, max: 5000 }), writeMiBps: fc.integer({ min: 1, max: 900 }) },
      { requiredKeys: [] },
    ),
    networkMiBps: fc.integer({ min: 1, max: 1000 }),
    cpu: fc.record(
      {
        type: fc.constantFrom("x86-64-v2-AES", "x86-64-v3", "host"),
        affinity: fc.constantFrom("0-3", "0,2"),
        numaNode: fc.constantFrom(0, 1),
        limit: fc.constantFrom(1, 1.5),
        units: fc.integer({ min: 1, max: 1000 }),
      },
      { requiredKeys: [] },
    ),
    devices: fc.constantFrom([{ mapping: "gpu" }], [{ mapping: "gpu", pcie: false }]),
    labels: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.stringMatching(/^[a-z0-9]{0,8}$/), { maxKeys: 3 }),
    taints: fc.constantFrom("NoSchedule", "PreferNoSchedule").map((effect) => [{ key: "dedicated", value: "x", effect }]),
    extensions: fc.subarray(["siderolabs/tailscale", "siderolabs/gvisor", "siderolabs/qemu-guest-agent"]),
    configPatches: fc.constant([{ machine: { sysctls: { "vm.swappiness": "10" } } }]),
  },
  { requiredKeys: [] },
);

const poolShape: fc.Arbitrary<PoolShape> = fc.record({
  count: fc.integer({ min: 0, max: 3 }),
  named: fc.boolean(),
  options: poolOptions,
  spread: fc.constantFrom(undefined, "host", "failureDomain"),
  pinned: fc.boolean(),
});

const shape: fc.Arbitrary<Shape> = fc.record({
  hostCount: fc.integer({ min: 1, max: 4 }),
  domains: fc.boolean(),
  shared: fc.boolean(),
  family: fc.constantFrom("ipv4", "ipv4", "ipv6", "both"),
  endpoint: fc.constantFrom("address", "vip", "dns", "loadBalancer", "haproxy"),
  balancers: fc.integer({ min: 1, max: BALANCERS }),
  controlPlanes: fc.constantFrom(1, 1, 2, 3, 3, 5),
  pools: fc.array(poolShape, { maxLength: 2 }),
  existing: fc.integer({ min: 0, max: 2 }),
});

const talos = fc.record(
  {
    discovery: fc.boolean(),
    kernelArgs: fc.constantFrom([], ["console=ttyS0"]),
    secureBoot: fc.boolean(),
    encryption: fc.constantFrom({ provider: "tpm" }, { provider: "nodeId", volumes: ["ephemeral"] }),
    registryMirrors: fc.constant({ "docker.io": ["https://mirror.example.org"] }),
  },
  { requiredKeys: [] },
);

const proxmoxOptions = fc.record(
  {
    insecure: fc.boolean(),
    cluster: fc.constant({ name: "lab" }),
    ha: fc.record({ maxRestart: fc.integer({ min: 0, max: 3 }) }, { requiredKeys: [] }),
    vlanId: fc.integer({ min: 1, max: 4094 }),
    tags: fc.subarray(["blue", "green"]),
    firewall: fc.boolean(),
  },
  { requiredKeys: [] },
);

const addons = fc.record(
  {
    longhorn: fc.constant({}),
    cilium: fc.oneof(
      fc.constant({ enabled: false }),
      fc.record({ hubble: fc.record({ ui: fc.boolean() }, { requiredKeys: [] }) }),
    ),
  },
  { requiredKeys: [] },
);

/** Volumes of a size that the smallest system disk has room for. */
function withMonitoring(each: Record<string, unknown>, more: readonly string[]): Record<string, unknown> {
  const options = each["longhorn"] === undefined ? {} : { storageGiB: 1 };
  return { ...each, ...Object.fromEntries(more.map((name) => [name, options])) };
}

const monitoring = fc.subarray(["kubePrometheusStack", "loki", "tempo"]);

const externals = fc.constantFrom({}, { db: { host: "db.example.org", port: 5432 } }, { db: { host: "10.9.9.9", port: 5432 } });

/** A valid stack of any size and kind, with room on its hosts for everything it asks for. */
export const arbitraryStack: fc.Arbitrary<Concerns> = fc
  .tuple(
    shape,
    poolOptions,
    talos,
    proxmoxOptions,
    fc.tuple(addons, monitoring),
    externals,
    fc.constantFrom("dev", "homelab", "staging", "prod"),
  )
  .map(([each, controlPlane, talosPart, proxmoxPart, addonsPart, externalsPart, environment]) => ({
    metadata: { name: "random", environment },
    proxmox: { ...proxmox(each), ...proxmoxPart },
    network: network(each),
    topology: topology(each, controlPlane),
    talos: talosPart,
    addons: withMonitoring(...addonsPart),
    externals: externalsPart,
  }));

/** The address at an offset of the machines' network. */
function address({ family }: Shape, offset: number): string {
  return family === "ipv6" ? `fd00:5::${(0x1000 + offset).toString(16)}` : `10.5.0.${offset}`;
}

function range(each: Shape, first: number, length: number): string {
  return `${address(each, first)}-${address(each, first + length - 1)}`;
}

function proxmox({ hostCount, domains, shared }: Shape): object {
  const host = (index: number): object => ({
    address: `10.4.0.${index + 2}`,
    cores: 32,
    threads: 64,
    memoryGiB: 512,
    numaNodes: 2,
    cpuLevel: "x86-64-v3",
    pciMappings: { gpu: 32 },
    datastores: { "local-lvm": { sizeGiB: 8000, shared } },
    ...(domains ? { failureDomain: `room-${index % 2}` } : {}),
  });
  return {
    endpoint: "https://10.4.0.2:8006",
    vm: { idBase: 200, idCount: (POOL_NAMES.length + 1) * SEATS + BALANCERS },
    hosts: Object.fromEntries(Array.from({ length: hostCount }, (_, index) => [`pve-${index}`, host(index)])),
  };
}

function network(each: Shape): object {
  const length = (POOL_NAMES.length + 1) * SEATS + BALANCERS;
  const endpoints = {
    address: { address: address(each, FIRST) },
    vip: { vip: address(each, 9) },
    dns: { dns: "api.example.org" },
    loadBalancer: { loadBalancer: "lb.example.org", port: 443 },
    haproxy: { haproxy: { vip: address(each, 9), count: each.balancers } },
  };
  return {
    subnet: each.family === "ipv6" ? "fd00:5::/64" : "10.5.0.0/24",
    gateway: each.family === "ipv6" ? "fd00:5::1" : "10.5.0.1",
    addresses: range(each, FIRST, length),
    endpoint: endpoints[each.endpoint],
    ...(each.family === "both"
      ? {
          ipv6: {
            subnet: "fd00:6::/64",
            gateway: "fd00:6::1",
            addresses: `fd00:6::1000-fd00:6::${(0x1000 + length - 1).toString(16)}`,
          },
        }
      : {}),
  };
}

function topology(each: Shape, controlPlane: Record<string, unknown>): Topology {
  const hosts = Array.from({ length: each.hostCount }, (_, index) => `pve-${index}`);
  const seats = (position: number, prefix: string): object => ({
    ids: `${200 + position * SEATS}-${199 + (position + 1) * SEATS}`,
    addresses: range(each, FIRST + position * SEATS, SEATS),
    names: `${prefix}-00..${SEATS - 1}`,
  });
  const workers = each.pools.map(({ count, named, options, spread, pinned }, index) => {
    const prefix = POOL_NAMES[index] ?? "";
    // Every second name: what is left when machines were taken out of the middle.
    const members = Object.fromEntries(
      Array.from({ length: count }, (_, at) => [`${prefix}-${String(2 * at).padStart(2, "0")}`, {}]),
    );
    const pool: Pool = {
      ...(named ? { machines: members } : { count }),
      cores: 2,
      memoryGiB: 4,
      ...options,
      ...(spread === undefined ? {} : { spread }),
      ...(pinned ? { hosts: hosts.slice(0, 2) } : {}),
      ...seats(index + 1, prefix),
    };
    return [prefix, pool] as const;
  });
  const existing: Pool = {
    source: "existing",
    cores: 4,
    memoryGiB: 8,
    installDisk: "/dev/sda",
    machines: Object.fromEntries(
      Array.from({ length: each.existing }, (_, at) => [`bare-${at}`, { address: address(each, 200 + at), interface: "eno1" }]),
    ),
  };
  return {
    // Somewhere pods that tolerate nothing must run, also when every worker keeps them off.
    controlPlane: {
      ...controlPlane,
      taints: [],
      ...(workers.some(([, pool]) => pool["taints"] !== undefined) ? { schedulable: true } : {}),
      count: each.controlPlanes,
      cores: 2,
      memoryGiB: 4,
      ...seats(0, "ctrl"),
    },
    workers: { ...Object.fromEntries(workers), ...(each.existing > 0 ? { zz: existing } : {}) },
  };
}
