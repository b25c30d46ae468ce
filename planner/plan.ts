/**
 * What was decided: the shapes the planner returns and everything downstream reads.
 *
 * A plan holds no secret, no clock and no randomness: the same stack file gives the same plan, byte for byte.
 */

import type { SecretName } from "../config/secrets";
import type { PlannedFootprint } from "./plan-footprint";
import type { AddonKey, PlannedAddons, PlannedSecret } from "./plan-addons";
import type { PlannedBalancers } from "./plan-balancers";
import type { PlannedCosts } from "./plan-costs";
import type { MachineRole, PlannedMachine } from "./plan-machine";

export type * from "./plan-addons";
export type * from "./plan-balancers";
export type * from "./plan-costs";
export type * from "./plan-footprint";
export type * from "./plan-machine";

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
  /** Whether all hosts reach the same storage under this name. */
  readonly shared: boolean;
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
  /** What it hangs on, by kind: it is away when all of one kind are. */
  readonly domains: Readonly<Record<string, readonly string[]>>;
  /** @default not known */
  readonly processor?: { readonly vendor: "intel" | "amd"; readonly model: string };
  /** Newest CPU level the processor has. */
  readonly cpuLevel: string;
  readonly numaNodes: number;
  /** Devices by resource mapping, with how many of each VMs were given. */
  readonly pciMappings: readonly { readonly name: string; readonly devices: number; readonly allocated: number }[];
  readonly allocatedMemoryMiB: number;
  /**
   * Memory that VMs of other stack files take.
   *
   * @default none
   */
  readonly otherMemoryMiB?: number;
  /** Sum of the vCPUs of the VMs placed here. */
  readonly vcpus: number;
  readonly datastores: readonly PlannedDatastore[];
  /** Names of the machines placed here, in the order of their ids. */
  readonly machines: readonly string[];
}

/** A set of like VMs. */
export interface PlannedPool {
  /** `control-plane` or the name of the worker pool. */
  readonly name: string;
  readonly role: MachineRole;
  /** Workloads may run here; asked for in so many words, for a control plane. */
  readonly schedulable: boolean;
  readonly machines: readonly PlannedMachine[];
}

/** Where the Kubernetes API is reached. */
export interface PlannedEndpoint {
  /** `https://<host>:<port>` */
  readonly url: string;
  /** Address or DNS name in the URL, without scheme and port. */
  readonly host: string;
  readonly port: number;
  readonly kind: "machine" | "vip" | "dns" | "loadBalancer" | "haproxy";
  /** The machine whose own address it is, when `kind` is `machine`. */
  readonly machine?: string;
  /** `address:port` of every API server, for whoever has to send requests there. */
  readonly backends: readonly string[];
}

/** The network all machines share. */
export interface PlannedNetwork {
  /** Networks in CIDR form, the machines' first one first; none where machines bring their own. */
  readonly subnets: readonly { readonly family: 4 | 6; readonly subnet: string; readonly gateway: string }[];
  readonly nameservers: readonly string[];
  readonly searchDomains: readonly string[];
  readonly timeServers: readonly string[];
  /** Linux bridge on every host, for instance `vmbr0`. */
  readonly bridge: string;
  readonly vlanId?: number;
  /** Bytes. @default the bridge's */
  readonly mtu?: number;
  /** Whether the Proxmox firewall's rules apply to VMs. */
  readonly firewall: boolean;
}

/** Disk image of the Talos release, downloaded once per host and schematic. */
export interface PlannedImage {
  readonly host: string;
  readonly datastore: string;
  /** Key of the schematic in `talos.schematics`. */
  readonly schematic: string;
  /** Versioned, so that a new release is a new file and never replaces what a VM was made from. */
  readonly fileName: string;
}

/** Restarting VMs of a failed host elsewhere. */
export interface PlannedHa {
  readonly maxRestart: number;
  readonly maxRelocate: number;
  readonly failback: boolean;
}

/** How the Proxmox cluster is reached and what VMs have in common. */
export interface PlannedProxmox {
  /** `https://<host>:8006` */
  readonly endpoint: string;
  /** Skip verification of the API's certificate (a fresh Proxmox host has a self-signed one). */
  readonly insecure: boolean;
  /** Proxmox resource pool that holds every VM of the stack; by default equal to the TalosCluster's name. */
  readonly poolId: string;
  /** Sorted tags every VM of the stack carries. */
  readonly tags: readonly string[];
  readonly ha?: PlannedHa;
  /** The tag that no VM of another stack carries. */
  readonly identityTag: string;
  /** Name of the Proxmox cluster the hosts form; unset where none is planned. */
  readonly cluster?: string;
  /** Address of the machine that votes where hosts are even in number. @default none */
  readonly qdevice?: string;
  /** Names of the hosts, sorted. */
  readonly hosts: readonly string[];
  /** Commands that form the Proxmox cluster, in order; none where nothing is to be formed. */
  readonly formation: readonly FormationStep[];
}

/** A command somebody has to type: forming a cluster takes root's password and empties nothing only on a host without VMs. */
export interface FormationStep {
  /** Host to type it on. */
  readonly host: string;
  readonly command: string;
  /** What it does and when. */
  readonly note: string;
}

/** A Talos image flavour: what is built into it. */
export interface PlannedSchematic {
  /** Empty for the one most machines have; otherwise a digest of its content. */
  readonly key: string;
  /** Image Factory schematic as YAML, keys in a fixed order. */
  readonly yaml: string;
}

