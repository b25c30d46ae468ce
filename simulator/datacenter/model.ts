import type { Json } from "../values";
import type { BalancedService } from "./address-pools";
import type { GuestFacts } from "./seed";

/** What is in the datacenter: plain data, so that it can be kept between runs. */

/** What the datacenter is built of, as the stack file describes the hardware: never what the planner made of it. */
export interface DatacenterSpec {
  readonly hosts: readonly HostSpec[];
  /** Name of the Proxmox cluster the hosts have formed; undefined when nobody says. */
  readonly clusterName?: string | undefined;
  /** A machine beside the hosts gives the Proxmox cluster one vote more. @default false */
  readonly qdevice?: boolean;
  readonly network: {
    readonly subnets: readonly { readonly subnet: string; readonly gateway: string }[];
    /** Names and addresses outside of the stack that lead to whichever control plane answers. */
    readonly frontends: readonly string[];
  };
  /** Disks that may go with all that is on them, as the stack file consents, by machine. */
  readonly releasedDisks: Readonly<Record<string, readonly string[]>>;
  /** Machines that are there and wait for a configuration. */
  readonly machines: readonly MachineSpec[];
}

/** A machine that is no VM, booted into maintenance mode. */
export interface MachineSpec {
  readonly name: string;
  readonly address: string;
  readonly cores: number;
  readonly memoryMiB: number;
}

/** One Proxmox host as bought. */
export interface HostSpec {
  readonly name: string;
  readonly address: string;
  readonly cores: number;
  readonly threads: number;
  readonly memoryMiB: number;
  /** Memory that Proxmox itself and its caches need: VMs cannot have it. */
  readonly reservedMemoryMiB: number;
  readonly datastores: readonly { readonly name: string; readonly sizeGiB: number; readonly shared: boolean }[];
  /** Newest CPU level of QEMU the processor can show a VM. */
  readonly cpuLevel: string;
  readonly numaNodes: number;
  /** Devices by resource mapping. */
  readonly pciMappings: Readonly<Record<string, number>>;
  /** Bridges that VMs can be attached to. @default `vmbr0`, which every installation has */
  readonly bridges?: readonly string[];
  /** Storage beside `local` that takes images as files. @default none */
  readonly imageDatastore?: string;
}

/** Where a Talos machine stands in its life. */
export type TalosStage = "off" | "booting" | "maintenance" | "starting" | "running";

/** One VM with the Talos machine in it, or a machine that is no VM. */
export interface Vm {
  /** Below zero for a machine that is no VM. */
  readonly vmId: number;
  name: string;
  /** Empty for a machine that is no VM. */
  host: string;
  cores: number;
  memoryMiB: number;
  disks: VmDisk[];
  /** Id of the Image Factory schematic it was made from; empty where nobody knows. */
  schematic: string;
  /** Whether it was made from a signed image; null where nobody knows. */
  secureBoot: boolean | null;
  /** Addresses from the cloud-init drive, without prefix length; the first one is where it answers. */
  addresses: string[];
  hardware: VmHardware;
  running: boolean;
  stage: TalosStage;
  /** Judged machine configuration, once applied. */
  machine?: MachineFacts;
  /** What it is by its seed, where it is no machine of Talos. */
  guest?: GuestFacts;
  /** Whether its seed has been read and carried out. @default false */
  isInstalled?: boolean;
  /** Snapshot of etcd that was uploaded to be restored, in base64. */
  upload?: string;
  /** Why etcd did not start when it was asked to. */
  etcdFailure?: string;
}

/** One disk of a VM. */
export interface VmDisk {
  /** Where it is plugged in, for instance `scsi1`: to Proxmox the slot is the disk. */
  readonly slot: string;
  readonly datastore: string;
  readonly sizeGiB: number;
  readonly serial?: string;
}

/** What a VM asks of its host beyond size. */
export interface VmHardware {
  readonly cpuType: string;
  /** Last thread of the host it is bound to; null when it is not. */
  readonly lastThread: number | null;
  readonly numaNode: number | null;
  readonly mappings: readonly string[];
  readonly tpm: boolean;
}

/** What keeps pods off a node that do not tolerate it. */
export interface MachineTaint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

/** What the datacenter reads out of a machine configuration. */
export interface MachineFacts {
  readonly type: "controlplane" | "worker";
  readonly clusterKey: string;
  readonly clusterName: string;
  readonly endpoint: string;
  readonly hostname: string;
  readonly cni: string;
  readonly podSubnets: readonly string[];
  readonly serviceSubnets: readonly string[];
  /** DNS domain of its cluster. */
  readonly domain: string;
  readonly kubeProxy: boolean;
  readonly kubePrismPort: number | null;
  readonly virtualIp: string | null;
  readonly addresses: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Whether pods run there that tolerate nothing in particular. */
  readonly schedulable: boolean;
  readonly taints: readonly MachineTaint[];
  /** Id of the schematic in its installer. */
  readonly schematic: string;
  /** Folders of the machine that the kubelet sees beside its own. */
  readonly mounts: readonly string[];
  /** Names of its user volumes, mounted below `/var/mnt`. */
  readonly volumes: readonly string[];
  /** Serial numbers of the disks its volumes are looked for on. */
  readonly volumeSerials: readonly string[];
  /** Volumes that are encrypted, by name; Talos can encrypt them only when it makes them. */
  readonly encrypted: readonly string[];
  /** Whether its installer is one of signed images. */
  readonly secureBoot: boolean;
  /** Whether a volume's key comes from a TPM. */
  readonly needsTpm: boolean;
  /** Whom it lets ask Talos from inside of the cluster; null for nobody. */
  readonly talosAccess: TalosAccess | null;
  /** What its node says it is to a cloud; empty for nothing. */
  readonly providerId: string;
  /** Whether its kubelet asks the cluster for the certificate it shows. */
  readonly asksForCertificate: boolean;
}

