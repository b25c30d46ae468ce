import { stringify } from "yaml";

/** Values to write, by path; undefined takes the key away. */
export type Values = Readonly<Record<string, unknown>>;

/** One commit of the test repository, with what it does to what the commit before had deployed. */
export interface Edit {
  readonly edit: string;
  readonly values: Values;
  /** `<operation> <kind> <name>` of every resource that something is done to; components are none. */
  readonly operations: readonly string[];
  /** `<code> <of>` of every danger; `ok:` before it where it is dangerous and consented to. */
  readonly dangers?: readonly string[];
  /** Whether something dangerous has no consent. @default false */
  readonly open?: true;
  /** Consents that nothing needs. @default none */
  readonly unused?: readonly string[];
}

const CONTROL_PLANES = ["ctrl-00", "ctrl-01", "ctrl-02"];
const WORK = ["work-00", "work-01"];
const STORE = ["store-00", "store-01"];
const WORKERS = [...WORK, ...STORE];
const ALL = [...CONTROL_PLANES, ...WORKERS];
const HOSTS = ["pve-1", "pve-2", "pve-3"];

/** What bears the cluster's name, of which there is one. */
const NAMED = ["PoolLegacy", "proxmoxve", "Schematic", "Secrets", "Bootstrap", "Kubeconfig", "KubernetesApi", "kubernetes"];

/** The same about several things. */
const each = (what: string, names: readonly string[]): string[] => names.map((name) => `${what} ${name}`);
const vms = (operation: string, names: readonly string[]): string[] => each(`${operation} VmLegacy`, names);
const configurations = (operation: string, names: readonly string[]): string[] => each(`${operation} ConfigurationApply`, names);
const machines = (operation: string, names: readonly string[]): string[] => [
  ...vms(operation, names),
  ...configurations(operation, names),
];

const host = (address: string): object => ({
  ...{ address, cores: 16, threads: 32, memoryGiB: 128, reservedMemoryGiB: 4 },
  datastores: { "local-lvm": { sizeGiB: 800 }, tank: { sizeGiB: 800 } },
});

/** Three hosts with a control plane each; workers on the first, workers with a disk for data on the second. */
export const BASE: Values = {
  "proxmoxve:apiToken": { secure: "v1:AAAA" },
  metadata: { name: "lab", environment: "dev" },
  proxmox: {
    endpoint: "https://192.168.1.2:8006",
    vm: { idBase: 800, idCount: 20 },
    hosts: { "pve-1": host("192.168.1.2"), "pve-2": host("192.168.1.3"), "pve-3": host("192.168.1.4") },
  },
  network: {
    subnet: "192.168.1.0/24",
    gateway: "192.168.1.1",
    addresses: "192.168.1.100-192.168.1.119",
    endpoint: { vip: "192.168.1.99" },
  },
  topology: {
    controlPlane: { count: 3, cores: 2, memoryGiB: 4, diskGiB: 20 },
    workers: {
      main: {
        ...{ count: 2, cores: 2, memoryGiB: 4, diskGiB: 20, hosts: ["pve-1"] },
        ...{ ids: "803-806", addresses: "192.168.1.103-192.168.1.106", names: "work-00..03" },
      },
      store: {
        ...{ count: 2, cores: 2, memoryGiB: 4, diskGiB: 20, hosts: ["pve-2"], disks: { data: { sizeGiB: 50, slot: 1 } } },
        ...{ ids: "807-808", addresses: "192.168.1.107-192.168.1.108", names: "store-00..01" },
      },
    },
  },
  talos: {
    version: "v1.13.9",
    extensions: ["siderolabs/iscsi-tools", "siderolabs/qemu-guest-agent", "siderolabs/util-linux-tools"],
  },
  kubernetes: { version: "v1.36.0" },
};

const main = "topology.workers.main";
const store = "topology.workers.store";
const noMetrics: Values = { "addons.metricsServer": undefined };

