import type { Fault } from "./fault";

const POOL = "proxmoxve:index/poolLegacy:PoolLegacy";
const FILE = "proxmoxve:download/file:File";
const VM = "proxmoxve:index/vmLegacy:VmLegacy";
const APPLY = "talos:machine/configurationApply:ConfigurationApply";
const BOOTSTRAP = "talos:machine/bootstrap:Bootstrap";
const RELEASE = "kubernetes:helm.sh/v3:Release";

/** Calls of the Proxmox API that each of the plain faults can happen to. */
const PROXMOX_CALLS = [
  { name: "pool", call: "POST /pools", type: POOL, what: "creating the resource pool" },
  { name: "image", call: "POST /nodes/:node/storage/:storage/download-url", type: FILE, what: "asking for an image" },
  { name: "vm-create", call: "POST /nodes/:node/qemu", type: VM, what: "creating a VM" },
  { name: "vm-resize", call: "PUT /nodes/:node/qemu/:vmid/resize", type: VM, what: "growing a disk" },
  { name: "vm-start", call: "POST /nodes/:node/qemu/:vmid/status/start", type: VM, what: "starting a VM" },
] as const;

const [, IMAGE, VM_CREATE, , VM_START] = PROXMOX_CALLS;

const APPLY_CALL = "talos /machine.MachineService/ApplyConfiguration";
const BOOTSTRAP_CALL = "talos /machine.MachineService/Bootstrap";

const LOCK = "can't lock file '/var/lock/pve-manager/pve-storage-local-lvm' - got timeout";
const FULL = "unable to create VM: lvcreate: insufficient free space: 0 extents available";

/** Every fault there is. */
export const FAULTS: readonly Fault[] = [
  ...PROXMOX_CALLS.flatMap(({ name, call, type, what }): Fault[] => {
    const at = { call: `proxmox ${call}`, type };
    return [
      { ...at, name: `${name}-500`, what: `Proxmox answers 500 to ${what}`, effect: { kind: "status", status: 500 } },
      { ...at, name: `${name}-503`, what: `Proxmox answers 503 to ${what}`, effect: { kind: "status", status: 503 } },
      { ...at, name: `${name}-reset`, what: `the connection is reset while ${what}`, effect: { kind: "reset" } },
      { ...at, name: `${name}-lost`, what: `${what} works, but nobody hears of it`, effect: { kind: "lost" } },
    ];
  }),
  task("image-task", "the download of an image fails", IMAGE, false, "download failed: 404 Not Found"),
  task("storage-lock", "the lock of a storage is not had in time", VM_CREATE, false, LOCK),
  task("storage-full", "a storage is full while an image is imported", VM_CREATE, false, FULL),
  task(
    "vm-create-task",
    "creating a VM fails when the VM is there",
    VM_CREATE,
    true,
    "command 'qm create' failed: exit code 255",
  ),
  task("vm-start-task", "a VM does not start", VM_START, false, "start failed: QEMU exited with code 1"),
  {
    name: "vm-id-taken",
    what: "somebody takes an id between preview and update",
    call: "proxmox POST /pools",
    among: 1,
    type: VM,
    effect: { kind: "stranger" },
  },
  {
    name: "vm-id-raced",
    what: "somebody takes an id in the moment in which its VM is created",
    call: `proxmox ${VM_CREATE.call}`,
    type: VM,
    effect: { kind: "stranger" },
  },
  {
    name: "host-down",
    what: "a host is down when the update begins",
    call: "proxmox",
    among: 1,
    type: VM,
    effect: { kind: "outage", of: "host" },
  },
  {
    name: "host-lost",
    what: "a host breaks down while VMs start",
    call: `proxmox ${VM_START.call}`,
    type: VM,
    effect: { kind: "outage", of: "host" },
  },
  {
    name: "endpoint-lost",
    what: "the host whose API is used breaks down while it makes a VM",
    call: `proxmox ${VM_CREATE.call}`,
    type: VM,
    effect: { kind: "outage", of: "endpoint", after: 5 },
  },
  {
    name: "factory-503",
    what: "the Image Factory is away",
    call: "factory POST /schematics",
    type: "talos:imageFactory/schematic:Schematic",
    effect: { kind: "status", status: 503 },
  },
  {
    name: "apply-reset",
    what: "a machine breaks off while it is configured",
    call: APPLY_CALL,
    type: APPLY,
    effect: { kind: "reset" },
    times: 2,
  },
  {
    name: "apply-lost",
    what: "a machine is configured, but nobody hears of it",
    call: APPLY_CALL,
    type: APPLY,
    effect: { kind: "lost" },
  },
  {
    name: "maintenance-stuck",
    what: "a machine takes its configuration and never leaves maintenance mode",
    call: APPLY_CALL,
    type: APPLY,
    effect: { kind: "swallowed" },
  },
  {
    name: "bootstrap-reset",
    what: "the first machine breaks off when it is bootstrapped",
    call: BOOTSTRAP_CALL,
    type: BOOTSTRAP,
    effect: { kind: "reset" },
  },
  {
    name: "bootstrap-late",
    what: "the first machine takes two minutes to say that it is bootstrapped",
    call: BOOTSTRAP_CALL,
    type: BOOTSTRAP,
    effect: { kind: "late", seconds: 120 },
  },
  {
    name: "bootstrap-lost",
    what: "the first machine is bootstrapped, but nobody hears of it and it is asked again",
    call: BOOTSTRAP_CALL,
    type: BOOTSTRAP,
    effect: { kind: "lost" },
  },
  {
    name: "certificate-expired",
    what: "machines refuse the administrator's certificate: it has expired, or a clock is wrong",
    call: BOOTSTRAP_CALL,
    type: BOOTSTRAP,
    effect: { kind: "expired" },
    times: Number.POSITIVE_INFINITY,
  },
  {
    name: "vip-late",
    what: "the virtual address comes up two minutes after the first API server",
    call: BOOTSTRAP_CALL,
    type: BOOTSTRAP,
    effect: { kind: "outage", of: "vip", seconds: 120 },
  },
  {
    name: "kubeconfig-reset",
    what: "the first machine breaks off when it is asked for the kubeconfig",
    call: "talos /machine.MachineService/Kubeconfig",
    type: "talos:cluster/kubeconfig:Kubeconfig",
    effect: { kind: "reset" },
  },
  {
    name: "engine-killed",
    what: "the engine is killed in the middle of everything",
    call: "*",
    among: 60,
    type: "*",
    effect: { kind: "killed" },
  },
  {
    name: "charts-503",
    what: "the repository of a chart is away",
    call: "charts GET",
    type: RELEASE,
    effect: { kind: "status", status: 503 },
  },
  {
    name: "api-away",
    what: "the Kubernetes API is away for a minute while charts are installed",
    call: "charts GET",
    type: RELEASE,
    effect: { kind: "outage", of: "api", seconds: 60 },
  },
  {
    name: "api-lost",
    what: "the Kubernetes API goes away while charts are installed, and stays away",
    call: "charts GET",
    type: RELEASE,
    effect: { kind: "outage", of: "api" },
  },
];

function task(name: string, what: string, { call, type }: { call: string; type: string }, done: boolean, message: string): Fault {
  return { name, what, call: `proxmox ${call}`, type, effect: { kind: "task", done, message } };
}
