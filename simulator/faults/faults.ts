/** What can go wrong in a datacenter, by name, for the embedded engine and for real clients. */

/** What happens to a call. */
export type Effect =
  /** Answered with this HTTP status, and not carried out. */
  | { readonly kind: "status"; readonly status: number }
  /** The connection is reset, and nothing is carried out. */
  | { readonly kind: "reset" }
  /** Carried out, but the connection is cut before the answer. */
  | { readonly kind: "lost" }
  /** The task it starts fails, before it has done anything or when all is done. */
  | { readonly kind: "task"; readonly done: boolean; readonly message: string }
  /** Somebody else's VM has taken the id. */
  | { readonly kind: "stranger" };

/** One fault of the table. */
export interface Fault {
  readonly name: string;
  /** What happens, in a sentence. */
  readonly what: string;
  /** The call it happens to: `<door> <call>`. */
  readonly call: string;
  readonly effect: Effect;
  /** Calls in a row that it happens to. @default 1 */
  readonly times?: number;
  /** Type of the resource whose operation it breaks for the embedded engine. */
  readonly type: string;
}

const POOL = "proxmoxve:index/poolLegacy:PoolLegacy";
const FILE = "proxmoxve:download/file:File";
const VM = "proxmoxve:index/vmLegacy:VmLegacy";
const APPLY = "talos:machine/configurationApply:ConfigurationApply";

/** Calls of the Proxmox API that each of the plain faults can happen to. */
const PROXMOX_CALLS = [
  { name: "pool", call: "POST /pools", type: POOL, what: "creating the resource pool" },
  { name: "image", call: "POST /nodes/:node/storage/:storage/download-url", type: FILE, what: "asking for an image" },
  { name: "vm-create", call: "POST /nodes/:node/qemu", type: VM, what: "creating a VM" },
  { name: "vm-resize", call: "PUT /nodes/:node/qemu/:vmid/resize", type: VM, what: "growing a disk" },
  { name: "vm-start", call: "POST /nodes/:node/qemu/:vmid/status/start", type: VM, what: "starting a VM" },
] as const;

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
  task("image-task", "the download of an image fails", PROXMOX_CALLS[1], false, "download failed: 404 Not Found"),
  task("storage-lock", "the lock of a storage is not had in time", PROXMOX_CALLS[2], false, LOCK),
  task("storage-full", "a storage is full while an image is imported", PROXMOX_CALLS[2], false, FULL),
  task(
    "vm-create-task",
    "creating a VM fails when the VM is there",
    PROXMOX_CALLS[2],
    true,
    "command 'qm create' failed: exit code 255",
  ),
  task("vm-start-task", "a VM does not start", PROXMOX_CALLS[4], false, "start failed: QEMU exited with code 1"),
  {
    name: "vm-id-taken",
    what: "somebody takes an id before its VM is created",
    call: `proxmox ${PROXMOX_CALLS[2].call}`,
    type: VM,
    effect: { kind: "stranger" },
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
    call: "talos /machine.MachineService/ApplyConfiguration",
    type: APPLY,
    effect: { kind: "reset" },
    times: 2,
  },
  {
    name: "apply-lost",
    what: "a machine is configured, but nobody hears of it",
    call: "talos /machine.MachineService/ApplyConfiguration",
    type: APPLY,
    effect: { kind: "lost" },
  },
  {
    name: "bootstrap-reset",
    what: "the first machine breaks off when it is bootstrapped",
    call: "talos /machine.MachineService/Bootstrap",
    type: "talos:machine/bootstrap:Bootstrap",
    effect: { kind: "reset" },
  },
  {
    name: "kubeconfig-reset",
    what: "the first machine breaks off when it is asked for the kubeconfig",
    call: "talos /machine.MachineService/Kubeconfig",
    type: "talos:cluster/kubeconfig:Kubeconfig",
    effect: { kind: "reset" },
  },
  {
    name: "charts-503",
    what: "the repository of a chart is away",
    call: "charts GET",
    type: "kubernetes:helm.sh/v3:Release",
    effect: { kind: "status", status: 503 },
  },
];

function task(name: string, what: string, { call, type }: { call: string; type: string }, done: boolean, message: string): Fault {
  return { name, what, call: `proxmox ${call}`, type, effect: { kind: "task", done, message } };
}

/** A fault that is to happen. */
export interface PlannedFault {
  readonly fault: Fault;
  /** The how-manieth of its calls it happens to. */
  readonly at: number;
}

/**
 * Reads `name[@n]`.
 *
 * @param seed chooses the call where none is named: the same for the same seed
 * @throws {Error} naming what there is
 */
export function plannedFault(text: string, seed = 0): PlannedFault {
  const [, name = "", at] = /^([a-z0-9-]+)(?:@([1-9]\d*))?$/.exec(text) ?? [];
  const fault = FAULTS.find((each) => each.name === name);
  if (!fault)
    throw new Error(`no fault ${text}; there are ${FAULTS.map((each) => each.name).join(", ")}, each with @n for its n-th call`);
  // The first two happen in every stack.
  return { fault, at: at === undefined ? 1 + (seed % 2) : Number(at) };
}

/** The faults of one run, and how often what they happen to was asked for. */
export class Faults {
  /** Names of those that have happened. */
  public readonly struck: string[] = [];
  private readonly counts = new Map<string, number>();

  constructor(private planned: readonly PlannedFault[] = []) {}

  /** Has these faults happen from now on, and counts anew. */
  public arm(planned: readonly PlannedFault[]): void {
    this.planned = planned;
    this.counts.clear();
  }

  /** What is to happen to this call of a door. */
  public strike(call: string): Effect | undefined {
    return this.next(call, ({ fault }) => fault.call === call)?.effect;
  }

  /** What is to happen to this operation on a resource, for the embedded engine. */
  public strikeResource(type: string): Fault | undefined {
    return this.next(type, ({ fault }) => fault.type === type);
  }

  private next(what: string, matches: (planned: PlannedFault) => boolean): Fault | undefined {
    const count = (this.counts.get(what) ?? 0) + 1;
    this.counts.set(what, count);
    const found = this.planned.find((each) => matches(each) && count >= each.at && count < each.at + (each.fault.times ?? 1));
    if (found) this.struck.push(found.fault.name);
    return found?.fault;
  }
}
