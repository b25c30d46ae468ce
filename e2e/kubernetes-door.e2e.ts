import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiClient } from "../simulator/kubernetes-door/api-client";
import { ApiError } from "../simulator/kubernetes-door/api-types";
import { findBinaries, missingReport } from "../simulator/kubernetes-door/binaries";
import { kubeconfigOf } from "../simulator/kubernetes-door/kubeconfig";
import type { Node, PersistentVolume, Pod } from "../simulator/kubernetes-door/objects";
import { issue } from "../simulator/wire/certificates";
import { CONTROL_PLANE_TAINT, IDENTITY, MACHINES, RealCluster, until } from "./real-cluster";

interface Workload {
  readonly metadata: { readonly name: string };
  readonly status?: Readonly<Record<string, number | undefined>>;
}

describe("Kubernetes door", () => {
  const { found, missing } = findBinaries();
  let cluster: RealCluster;
  let client: ApiClient;

  async function start(): Promise<void> {
    const startedAt = performance.now();
    await cluster.start();
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`      ready after ${seconds} s, ${memory(cluster.plane.processIds())}`);
    client = cluster.client;
  }

  before(async function () {
    if (missing) {
      console.error(`\n  SKIPPED, nothing was tested:\n${missingReport(missing).replace(/^/gm, "  ")}\n`);
      this.skip();
    }
    cluster = new RealCluster(found);
    await start();
  });

  after(async () => {
    if (!missing) await cluster.remove();
  });

  afterEach(() => {
    assert.deepEqual(cluster.errors.splice(0), []);
  });

  const pods = async (namespace: string): Promise<Pod[]> =>
    (await client.list<Pod>(`/api/v1/namespaces/${namespace}/pods`)).items;
  const node = (name: string): Promise<Node> => client.get<Node>(`/api/v1/nodes/${name}`);

  it("has a node for every machine, with what the real controllers add", async () => {
    await until(async () => (await client.list<Node>("/api/v1/nodes")).items.length === 3);
    await until(async () => (await node("work-00")).spec.podCIDRs?.length === 1);
    await until(async () => readinessOf(await node("work-00")) === "True" && (await node("work-00")).spec.taints === undefined);
    const { metadata, spec } = await node("ctrl-00");
    assert.equal(metadata.labels?.["node-role.kubernetes.io/control-plane"], "");
    await until(async () => ((await node("ctrl-00")).spec.taints ?? []).length === 1);
    assert.ok(spec.taints?.some(({ key }) => key === CONTROL_PLANE_TAINT.key));
  });

  it("runs a Deployment, a DaemonSet, a StatefulSet with volumes and a Job", async () => {
    await client.create("/api/v1/namespaces", { metadata: { name: "shop" } });
    await client.create("/apis/storage.k8s.io/v1/storageclasses", {
      metadata: { name: "longhorn" },
      provisioner: "driver.longhorn.io",
      volumeBindingMode: "WaitForFirstConsumer",
    });
    await client.create("/apis/storage.k8s.io/v1/storageclasses", { metadata: { name: "quick" }, provisioner: "quick.io" });
    await workload("deployments", "web", { replicas: 4 });
    await workload("daemonsets", "agent", { tolerations: [{ operator: "Exists" }] });
    await workload("statefulsets", "db", { replicas: 2, storageClass: "longhorn" });
    await workload("statefulsets", "cache", { replicas: 1, storageClass: "quick" });
    await client.create("/apis/batch/v1/namespaces/shop/jobs", {
      metadata: { name: "migrate" },
      spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "main", image: "busybox" }] } } },
    });
    await until(async () => (await status("deployments", "web"))["availableReplicas"] === 4);
    await until(async () => (await status("daemonsets", "agent"))["numberReady"] === 3);
    await until(async () => (await status("statefulsets", "db"))["readyReplicas"] === 2);
    await until(async () => (await status("statefulsets", "cache"))["readyReplicas"] === 1);
    await until(
      async () => (await client.get<Workload>("/apis/batch/v1/namespaces/shop/jobs/migrate")).status?.["succeeded"] === 1,
    );
    // Whoever has ended has given its address back.
    const all = (await pods("shop")).filter((pod) => pod.status?.phase === "Running");
    assert.equal(new Set(all.map((pod) => pod.status?.podIP)).size, all.length);
    const web = all.filter(({ metadata }) => metadata.labels?.["app"] === "web");
    assert.ok(!web.some(({ spec }) => spec.nodeName === "ctrl-00"));
  });

  it("leads a service to the pods that are ready", async () => {
    await client.create("/api/v1/namespaces/shop/services", {
      metadata: { name: "web" },
      spec: { selector: { app: "web" }, ports: [{ port: 80 }] },
    });
    await until(async () => {
      const path = "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices";
      const { items } = await client.list(path, { labelSelector: "kubernetes.io/service-name=web" });
      const [slice] = items as { readonly endpoints?: readonly { readonly conditions: { readonly ready: boolean } }[] }[];
      return slice?.endpoints?.filter(({ conditions }) => conditions.ready).length === 4;
    });
  });

  it("keeps pods waiting until their node's network is ready, but not those that bring it", async () => {
    cluster.machines = MACHINES.map((each) => (each.name === "work-01" ? { ...each, ready: false } : each));
    await until(async () => readinessOf(await node("work-01")) === "False");
    const tolerations = [{ operator: "Exists" }];
    const nodeSelector = { zone: "b" };
    await workload("daemonsets", "plugin", { namespace: "kube-system", tolerations, nodeSelector, hostNetwork: true });
    await workload("daemonsets", "user", { tolerations, nodeSelector });
    await until(async () => (await status("daemonsets", "plugin", "kube-system"))["numberReady"] === 1);
    await until(async () => (await status("daemonsets", "user"))["currentNumberScheduled"] === 1);
    assert.equal((await status("daemonsets", "user"))["numberReady"], 0);
    cluster.machines = MACHINES;
    await until(async () => (await status("daemonsets", "user"))["numberReady"] === 1);
    await until(async () => (await status("deployments", "web"))["availableReplicas"] === 4);
  });

  it("refuses what Talos' default pod security refuses", async () => {
    const pod = { metadata: { name: "host" }, spec: { hostNetwork: true, containers: [{ name: "main", image: "busybox" }] } };
    await assert.rejects(client.create("/api/v1/namespaces/shop/pods", pod), /violates PodSecurity "baseline:latest"/);
    await client.create("/api/v1/namespaces/kube-system/pods", pod);
  });

  it("says why a pod fits nowhere", async () => {
    const spec = { nodeSelector: { zone: "c" }, containers: [{ name: "main", image: "busybox" }] };
    await client.create("/api/v1/namespaces/shop/pods", { metadata: { name: "lost" }, spec });
    await until(async () => {
      const { status: { conditions = [] } = {} } = await client.get<Pod>("/api/v1/namespaces/shop/pods/lost");
      return /^0\/3 nodes are available: 1 node\(s\) had untolerated/.test(conditions[0]?.message ?? "");
    });
  });

  it("works with kubectl and a kubeconfig of the cluster's authority", function () {
    if (spawnSync("kubectl", ["version", "--client"]).error) {
      console.error("      SKIPPED: kubectl is not on the PATH");
      this.skip();
    }
    const { clusterAuthority } = IDENTITY;
    const admin = issue(clusterAuthority, { commonName: "admin", organizations: ["system:masters"], usages: ["client"] });
    const kubeconfig = join(cluster.dataDir, "kubeconfig");
    const server = `https://127.0.0.1:${cluster.plane.port}`;
    writeFileSync(kubeconfig, kubeconfigOf({ server, authority: clusterAuthority.certificate, client: admin }));
    const kubectl = (...given: string[]): string =>
      execFileSync("kubectl", ["--kubeconfig", kubeconfig, ...given], { encoding: "utf8" });
    assert.match(kubectl("get", "nodes", "--no-headers"), /ctrl-00 +Ready +control-plane/);
    assert.match(kubectl("-n", "shop", "rollout", "status", "deployment/web"), /successfully rolled out/);
    assert.match(kubectl("-n", "shop", "wait", "--for=condition=complete", "job/migrate"), /condition met/);
  });

  it("keeps its data over a restart", async () => {
    const before = await pods("shop");
    await cluster.stop();
    await start();
    const after = await pods("shop");
    assert.deepEqual(after.map(({ metadata }) => metadata.uid).sort(), before.map(({ metadata }) => metadata.uid).sort());
    await workload("deployments", "later", { replicas: 1 });
    await until(async () => (await status("deployments", "later"))["availableReplicas"] === 1);
  });

  it("deletes a namespace with everything in it, and the volumes", async () => {
    await client.delete("/api/v1/namespaces/shop");
    await until(async () => {
      try {
        await client.get("/api/v1/namespaces/shop");
        return false;
      } catch (error) {
        return error instanceof ApiError && error.status === 404;
      }
    });
    await until(async () => (await client.list<PersistentVolume>("/api/v1/persistentvolumes")).items.length === 0);
  });

  it("leaves a node deleted until its machine was away", async () => {
    await client.delete("/api/v1/nodes/work-01");
    await sleep(1500);
    const names = async (): Promise<string[]> => (await client.list("/api/v1/nodes")).items.map(({ metadata }) => metadata.name);
    assert.deepEqual(await names(), ["ctrl-00", "work-00"]);
    cluster.machines = MACHINES.filter(({ name }) => name !== "work-01");
    cluster.kubelets.poke();
    await sleep(600);
    cluster.machines = MACHINES;
    await until(async () => (await names()).length === 3);
  });

  interface WorkloadOptions {
    readonly namespace?: string;
    readonly replicas?: number;
    readonly tolerations?: readonly object[];
    readonly nodeSelector?: object;
    readonly hostNetwork?: boolean;
    readonly storageClass?: string;
  }

  async function workload(kind: string, name: string, options: WorkloadOptions): Promise<void> {
    const { namespace = "shop", replicas, storageClass, ...pod } = options;
    const claim = {
      metadata: { name: "data" },
      spec: { accessModes: ["ReadWriteOnce"], storageClassName: storageClass, resources: { requests: { storage: "1Gi" } } },
    };
    const spec = {
      ...pod,
      containers: [{ name: "main", image: "busybox", resources: { requests: { cpu: "100m", memory: "64Mi" } } }],
    };
    await client.create(`/apis/apps/v1/namespaces/${namespace}/${kind}`, {
      metadata: { name },
      spec: {
        replicas,
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec },
        ...(kind === "statefulsets" ? { serviceName: name } : {}),
        ...(storageClass === undefined ? {} : { volumeClaimTemplates: [claim] }),
      },
    });
  }

  async function status(kind: string, name: string, namespace = "shop"): Promise<NonNullable<Workload["status"]>> {
    return (await client.get<Workload>(`/apis/apps/v1/namespaces/${namespace}/${kind}/${name}`)).status ?? {};
  }
});

function readinessOf({ status }: Node): string | undefined {
  return status?.conditions?.find(({ type }) => type === "Ready")?.status;
}

/** Resident memory of processes, where the system tells. */
function memory(ids: readonly number[]): string {
  try {
    const sizes = ids.map((id) => {
      const text = readFileSync(`/proc/${id}/status`, "utf8");
      return `${/Name:\s+(\S+)/.exec(text)?.[1] ?? ""} ${Math.round(Number(/VmRSS:\s+(\d+)/.exec(text)?.[1]) / 1024)} MiB`;
    });
    return sizes.join(", ");
  } catch {
    return "memory unknown";
  }
}
