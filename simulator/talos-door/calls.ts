import { status } from "@grpc/grpc-js";
import type { Process } from "../clock/clock";
import { until } from "../clock/clock";
import type { Datacenter } from "../datacenter/datacenter";
import { hasQuorum, isReady } from "../datacenter/kubernetes";
import { leaveEtcd, reboot, reset, upgrade } from "../datacenter/machine-maintenance";
import { applyConfiguration, bootstrap, fetchKubeconfig } from "../datacenter/machines";
import { readConfiguration } from "../datacenter/machine-config";
import type { Cluster, Vm } from "../datacenter/model";
import { stopVm } from "../datacenter/virtual-machines";
import type { LiveTime } from "../wire/live-time";
import { adminKubeconfig, archiveOf } from "./kubeconfig";
import type { MachineSecrets } from "./machine-secrets";

/** What a caller may be. An administrator may do everything, a reader only look. */
export type Role = "os:admin" | "os:operator" | "os:reader" | "os:etcd:backup";

/** A refusal with its gRPC status. */
export class Refusal extends Error {
  constructor(
    public readonly code: status,
    message: string,
  ) {
    super(message);
  }
}

/** The machine a call is about, and what it may be answered from. */
export interface CallContext {
  readonly dc: Datacenter;
  readonly time: LiveTime;
  readonly vm: Vm;
  /** Address that the caller named. */
  readonly node: string;
  readonly talosVersion: string;
  /** The machine's own secrets; undefined in maintenance mode. */
  readonly secrets: MachineSecrets | undefined;
  /** Keeps a configuration for the doors that need its secrets. */
  readonly keep: (configuration: string) => void;
}

/** One call: who may make it, whether a machine in maintenance mode answers it, and the answer. */
export interface Call {
  readonly roles: readonly Role[];
  readonly inMaintenance?: boolean;
  answer(request: Request, context: CallContext): unknown;
}

type Request = Readonly<Record<string, unknown>>;

const ADMIN: readonly Role[] = ["os:admin"];
const OPERATE: readonly Role[] = ["os:admin", "os:operator"];
const LOOK: readonly Role[] = ["os:admin", "os:operator", "os:reader"];

/** Calls of the MachineService that answer once; roles as Talos 1.13 has them (internal/app/machined/pkg/system/services). */
export const machineCalls: Readonly<Record<string, Call>> = {
  ApplyConfiguration: { roles: ADMIN, inMaintenance: true, answer: apply },
  Bootstrap: {
    roles: ADMIN,
    async answer(_request, { dc, time, node }) {
      await time.run(bootstrap(dc, node));
      return one({});
    },
  },
  EtcdLeaveCluster: {
    roles: OPERATE,
    answer(_request, context) {
      leaveEtcd(etcdOf(context), context.vm);
      return one({});
    },
  },
  EtcdRemoveMemberByID: {
    roles: OPERATE,
    answer({ member_id: id }, context) {
      const cluster = etcdOf(context);
      if (!cluster.etcdMembers.includes(Number(id))) throw new Refusal(status.NOT_FOUND, "etcdserver: member not found");
      leaveEtcd(cluster, { vmId: Number(id), name: context.dc.vm(Number(id))?.name ?? `member ${String(id)}` });
      return one({});
    },
  },
  EtcdMemberList: {
    roles: LOOK,
    answer: (_request, context) => one({ members: etcdOf(context).etcdMembers.map(member(context)) }),
  },
  EtcdStatus: {
    roles: LOOK,
    answer: (_request, context) => {
      const { etcdMembers } = etcdOf(context);
      const status_ = { member_id: String(context.vm.vmId), leader: String(etcdMembers[0] ?? 0), protocol_version: "3.6.0" };
      return one({ member_status: { ...status_, db_size: "1048576", db_size_in_use: "524288" } });
    },
  },
  Hostname: { roles: LOOK, answer: (_request, { vm }) => one({ hostname: hostnameOf(vm) }) },
  Reboot: {
    roles: OPERATE,
    answer: (_request, { dc, time, vm }) => started(time.run(reboot(dc, vm)), "reboot"),
  },
  Reset: {
    roles: ADMIN,
    answer({ graceful, reboot: restart }, context) {
      const { dc, time, vm } = context;
      const cluster = vm.machine && dc.cluster(vm.machine.clusterKey);
      if (graceful === true && cluster?.etcdMembers.includes(vm.vmId) && cluster.etcdMembers.length === 1) {
        throw new Refusal(status.FAILED_PRECONDITION, `${vm.name} is the last member of etcd: it cannot leave gracefully`);
      }
      return started(time.run(reset(dc, vm, graceful === true, restart === true)), "reset");
    },
  },
  ServiceList: { roles: LOOK, answer: (_request, context) => one({ services: servicesOf(context) }) },
  Shutdown: { roles: OPERATE, answer: (_request, { dc, time, vm }) => started(time.run(stopVm(dc, vm)), "shutdown") },
  Upgrade: {
    roles: ADMIN,
    answer: ({ image }, { dc, time, vm }) => started(time.run(upgrade(dc, vm, String(image))), "upgrade"),
  },
  Version: {
    roles: LOOK,
    inMaintenance: true,
    answer: (_request, { talosVersion }) =>
      one({
        version: { tag: talosVersion, sha: "rehearsal", os: "linux", arch: "amd64" },
        platform: { name: "nocloud", mode: "cloud" },
      }),
  },
};

