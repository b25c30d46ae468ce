/**
 * What was decided: the shapes the planner returns and everything downstream reads.
 *
 * A plan holds no secret, no clock and no randomness: the same stack file gives the same plan, byte for byte.
 */

/** What a machine is in the TalosCluster. */
export type MachineRole = "controlplane" | "worker";

/** How much a finding matters: an unacknowledged `error` stops plan, rehearse and up. */
export type Severity = "error" | "warning" | "info";

/** A verdict of the planner on the stack file. */
export interface Finding {
  /** Fixed code, documented in `docs/findings.md`. */
  readonly code: string;
  readonly severity: Severity;
  /** Path in the stack file, for instance `topology.controlPlane.hosts`. */
  readonly path: string;
  /** What is wrong, with the figures; no final period. */
  readonly message: string;
  /** What to do about it; no final period. */
  readonly remedy: string;
  /** The reason given in the stack file for living with this finding. */
  readonly acknowledged?: string;
}

/** One datastore of a host with what the plan puts on it. */
export interface PlannedDatastore {
  readonly name: string;
  readonly sizeGiB: number;
  readonly allocatedGiB: number;
}

/** One Proxmox node with what the plan puts on it. */
export interface PlannedHost {
  readonly name: string;
  readonly address: string;
  readonly cores: number;
  readonly threads: number;
  readonly memoryMiB: number;
  /** Memory kept for the host itself. */
  readonly reservedMemoryMiB: number;
  /** What fails together with this host; undefined when nothing does. */
  readonly failureDomain?: string;
  readonly allocatedMemoryMiB: number;
  /** Sum of the vCPUs of the VMs placed here. */
  readonly vcpus: number;
  readonly datastores: readonly PlannedDatastore[];
  /** Names of the machines placed here, in the order of their ids. */
  readonly machines: readonly string[];
}

/** One virtual disk. */
export interface PlannedDisk {
  /** Domain key of the disk: `system` is the one Talos boots from. */
  readonly name: string;
  readonly sizeGiB: number;
  readonly datastore: string;
}

/** One Talos machine: a VM with a fixed id, name, address and host. */
export interface PlannedMachine {
  readonly name: string;
  readonly role: MachineRole;
  /** `control-plane` or the name of the worker pool. */
  readonly pool: string;
  readonly host: string;
  readonly vmId: number;
  /** IPv4 address without prefix length. */
  readonly address: string;
  /** Locally administered MAC address, derived from the stack's VM id. */
  readonly macAddress: string;
  readonly cores: number;
  readonly memoryMiB: number;
  readonly disks: readonly PlannedDisk[];
}

/** A set of like VMs. */
export interface PlannedPool {
  /** `control-plane` or the name of the worker pool. */
  readonly name: string;
  readonly role: MachineRole;
  readonly machines: readonly PlannedMachine[];
}

/** Where the Kubernetes API is reached. */
export interface PlannedEndpoint {
  /** `https://<host>:6443` */
  readonly url: string;
  /** Address or DNS name in the URL, without scheme and port. */
  readonly host: string;
  readonly kind: "machine" | "vip";
  /** The machine whose own address it is, when `kind` is `machine`. */
  readonly machine?: string;
}

/** The network all machines share. */
export interface PlannedNetwork {
  /** CIDR, for instance `192.168.68.0/24`. */
  readonly subnet: string;
  readonly prefixLength: number;
  readonly gateway: string;
  readonly nameservers: readonly string[];
  readonly timeServers: readonly string[];
  /** Linux bridge on every host, for instance `vmbr0`. */
  readonly bridge: string;
  readonly vlanId?: number;
}

/** Disk image of the Talos release, downloaded once per host. */
export interface PlannedImage {
  readonly host: string;
  readonly datastore: string;
  /** Versioned, so that a new release is a new file and never replaces what a VM was made from. */
  readonly fileName: string;
}

/** How the Proxmox cluster is reached and what VMs have in common. */
export interface PlannedProxmox {
  /** `https://<host>:8006` */
  readonly endpoint: string;
  /** Skip verification of the API's certificate (a fresh Proxmox host has a self-signed one). */
  readonly insecure: boolean;
  /** Proxmox resource pool that holds every VM of the stack; equal to the TalosCluster's name. */
  readonly poolId: string;
  /** Sorted tags every VM of the stack carries. */
  readonly tags: readonly string[];
}

/** What Talos is told beyond the machines. */
export interface PlannedTalos {
  /** With the leading `v`. */
  readonly version: string;
  /** Whether machines find each other through the discovery service. */
  readonly discovery: boolean;
  /** Image Factory schematic as YAML, keys in a fixed order. */
  readonly schematic: string;
  /** The control plane that etcd is bootstrapped on. */
  readonly bootstrapMachine: string;
  /** Workloads run on control planes too (no worker exists). */
  readonly scheduleOnControlPlanes: boolean;
}

/** Values of the Cilium add-on that the plan decides. */
export interface PlannedCilium {
  readonly version: string;
  readonly operatorReplicas: number;
  readonly hubbleRelay: boolean;
  readonly hubbleUi: boolean;
}

/** Versions that must agree, from the compatibility table or the stack file. */
export interface PlannedVersions {
  readonly talos: string;
  readonly kubernetes: string;
  readonly cilium: string;
}

/** Everything that was decided for one stack. */
export interface Plan {
  /** Name of the stack, for instance `homelab`. */
  readonly stack: string;
  /** Name of the TalosCluster, from `metadata.name`. */
  readonly clusterName: string;
  readonly environment: string;
  readonly proxmox: PlannedProxmox;
  readonly hosts: readonly PlannedHost[];
  readonly network: PlannedNetwork;
  readonly endpoint: PlannedEndpoint;
  readonly images: readonly PlannedImage[];
  /** The control plane first, then worker pools in the order of the stack file. */
  readonly pools: readonly PlannedPool[];
  /** Every machine of every pool, control planes first, each pool by id. */
  readonly machines: readonly PlannedMachine[];
  readonly talos: PlannedTalos;
  readonly versions: PlannedVersions;
  readonly addons: { readonly cilium: PlannedCilium };
  readonly findings: readonly Finding[];
}
