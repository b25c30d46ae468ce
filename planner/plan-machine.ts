/** Machines as they were decided: what components hand to Proxmox and Talos. */

/** What a machine is in the TalosCluster. */
export type MachineRole = "controlplane" | "worker";

/** One disk of a machine. */
export interface PlannedDisk {
  /** Domain key of the disk: `system` is the one Talos boots from, any other is mounted at `/var/mnt/<name>`. */
  readonly name: string;
  readonly sizeGiB: number;
  /** Null for a disk of an existing machine. */
  readonly datastore: string | null;
  /** Whether all hosts share the datastore. */
  readonly shared: boolean;
  /** Position on the VM's controller; 0 for the system disk. */
  readonly slot: number;
  /** CEL expression that picks the disk on the machine. */
  readonly selector: string;
}

/** A static address of a machine. */
export interface PlannedAddress {
  readonly family: 4 | 6;
  /** Without prefix length. */
  readonly address: string;
  readonly prefixLength: number;
  readonly gateway: string;
}

/** Keeps pods off a machine that do not tolerate it. */
export interface PlannedTaint {
  readonly key: string;
  readonly value: string;
  readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

/** What a machine is in a tailnet. */
export interface PlannedTailscale {
  /** Settings of the extension as `NAME=value`, all but the auth key. */
  readonly environment: readonly string[];
}

/** How a VM is made beyond its size. */
export interface PlannedHardware {
  /** CPU model of QEMU. */
  readonly cpuType: string;
  /** Threads of the host the vCPUs may run on, for instance `0-7`. @default all */
  readonly affinity?: string;
  /** NUMA node of the host the memory comes from. @default any */
  readonly numaNode?: number;
  /** vCPUs' worth of time at most. @default no limit */
  readonly cpuLimit?: number;
  /** Share of time under contention. @default 100 */
  readonly cpuUnits?: number;
  readonly diskLimits: {
    readonly readIops?: number;
    readonly writeIops?: number;
    readonly readMiBps?: number;
    readonly writeMiBps?: number;
  };
  /** @default no limit */
  readonly networkMiBps?: number;
  /** PCI devices by resource mapping. */
  readonly devices: readonly { readonly mapping: string; readonly pcie: boolean }[];
}

/** One Talos machine, a VM or a machine that was there. */
export interface PlannedMachine {
  readonly name: string;
  readonly role: MachineRole;
  readonly source: "proxmox" | "existing";
  /** `control-plane` or the name of the worker pool. */
  readonly pool: string;
  /** Null for a machine that is no VM, as are id, MAC address and hardware. */
  readonly host: string | null;
  readonly vmId: number | null;
  /** Locally administered MAC address, derived from the stack's VM id. */
  readonly macAddress: string | null;
  readonly hardware: PlannedHardware | null;
  /** Address it is configured at, without prefix length. */
  readonly address: string;
  /** Static addresses it is given, the first one being `address`; none where a machine keeps what it has. */
  readonly addresses: readonly PlannedAddress[];
  /** Network device the addresses belong to, for instance `eth0`; null where they stay as they are. */
  readonly link: string | null;
  readonly cores: number;
  readonly memoryMiB: number;
  readonly disks: readonly PlannedDisk[];
  /** Names of disks that may go with all that is on them. */
  readonly releasedDisks: readonly string[];
  /** Disk Talos is installed on. */
  readonly installDisk: string;
  /** Key of its schematic in `talos.schematics`. */
  readonly schematic: string;
  /** Whether its image has the guest agent. */
  readonly guestAgent: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** What the node is to Proxmox, `proxmox://<region>/<VM id>`; set when it registers. @default nothing */
  readonly providerId?: string;
  readonly taints: readonly PlannedTaint[];
  /** @default not in a tailnet */
  readonly tailscale?: PlannedTailscale;
  /** Patches of the machine's configuration, last of all. */
  readonly configPatches: readonly Readonly<Record<string, unknown>>[];
}

/** A machine that is a VM. */
export interface PlannedVm extends PlannedMachine {
  readonly source: "proxmox";
  readonly host: string;
  readonly vmId: number;
  readonly macAddress: string;
  readonly hardware: PlannedHardware;
}
