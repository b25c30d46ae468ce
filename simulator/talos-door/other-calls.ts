import { status } from "@grpc/grpc-js";
import type { Process } from "../clock/clock";
import { until } from "../clock/clock";
import { hasQuorum } from "../datacenter/etcd-quorum";
import { isReady } from "../datacenter/kubernetes";
import type { Call } from "./call";
import { LOOK, Refusal, hostnameOf, one } from "./call";
import { diskOf } from "./shown";

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