/** Who may ask Talos from inside of a cluster. */
export interface TalosAccess {
  readonly roles: readonly string[];
  readonly namespaces: readonly string[];
}

/** One TalosCluster, from its bootstrap on. */
export interface Cluster {
  /** Identity of the PKI: machines with the same key belong together. */
  readonly key: string;
  readonly endpoint: string;
  readonly endpointHost: string;
  /** VM ids of the etcd members. */
  etcdMembers: number[];
  /** Those whose data was wiped without their leaving. @default none */
  wipedMembers?: number[];
  /** VM ids of the control planes whose API server runs. */
  apiServers: number[];
  /** VM ids of the registered Kubernetes nodes. */
  nodes: number[];
  /** VM ids of the nodes whose pods have a network. */
  networkReady: number[];
  /** Chart of the network add-on, once released. */
  cni: string | null;
  coreDns: boolean;
  /** Chart by release name. */
  releases: Record<string, string>;
  /** Releases that were left to somebody else, by `namespace/name`. @default none */
  abandoned?: readonly string[];
  /** GiB of the volumes that each release's StatefulSets were made for, by `namespace/name`. */
  templates: Record<string, readonly number[]>;
  /** Enforced pod security standard by namespace. */
  namespaces: Record<string, string>;
  /** When the kinds of custom resources that a chart brings are there, by chart: seconds in this run. */
  definitions: Record<string, number>;
  /** Custom resources that were made and not deleted. */
  resources: readonly CustomResourceRequest[];
  /** Services of type LoadBalancer. @default none */
  services?: readonly BalancedService[];
  /** Storage that makes volumes, once its release is ready. */
  storage: StorageClass | null;
  /** Volumes that are disks of VMs. @default none */
  disks?: VolumeDisks;
  /** Whom certificates of kubelets are approved for. @default nobody */
  approver?: KubeletApprover;
}

/** A custom resource as it is asked for. */
export interface CustomResourceRequest {
  /** `group/version` */
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Empty for a kind that has none. */
  readonly namespace: string;
  /** Roles that a service account of Talos asks for. @default none */
  readonly roles?: readonly string[];
  /** What it says, of kinds that have to do with addresses of Services. @default nothing that matters */
  readonly spec?: { readonly [key: string]: Json };
}

/** Who approves of kubelets' certificates, by what it was told. */
export interface KubeletApprover {
  /** Names of machines, a regular expression. */
  readonly names: string;
  /** Networks of their addresses, in CIDR form; none for any. */
  readonly prefixes: readonly string[];
}

/** Volumes that Proxmox' CSI plugin makes. */
export interface VolumeDisks {
  /** Names of its classes, while it runs. */
  readonly classes: readonly string[];
  /** What each release has or has left behind, by `namespace/name`. */
  readonly claims: Record<string, { readonly storageClass: string; readonly sizes: readonly number[] }>;
}

/** What makes volumes. */
export interface StorageClass {
  readonly name: string;
  readonly replicas: number;
  /** Folder of the machines that volumes are kept in. */
  readonly dataPath: string;
  /** GiB left by VM id of the machines that keep volumes. */
  readonly roomGiB: Record<string, number>;
  /** GiB of one copy of what each release has or has left behind, by `namespace/name`. */
  readonly claims: Record<string, readonly number[]>;
  /** Further classes of volumes by name, as they were made. @default none */
  readonly classes?: Readonly<Record<string, string>>;
  /** Copies of each volume of a release whose class says so, by `namespace/name`. @default replicas */
  readonly copies?: Record<string, number>;
}

/** A chart as it is released. */
export interface ReleaseRequest {
  readonly name: string;
  readonly namespace: string;
  readonly createNamespace: boolean;
  readonly chart: string;
  readonly values: { readonly [key: string]: Json };
  readonly timeoutSeconds: number;
}

/** All of the datacenter, as kept between runs. */
export interface DatacenterState {
  vms: Vm[];
  clusters: Cluster[];
  /** Volume ids of downloaded images by host. */
  images: Record<string, string[]>;
  /** Seeds among the files, by `<host>/<volume id>`. */
  seeds: Record<string, GuestFacts>;
  /** System extensions by Image Factory schematic. */
  schematics: Record<string, string[]>;
  /** Schematic by volume id of an image. */
  imageSchematics: Record<string, string>;
  pools: string[];
  /** Resources Proxmox restarts elsewhere, as `vm:<id>`, and rules over them by name. */
  haResources: string[];
  haRules: Record<string, string[]>;
  /** What was said of each thing beyond what any rule reads, by kind and name (`vm:100`), as its API gives it back. */
  settings: Record<string, Settings>;
}

/** Settings as an API takes and gives them. */
export type Settings = Record<string, string>;

/** A rule of the datacenter that an operation broke. */
export class RuleBroken extends Error {
  /** @param rule fixed code, for instance `host-memory` */
  constructor(
    public readonly rule: string,
    message: string,
  ) {
    super(message);
  }
}