/** Commits one after the other, each edit of what the one before has left. */
export const EDITS: readonly Edit[] = [
  { edit: "a comment's worth: nothing", values: {}, operations: [] },
  {
    edit: "a worker more",
    values: { [`${main}.count`]: 3 },
    operations: machines("create", ["work-02"]),
  },
  {
    edit: "more memory for a pool",
    values: { [`${main}.memoryGiB`]: 8 },
    operations: vms("update", [...WORK, "work-02"]),
    dangers: each("restart-pending", [...WORK, "work-02"]),
  },
  {
    edit: "a worker less",
    values: { [`${main}.count`]: 2 },
    operations: machines("delete", ["work-02"]),
    dangers: ["vm-deleted work-02"],
    open: true,
  },
  {
    edit: "another type of processor",
    values: { [`${main}.cpu`]: { type: "host" } },
    operations: vms("update", WORK),
    dangers: each("restart-pending", WORK),
  },
  { edit: "a larger system disk", values: { [`${store}.diskGiB`]: 30 }, operations: vms("update", STORE) },
  {
    edit: "a smaller system disk",
    values: { [`${store}.diskGiB`]: 20 },
    operations: vms("update", STORE),
    dangers: each("disk-shrunk", STORE),
    open: true,
  },
  {
    edit: "limits for disks",
    values: { [`${store}.diskLimits`]: { readIops: 500 } },
    operations: vms("update", STORE),
  },
  // Without limits, what the provider reads of them is ignored: those that were there stay.
  { edit: "no limits for disks", values: { [`${store}.diskLimits`]: undefined }, operations: [] },
  {
    edit: "a disk more",
    values: { [`${store}.disks.logs`]: { sizeGiB: 10, slot: 2 } },
    operations: machines("update", STORE),
  },
  {
    edit: "a disk taken out of the file",
    values: { [`${store}.disks.logs`]: undefined },
    operations: machines("update", STORE),
    dangers: each("disk-deleted", STORE),
    open: true,
  },
  {
    edit: "the disk back again",
    values: { [`${store}.disks.logs`]: { sizeGiB: 10, slot: 2 } },
    operations: machines("update", STORE),
  },
  {
    edit: "a disk let go of in so many words",
    values: { [`${store}.disks.logs.remove`]: true },
    operations: machines("update", STORE),
    dangers: each("ok:disk-deleted", STORE),
  },
  { edit: "its line out of the file once it is gone", values: { [`${store}.disks.logs`]: undefined }, operations: [] },
  {
    edit: "a disk in another slot",
    values: { [`${store}.disks.data.slot`]: 3 },
    operations: vms("update", STORE),
    dangers: each("disk-deleted", STORE),
    open: true,
  },
  {
    edit: "another datastore for a pool",
    values: { [`${main}.datastore`]: "tank" },
    operations: vms("update", WORK),
    dangers: each("disk-moved", WORK),
  },
  {
    edit: "another host for a pool",
    values: { [`${main}.hosts`]: ["pve-3"] },
    // A node's zone is its host.
    operations: machines("update", WORK),
    dangers: each("machine-migrated", WORK),
  },
  {
    edit: "a host more, and the pool on it",
    values: { "proxmox.hosts.pve-4": host("192.168.1.5"), "topology.controlPlane.hosts": HOSTS, [`${main}.hosts`]: ["pve-4"] },
    operations: ["create File pve-4", ...machines("update", WORK)],
    dangers: each("machine-migrated", WORK),
  },
  {
    edit: "that host out of the file before its VMs are away",
    values: { "proxmox.hosts.pve-4": undefined, [`${main}.hosts`]: ["pve-3"] },
    operations: ["delete File pve-4", ...machines("update", WORK)],
    dangers: [...each("machine-migrated", WORK), "update-refused work-00"],
    open: true,
  },
  {
    edit: "other ids for a pool",
    values: { [`${main}.ids`]: "813-816" },
    operations: machines("replace", WORK),
    dangers: each("vm-replaced", WORK),
    open: true,
  },
  {
    edit: "other addresses for a pool",
    values: { [`${main}.addresses`]: "192.168.1.113-192.168.1.116" },
    operations: machines("update", WORK),
    // Nobody is at the new address: a machine keeps the old one until its configuration says otherwise.
    dangers: [...each("address-moved", WORK), "update-refused work-00"],
    open: true,
  },
  { edit: "labels of nodes", values: { [`${main}.labels`]: { tier: "web" } }, operations: configurations("update", WORK) },
  {
    edit: "a kernel setting that Talos takes over as it runs",
    values: { "talos.sysctls": { "vm.max_map_count": "262144" } },
    operations: configurations("update", ALL),
  },
  {
    edit: "a rule for devices, for which Talos restarts",
    values: { [`${main}.configPatches`]: [{ machine: { udev: { rules: ['SUBSYSTEM=="drm", MODE="0666"'] } } }] },
    operations: configurations("update", WORK),
    dangers: each("machine-restarted", WORK),
  },
  {
    edit: "a patch release of Kubernetes",
    values: { "kubernetes.version": "v1.36.1" },
    operations: configurations("update", ALL),
    dangers: ["kubernetes-version-changed lab"],
  },
  {
    edit: "an older Kubernetes",
    values: { "kubernetes.version": "v1.34.0" },
    operations: configurations("update", ALL),
    dangers: ["kubernetes-version-changed lab", "version-downgraded lab"],
    open: true,
  },
  {
    edit: "a Kubernetes two minor versions on",
    values: { "kubernetes.version": "v1.36.1" },
    operations: configurations("update", ALL),
    dangers: ["kubernetes-version-changed lab", "version-skipped lab"],
    open: true,
  },
  {
    edit: "an older Talos",
    values: { "talos.version": "v1.13.8" },
    operations: [...each("replace File", HOSTS), ...machines("update", ALL)],
    dangers: ["talos-version-changed lab", "version-downgraded lab"],
    open: true,
  },
  {
    edit: "an extension of Talos",
    values: {
      "talos.extensions": [
        "siderolabs/iscsi-tools",
        "siderolabs/util-linux-tools",
        "siderolabs/qemu-guest-agent",
        "siderolabs/gvisor",
      ],
    },
    operations: ["replace Schematic lab", ...each("replace File", HOSTS), ...machines("update", ALL)],
    dangers: each("image-changed", ALL),
  },
  {
    edit: "the API behind a name",
    values: { "network.endpoint": { dns: "api.lab.example.org" } },
    operations: [...configurations("update", ALL), "replace Kubeconfig lab", "update kubernetes lab"],
    dangers: ["endpoint-changed lab"],
    open: true,
  },
  {
    edit: "another network for pods",
    values: { "kubernetes.podSubnets": ["10.32.0.0/12"] },
    operations: configurations("update", ALL),
    dangers: ["network-changed lab"],
    open: true,
  },
  { edit: "an add-on", values: { "addons.metricsServer": {} }, operations: ["create Release metrics-server"] },
  { edit: "a setting of it", values: { "addons.metricsServer.replicas": 2 }, operations: ["update Release metrics-server"] },
  {
    edit: "another namespace for it",
    values: { "addons.metricsServer.namespace": "metrics" },
    operations: ["replace Release metrics-server", "create Namespace metrics"],
    dangers: ["release-replaced metrics-server"],
  },
  {
    edit: "the add-on out of the file",
    values: noMetrics,
    operations: ["delete Release metrics-server", "delete Namespace metrics"],
    dangers: ["release-uninstalled metrics-server", "namespace-deleted metrics"],
    open: true,
  },
  {
    edit: "Longhorn",
    values: { "addons.longhorn": {} },
    operations: ["create Release longhorn", "create Namespace longhorn-system", ...configurations("update", WORKERS)],
  },
  {
    edit: "Longhorn out of the file at once",
    values: { "addons.longhorn": undefined },
    operations: ["delete Release longhorn", "delete Namespace longhorn-system", ...configurations("update", WORKERS)],
    dangers: ["longhorn-uninstalled longhorn", "namespace-deleted longhorn-system", ...each("protection-removed", WORK)],
    open: true,
  },
  {
    edit: "Longhorn again",
    values: { "addons.longhorn": {} },
    operations: ["create Release longhorn", "create Namespace longhorn-system", ...configurations("update", WORKERS)],
  },
  {
    edit: "consent to uninstalling it",
    values: { "addons.longhorn.allowUninstall": true },
    operations: ["update Release longhorn"],
    dangers: ["protection-removed longhorn"],
  },
  {
    edit: "Longhorn out of the file after that, with consent to what goes along",
    values: {
      "addons.longhorn": undefined,
      consent: [{ danger: "namespace-deleted", of: "longhorn-system", reason: "nothing is in it but Longhorn itself" }],
    },
    operations: ["delete Release longhorn", "delete Namespace longhorn-system", ...configurations("update", WORKERS)],
    dangers: ["ok:longhorn-uninstalled longhorn", "ok:namespace-deleted longhorn-system", ...each("protection-removed", WORK)],
  },
  {
    edit: "consent left in the file",
    values: { "talos.sysctls": {} },
    operations: configurations("update", ALL),
    unused: ["namespace-deleted"],
  },
  {
    edit: "a control plane less",
    values: { consent: undefined, "topology.controlPlane.count": 2 },
    operations: machines("delete", ["ctrl-02"]),
    dangers: ["etcd-member-removed ctrl-02", "vm-deleted ctrl-02"],
    open: true,
  },
  { edit: "a control plane more", values: { "topology.controlPlane.count": 3 }, operations: machines("create", ["ctrl-02"]) },
  {
    edit: "two control planes less at once",
    values: { "topology.controlPlane.count": 1 },
    operations: machines("delete", ["ctrl-01", "ctrl-02"]),
    dangers: [
      ...each("etcd-member-removed", ["ctrl-01", "ctrl-02"]),
      ...each("vm-deleted", ["ctrl-01", "ctrl-02"]),
      // One of three is no majority.
      "update-refused ctrl-01",
    ],
    open: true,
  },
  {
    edit: "two control planes more",
    values: { "topology.controlPlane.count": 3 },
    operations: machines("create", ["ctrl-01", "ctrl-02"]),
  },
  {
    edit: "a secret set anew",
    values: { "proxmoxve:apiToken": { secure: "v1:BBBB" } },
    operations: ["update proxmoxve lab"],
    dangers: ["secret-rotated proxmoxve:apiToken"],
  },
  {
    edit: "addresses for load balancers",
    values: { "addons.cilium": { loadBalancerPools: { main: { addresses: ["192.168.1.200-192.168.1.209"] } }, l2: {} } },
    operations: [
      "update Release cilium",
      "create CiliumLoadBalancerIPPool main",
      "create CiliumL2AnnouncementPolicy main",
      // What waits until the API serves the kinds.
      ...each("create ServedKind", ["ciliumloadbalancerippools/cilium", "ciliuml2announcementpolicies/cilium"]),
    ],
  },
  {
    edit: "none any more",
    values: { "addons.cilium": undefined },
    operations: [
      "update Release cilium",
      "delete CiliumLoadBalancerIPPool main",
      "delete CiliumL2AnnouncementPolicy main",
      ...each("delete ServedKind", ["ciliumloadbalancerippools/cilium", "ciliuml2announcementpolicies/cilium"]),
    ],
    dangers: ["object-deleted main", "object-deleted main"],
  },
  {
    edit: "the cluster under another name",
    values: { "metadata.name": "lab2" },
    operations: [
      ...NAMED.flatMap((kind) => [`delete ${kind} lab`, `create ${kind} lab2`]),
      // Their names and the VMs' tags, pool and MAC addresses have the cluster's name in them.
      ...each("replace File", HOSTS),
      ...machines("update", ALL),
      // Another cluster to Pulumi: what is in it is in another place.
      "replace Release cilium",
    ],
    dangers: ["pki-regenerated lab", "cluster-renamed lab"],
    open: true,
  },
  {
    edit: "Flux and two add-ons",
    values: {
      "addons.flux": { sync: { url: "https://git.example.org/fleet.git" } },
      "addons.keda": {},
      "addons.descheduler": {},
    },
    operations: [
      ...each("create Release", ["flux-operator", "keda", "descheduler"]),
      ...each("create Namespace", ["flux-system", "keda", "descheduler"]),
      "create FluxInstance flux-system/flux",
    ],
  },
  { edit: "one of them about to leave", values: { "addons.keda": { managedBy: "leaving" } }, operations: [] },
  {
    edit: "left to Flux",
    values: { "addons.keda": { managedBy: "gitops" } },
    operations: ["delete Release keda"],
  },
  {
    edit: "the other one left to Flux in one step",
    values: { "addons.descheduler": { managedBy: "gitops" } },
    operations: ["delete Release descheduler"],
    dangers: ["handed-over-in-one-step descheduler"],
    open: true,
  },
  {
    edit: "a Secret of Kubernetes",
    values: { secrets: { shop: { api: { keys: ["token"] } } }, "secret:shop/api/token": { secure: "v1:AAAA" } },
    operations: ["create Namespace shop", "create Secret shop/api"],
  },
  {
    edit: "what is in it set anew",
    values: { "secret:shop/api/token": { secure: "v1:BBBB" } },
    operations: ["replace Secret shop/api"],
    dangers: ["secret-rotated secret:shop/api/token"],
  },
  {
    edit: "another one in its place",
    values: { "secrets.shop": { web: { values: { user: "shop" } } } },
    operations: ["create Secret shop/web", "delete Secret shop/api"],
    dangers: ["object-deleted shop/api"],
  },
];

/** The values with others written at their paths. */
export function written(values: Values, edits: Values): Values {
  const copy = structuredClone(values) as Record<string, unknown>;
  for (const [path, value] of Object.entries(edits)) {
    const keys = path.split(".");
    const last = keys.pop() ?? "";
    const parent = keys.reduce<Record<string, unknown>>((at, key) => (at[key] ??= {}) as Record<string, unknown>, copy);
    if (value === undefined) Reflect.deleteProperty(parent, last);
    else parent[last] = structuredClone(value);
  }
  return copy;
}

/** A stack file of these values. */
export function fileOf(values: Values): string {
  const config = Object.entries(values).map(([key, value]) => [key.includes(":") ? key : `proxmox-talos:${key}`, value] as const);
  return stringify({ config: Object.fromEntries(config) });
}