/** What Talos is told beyond the machines. */
export interface PlannedTalos {
  /** With the leading `v`. */
  readonly version: string;
  /** Whether machines find each other through the discovery service. */
  readonly discovery: boolean;
  /** Host of the Image Factory. */
  readonly imageFactory: string;
  /** Every flavour a machine has, the common one first. */
  readonly schematics: readonly PlannedSchematic[];
  /** The control plane that etcd is bootstrapped on. */
  readonly bootstrapMachine: string;
  /** Workloads run on control planes too. */
  readonly scheduleOnControlPlanes: boolean;
  readonly secureBoot: boolean;
  /** Minutes a machine may take to answer. @default the provider's 10 */
  readonly timeoutMinutes?: number;
  readonly encryption?: { readonly provider: "tpm" | "nodeId"; readonly volumes: readonly ("state" | "ephemeral" | "user")[] };
  readonly sysctls: Readonly<Record<string, string>>;
  /** URLs of mirrors by registry. */
  readonly registryMirrors: Readonly<Record<string, readonly string[]>>;
}

/** What Kubernetes is told. */
export interface PlannedKubernetes {
  /** One network per address family of the machines, in CIDR form. */
  readonly podSubnets: readonly string[];
  readonly serviceSubnets: readonly string[];
  /** What means all addresses to a program that listens: of IPv4, or of both families where the machines' own is IPv6. */
  readonly anyAddress: "0.0.0.0" | "::";
  readonly domain: string;
  /** Names and addresses of the API's certificate. */
  readonly certSans: readonly string[];
  /** Further arguments by program. */
  readonly args: {
    readonly apiServer: Readonly<Record<string, string>>;
    readonly controllerManager: Readonly<Record<string, string>>;
    readonly scheduler: Readonly<Record<string, string>>;
    readonly kubelet: Readonly<Record<string, string>>;
    readonly etcd: Readonly<Record<string, string>>;
  };
}

/** Ids and addresses of the stack, as `first-last`; empty for a stack without VMs. */
export interface PlannedRanges {
  readonly ids: string;
  readonly freeIds: number;
  readonly addresses: string;
  readonly freeAddresses: number;
}

/** A service outside of the cluster with a name inside of it. */
export interface PlannedExternal {
  readonly name: string;
  readonly namespace: string;
  /** Name or address. */
  readonly host: string;
  readonly port: number;
}

/** The job that takes snapshots of etcd, and what it is allowed. It holds no secret: `secrets` says which ones it reads. */
export interface PlannedEtcdBackup {
  readonly name: string;
  readonly namespace: string;
  readonly image: string;
  /** When, as cron has it, in UTC. */
  readonly schedule: string;
  /** Days that the bucket is to keep a snapshot, by its own rule. */
  readonly retentionDays: number;
  /** What it may ask Talos for. */
  readonly role: string;
  /** Settings of talos-backup. */
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: readonly PlannedSecret[];
}

/** A Secret of Kubernetes that the stack file asks for. It holds nothing secret: `secrets` says which ones become part of it. */
export interface PlannedStackSecret {
  readonly namespace: string;
  readonly name: string;
  /** As Kubernetes has it, for instance `Opaque`. */
  readonly type: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Texts by key that are no secret. */
  readonly values: Readonly<Record<string, string>>;
  /** Names of secrets of the stack by key. */
  readonly secrets: Readonly<Record<string, SecretName>>;
}

/** A namespace that something of the stack needs and no cluster has by itself. */
export interface PlannedNamespace {
  readonly name: string;
  /** Pod security standard that is enforced: `privileged` where pods need the machine itself. */
  readonly podSecurity: "privileged" | "baseline";
  /** Whether it is no add-on's own: what others have put there must not go in passing. */
  readonly protect: boolean;
  /** Whether it stays when the program no longer asks for it: GitOps manages what is in it, or soon will. @default false */
  readonly retain?: true;
}

/** Versions that must agree, from the compatibility table or the stack file; those of charts for the add-ons that are on. */
export type PlannedVersions = { readonly talos: string; readonly kubernetes: string } & {
  readonly [K in AddonKey]?: string;
};

/** Everything that was decided for one stack. */
export interface Plan {
  /** Name of the stack, for instance `homelab`. */
  readonly stack: string;
  /** Name of the TalosCluster, from `metadata.name`. */
  readonly clusterName: string;
  readonly environment: string;
  /** Null for a stack of existing machines only. */
  readonly proxmox: PlannedProxmox | null;
  readonly hosts: readonly PlannedHost[];
  readonly network: PlannedNetwork;
  readonly endpoint: PlannedEndpoint;
  readonly images: readonly PlannedImage[];
  /** What the stack owns and how much of it no machine has yet. */
  readonly ranges: PlannedRanges;
  /** The control plane first, then worker pools in order of name. */
  readonly pools: readonly PlannedPool[];
  /** Every machine of every pool, control planes first, each pool by id. */
  readonly machines: readonly PlannedMachine[];
  /** Load balancers of the stack's own. @default none */
  readonly balancers?: PlannedBalancers;
  /** Operations the engine should have under way at once: `--parallel`. */
  readonly parallel: number;
  readonly talos: PlannedTalos;
  readonly kubernetes: PlannedKubernetes;
  readonly versions: PlannedVersions;
  readonly namespaces: readonly PlannedNamespace[];
  readonly addons: PlannedAddons;
  /** What the add-ons ask for together. */
  readonly footprint: PlannedFootprint;
  readonly externals: readonly PlannedExternal[];
  readonly costs: PlannedCosts;
  /** Share of the time, in percent, that was promised to users. @default nothing was */
  readonly availabilityPercent?: number;
  /** Those of the stack file, in order of namespace and name; releases have their own. */
  readonly secrets: readonly PlannedStackSecret[];
  /** @default no snapshots of etcd */
  readonly etcdBackup?: PlannedEtcdBackup;
  readonly findings: readonly Finding[];
}