/** Calls that answer with a stream; each yields its messages. */
export const machineStreams: Readonly<Record<string, Call>> = {
  Kubeconfig: {
    roles: ADMIN,
    async answer(_request, { dc, time, node, secrets, vm }) {
      if (!secrets?.kubernetesAuthority.key) {
        throw new Refusal(status.FAILED_PRECONDITION, `${vm.name} is a worker: kubeconfig is only available on control planes`);
      }
      await time.run(fetchKubeconfig(dc, node));
      return [{ bytes: await archiveOf("kubeconfig", adminKubeconfig(secrets)) }];
    },
  },
  EtcdSnapshot: {
    roles: [...OPERATE, "os:etcd:backup"],
    answer: (_request, context) => [{ bytes: Buffer.from(`rehearsal snapshot of ${etcdOf(context).key}\n`) }],
  },
};

/** Calls of the ClusterService: the health check that talosctl runs, told as it goes. */
export const clusterStreams: Readonly<Record<string, Call>> = {
  HealthCheck: {
    roles: LOOK,
    async answer({ wait_timeout: timeout }, context) {
      const { dc, time, vm } = context;
      const seconds = Number((timeout as { seconds?: string } | null)?.seconds ?? 300);
      const key = vm.machine?.clusterKey ?? "";
      const healthy = (): boolean => {
        const cluster = dc.cluster(key);
        return cluster !== undefined && hasQuorum(dc, cluster) && isReady(dc, cluster);
      };
      await time.run(waitFor(healthy, seconds * time.speed));
      if (!healthy()) throw new Refusal(status.DEADLINE_EXCEEDED, `${vm.name}: waiting for all k8s nodes to report ready`);
      return ["etcd to be healthy", "kubelet to be healthy", "all k8s nodes to report ready"].map((what) => {
        return { metadata: { hostname: hostnameOf(vm) }, message: `waiting for ${what}: OK` };
      });
    },
  },
};

function* waitFor(test: () => boolean, timeoutSeconds: number): Process {
  yield* until(test, timeoutSeconds);
}

/** Calls of the StorageService. */
export const storageCalls: Readonly<Record<string, Call>> = {
  Disks: {
    roles: LOOK,
    inMaintenance: true,
    answer: (_request, { vm }) => one({ disks: vm.disks.map(diskOf) }),
  },
};

async function apply({ data, dry_run: isDryRun, mode }: Request, context: CallContext): Promise<unknown> {
  const { dc, time, node } = context;
  const configuration = Buffer.from(data as Uint8Array).toString("utf8");
  if (isDryRun === true) {
    readConfiguration(configuration);
    return one({ mode, mode_details: "Dry run summary: nothing was applied" });
  }
  await time.run(applyConfiguration(dc, node, configuration));
  context.keep(configuration);
  return one({ mode: mode === "AUTO" ? "NO_REBOOT" : mode, mode_details: "Applied configuration without a reboot" });
}

/** Talos answers at once and does the rest by itself; what breaks there shows in what the machine then is. */
function started(work: Promise<void>, actor: string): unknown {
  work.catch(() => undefined);
  return one({ actor_id: `rehearsal-${actor}` });
}

function etcdOf({ dc, vm }: CallContext): Cluster {
  const cluster = vm.machine && dc.cluster(vm.machine.clusterKey);
  if (!cluster?.etcdMembers.includes(vm.vmId)) throw new Refusal(status.FAILED_PRECONDITION, `${vm.name} runs no etcd`);
  return cluster;
}

function member({ dc }: CallContext): (vmId: number) => object {
  return (vmId) => {
    const vm = dc.vm(vmId);
    const address = vm?.addresses[0] ?? "";
    const host = address.includes(":") ? `[${address}]` : address;
    return {
      id: String(vmId),
      hostname: vm ? hostnameOf(vm) : "",
      peer_urls: [`https://${host}:2380`],
      client_urls: [`https://${host}:2379`],
    };
  };
}

function servicesOf({ dc, vm }: CallContext): object[] {
  const cluster = vm.machine && dc.cluster(vm.machine.clusterKey);
  const isUp = vm.stage === "running";
  const service = (id: string, healthy: boolean): object => {
    return { id, state: healthy ? "Running" : "Preparing", health: { unknown: !healthy, healthy } };
  };
  return [
    ...["apid", "containerd", "machined", "udevd"].map((id) => service(id, true)),
    ...["cri", "kubelet"].map((id) => service(id, isUp)),
    ...(vm.machine?.type === "controlplane"
      ? [service("etcd", cluster?.etcdMembers.includes(vm.vmId) ?? false), service("trustd", isUp)]
      : []),
  ];
}

function diskOf({ sizeGiB, serial = "" }: Vm["disks"][number], index: number): object {
  const name = `/dev/sd${String.fromCharCode("a".charCodeAt(0) + index)}`;
  const size = String(Math.round(sizeGiB * 1024 ** 3));
  return { size, model: "QEMU HARDDISK", device_name: name, serial, type: "SSD", system_disk: index === 0 };
}

function hostnameOf({ machine, name }: Vm): string {
  return machine?.hostname ?? name;
}

/** Answers come as a list with a message by machine. */
function one(message: object): object {
  return { messages: [message] };
}
