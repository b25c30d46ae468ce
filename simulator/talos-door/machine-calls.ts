import { status } from "@grpc/grpc-js";
import { leaveEtcd, reboot, reset, upgrade } from "../datacenter/machine-maintenance";
import { snapshotOf } from "../datacenter/etcd-recovery";
import { applyConfiguration, bootstrap, fetchKubeconfig } from "../datacenter/machines";
import { readConfiguration } from "../datacenter/machine-config";
import { stopVm } from "../datacenter/virtual-machines";
import type { Call, CallContext, Request } from "./call";
import { ADMIN, LOOK, OPERATE, Refusal, etcdOf, hostnameOf, one } from "./call";
import { adminKubeconfig, archiveOf } from "./kubeconfig";
import { member, servicesOf } from "./shown";

/** Calls of the MachineService that answer once; roles as Talos 1.13 has them (internal/app/machined/pkg/system/services). */
export const machineCalls: Readonly<Record<string, Call>> = {
  ApplyConfiguration: { roles: ADMIN, inMaintenance: true, answer: apply },
  Bootstrap: {
    roles: ADMIN,
    async answer({ recover_etcd: recover }, { dc, time, node }) {
      await time.run(bootstrap(dc, node, recover === true));
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
    answer({ graceful, reboot: restart, system_partitions_to_wipe: partitions }, context) {
      const { dc, time, vm } = context;
      const cluster = vm.machine && dc.cluster(vm.machine.clusterKey);
      if (graceful === true && cluster?.etcdMembers.includes(vm.vmId) && cluster.etcdMembers.length === 1) {
        throw new Refusal(status.FAILED_PRECONDITION, `${vm.name} is the last member of etcd: it cannot leave gracefully`);
      }
      const options = { graceful: graceful === true, restart: restart === true, keepsConfiguration: keepsState(partitions) };
      return started(time.run(reset(dc, vm, options)), "reset");
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
    answer: (_request, context) => [{ bytes: snapshotOf(etcdOf(context)) }],
  },
};

/** Calls that take a stream and answer once: what came in is `data`. */
export const machineUploads: Readonly<Record<string, Call>> = {
  EtcdRecover: {
    roles: ADMIN,
    answer({ data }, { vm }) {
      if (vm.stage !== "running") throw new Refusal(status.FAILED_PRECONDITION, "etcd service is not ready for recovery yet");
      if (vm.machine?.type !== "controlplane") {
        throw new Refusal(status.UNIMPLEMENTED, "etcd recover is only available on control plane nodes");
      }
      vm.upload = Buffer.from(data as Uint8Array).toString("base64");
      return one({});
    },
  },
};

/** Without any named, all partitions are wiped; the configuration is on one called STATE. */
function keepsState(partitions: unknown): boolean {
  const named = (Array.isArray(partitions) ? partitions : []) as readonly { readonly label?: string; readonly wipe?: boolean }[];
  return named.length > 0 && !named.some(({ label, wipe }) => label === "STATE" && wipe === true);
}

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
