/**
 * How long things take in the simulated datacenter, in one table. Each entry cites where its figure comes from or says that it is
 * assumed; the report repeats the makespan with all assumed ones halved and doubled.
 */
export interface Duration {
  readonly seconds: number;
  /** Where the figure was read, or `assumed: <why this figure>`. */
  readonly source: string;
}

/** GiB that an import writes: what the nocloud disk image holds before it is grown to the VM's disk. */
export const IMAGE_GIB = 2;

export const DURATIONS = {
  imageSchematic: { seconds: 1, source: "assumed: one small POST to the Image Factory" },
  imageDownload: { seconds: 30, source: "assumed: 300 MB at 10 MB/s, a plain home connection" },
  fileUpload: { seconds: 2, source: "assumed: a quarter of a megabyte and its task" },
  resourcePool: { seconds: 1, source: "assumed: one synchronous Proxmox API call" },
  diskImport: {
    seconds: 5 * IMAGE_GIB,
    source: `LINBIT/linstor-proxmox #73: about 5 s per GiB under the storage lock; ${IMAGE_GIB} GiB image`,
  },
  diskResize: { seconds: 1, source: "bpg/terraform-provider-proxmox: tasks are polled every second" },
  vmStart: { seconds: 2, source: "assumed: KVM process start, then one 1 s poll of the provider" },
  vmStop: { seconds: 2, source: "assumed: hard stop, then one 1 s poll of the provider" },
  vmDelete: { seconds: 3, source: "assumed: removing thin volumes, then polling until the VM is gone" },
  vmUpdate: { seconds: 2, source: "assumed: one configuration call" },
  vmMigrate: { seconds: 60, source: "assumed: 6-8 GiB of memory over 1 GbE" },
  guestBoot: { seconds: 20, source: "assumed: UEFI, kernel and systemd of Debian in a VM" },
  guestInstall: { seconds: 60, source: "assumed: package lists and four packages of 20 MB from a mirror" },
  talosBoot: { seconds: 20, source: "assumed: UEFI and kernel to maintenance mode in a VM" },
  talosApply: { seconds: 2, source: "assumed: probe without, then call with the machine's certificate" },
  talosUpgrade: { seconds: 40, source: "assumed: pulling the installer, writing the other boot slot" },
  talosReset: { seconds: 10, source: "assumed: leaving etcd, wiping two partitions" },
  talosServices: {
    seconds: 45,
    source: "assumed: mounting volumes, pulling the kubelet and etcd images, first start",
  },
  etcdBootstrap: { seconds: 10, source: "assumed: new single-member etcd elects itself" },
  etcdJoin: { seconds: 10, source: "assumed: one learner at a time catches up and is promoted" },
  controlPlanePods: { seconds: 45, source: "assumed: pulling and starting the three static pods" },
  kubeconfig: { seconds: 1, source: "assumed: one call, certificate signed locally" },
  apiPoll: { seconds: 2, source: "components/kubernetes: polled every 2 s" },
  nodeRegister: { seconds: 5, source: "assumed: kubelet registers after its first retry" },
  helmInstall: { seconds: 5, source: "assumed: chart download, render and apply" },
  ciliumAgent: { seconds: 30, source: "assumed: pulling and starting the agent on one machine" },
  flannelAgent: { seconds: 15, source: "assumed: a small image, pulled and started on one machine" },
  haChange: { seconds: 1, source: "assumed: one synchronous Proxmox API call" },
  objectApply: { seconds: 1, source: "assumed: one Kubernetes API call" },
  operatorDefinitions: { seconds: 5, source: "assumed: an operator that runs defines its kinds, and the API establishes them" },
  longhornReady: { seconds: 60, source: "assumed: engine images and instance managers start on every machine" },
  volumeAttach: { seconds: 15, source: "assumed: replicas are scheduled, an iSCSI target comes up, a file system is made" },
  podsReady: { seconds: 30, source: "assumed: pulling and starting an add-on's pods" },
} as const satisfies Record<string, Duration>;

/** A duration's name in the table. */
export type DurationName = keyof typeof DURATIONS;

/** Limits of the real systems, each with its source. */
export const LIMITS = {
  /** A VM creation that waits longer for the storage lock fails: LINBIT/linstor-proxmox #73 (default lock 10 s). */
  storageLockSeconds: 10,
  /** The Talos provider retries for its default timeout of 10 minutes (pulumi-talos 0.8.1). */
  talosRetrySeconds: 600,
  /** The program waits as long for another balancer (components/guests/balancer-guard.ts). */
  balancerWaitSeconds: 900,
  /** Operations the engine runs at once: GOMAXPROCS × 4 (pulumi pkg/cmd/pulumi/operations/up.go), here for four cores. */
  engineParallelism: 16,
} as const;

/** Whether a figure is an assumption rather than cited. */
export function isAssumed(name: DurationName): boolean {
  return DURATIONS[name].source.startsWith("assumed");
}

/** The table with every assumed duration multiplied by a factor. */
export class DurationTable {
  constructor(public readonly assumedFactor = 1) {}

  public seconds(name: DurationName): number {
    return DURATIONS[name].seconds * (isAssumed(name) ? this.assumedFactor : 1);
  }
}
