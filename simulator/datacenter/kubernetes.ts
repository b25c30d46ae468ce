import type { Process } from "../clock/clock";
import { until } from "../clock/clock";
import { apiAnswers, endpointHint } from "./api-endpoint";
import type { Datacenter } from "./datacenter";
import { aliveMembers, hasData, hasQuorum } from "./etcd-quorum";
import type { EtcdContents } from "./etcd-recovery";
import type { Cluster, MachineFacts, Vm } from "./model";
import { RuleBroken } from "./model";

/** Records a new cluster at the moment its etcd is bootstrapped, empty or with what was in a snapshot. */
export function startCluster(dc: Datacenter, facts: MachineFacts, restored?: EtcdContents): Cluster {
  const cluster: Cluster = {
    key: facts.clusterKey,
    endpoint: facts.endpoint,
    endpointHost: new URL(facts.endpoint).hostname.replace(/^\[|\]$/g, ""),
    etcdMembers: [],
    apiServers: [],
    nodes: [],
    networkReady: [],
    // Talos brings Flannel itself unless it is told that something else will come.
    cni: facts.cni === "flannel" ? facts.cni : null,
    coreDns: false,
    releases: {},
    templates: {},
    // Talos enforces the baseline standard wherever a namespace says nothing else, but for kube-system.
    namespaces: { default: "baseline", "kube-system": "privileged", "kube-public": "baseline", "kube-node-lease": "baseline" },
    definitions: {},
    resources: [],
    storage: null,
    ...restored,
  };
  dc.state.clusters.push(cluster);
  startCoreDns(dc, cluster);
  return cluster;
}

/** Starts the cluster's DNS as soon as a machine has a network. */
export function startCoreDns(dc: Datacenter, cluster: Cluster): void {
  dc.clock.spawn(
    startPods(dc, cluster, "coredns", runsAnywhere, () => {
      cluster.coreDns = true;
    }),
  );
}

/** A running machine becomes an etcd member and API server if it is a control plane, then a node with a pod network. */
export function* joinCluster(dc: Datacenter, vm: Vm, facts: MachineFacts): Process {
  yield* until(() => (dc.cluster(facts.clusterKey)?.etcdMembers.length ?? 0) > 0, Number.POSITIVE_INFINITY);
  const cluster = dc.cluster(facts.clusterKey);
  // A machine that is switched off or wiped meanwhile goes no further.
  const runs = (): boolean => vm.running && vm.stage === "running" && isThere(dc, cluster);
  if (!cluster || !vm.running) return;
  if (facts.type === "controlplane" && !cluster.apiServers.includes(vm.vmId)) {
    if (!hasData(cluster, vm.vmId)) {
      // etcd takes one learner at a time and none without a quorum.
      const lock = dc.lock(`etcd ${cluster.key}`);
      yield* lock.acquire();
      yield* until(() => !runs() || hasQuorum(dc, cluster), Number.POSITIVE_INFINITY);
      if (runs()) yield* dc.spend("etcdJoin", String(vm.vmId));
      if (runs()) {
        if (!cluster.etcdMembers.includes(vm.vmId)) cluster.etcdMembers.push(vm.vmId);
        cluster.wipedMembers = (cluster.wipedMembers ?? []).filter((id) => id !== vm.vmId);
      }
      lock.release();
    }
    if (runs()) yield* dc.spend("controlPlanePods", String(vm.vmId));
    if (runs() && !cluster.apiServers.includes(vm.vmId)) cluster.apiServers.push(vm.vmId);
  }
  yield* until(() => !runs() || apiAnswers(dc, cluster), Number.POSITIVE_INFINITY);
  if (runs() && !cluster.nodes.includes(vm.vmId)) {
    yield* dc.spend("nodeRegister", String(vm.vmId));
    if (!runs() || cluster.nodes.includes(vm.vmId)) return;
    cluster.nodes.push(vm.vmId);
  }
  if (!runs() || cluster.networkReady.includes(vm.vmId)) return;
  yield* until(() => !runs() || cluster.cni !== null, Number.POSITIVE_INFINITY);
  if (runs()) yield* dc.spend(facts.cni === "flannel" ? "flannelAgent" : "ciliumAgent", String(vm.vmId));
  if (runs() && !cluster.networkReady.includes(vm.vmId)) cluster.networkReady.push(vm.vmId);
}

/** Takes a stopped VM's machine out of its cluster. */
export function leaveCluster(dc: Datacenter, vm: Vm): void {
  const cluster = vm.machine && dc.cluster(vm.machine.clusterKey);
  if (!cluster) return;
  const without = (ids: number[]): number[] => ids.filter((id) => id !== vm.vmId);
  // The member stays in etcd's list: a machine that is switched off has not left, it is missing.
  cluster.apiServers = without(cluster.apiServers);
  cluster.nodes = without(cluster.nodes);
  cluster.networkReady = without(cluster.networkReady);
  if (!hasQuorum(dc, cluster) && cluster.nodes.length > 0) {
    throw new RuleBroken(
      "etcd-quorum",
      `without ${vm.name}, ${aliveMembers(dc, cluster)} of ${cluster.etcdMembers.length} etcd members are left: the cluster has lost its quorum`,
    );
  }
}

/** A cluster whose last machine is gone is gone with it. */
export function forgetCluster(dc: Datacenter, key: string): void {
  if (dc.state.vms.some(({ machine }) => machine?.clusterKey === key)) return;
  dc.state.clusters = dc.state.clusters.filter((cluster) => cluster.key !== key);
}

/** Waits until the API answers at the endpoint, as often as the program's own wait looks. */
export function* awaitApi(dc: Datacenter, endpoint: string, timeoutSeconds: number): Process {
  const deadline = dc.clock.now + timeoutSeconds;
  const answers = (): boolean => dc.state.clusters.some((cluster) => cluster.endpoint === endpoint && apiAnswers(dc, cluster));
  while (!answers()) {
    if (dc.clock.now >= deadline) {
      throw new RuleBroken(
        "endpoint-unreachable",
        `No Kubernetes API answers at ${endpoint} within ${timeoutSeconds} s${endpointHint(dc, endpoint)}`,
      );
    }
    yield* dc.spend("apiPoll", endpoint);
  }
}

/** Every node is ready and the cluster's DNS runs. */
export function isReady(dc: Datacenter, cluster: Cluster): boolean {
  const machines = dc.state.vms.filter((vm) => vm.machine?.clusterKey === cluster.key);
  return machines.every((vm) => cluster.networkReady.includes(vm.vmId)) && cluster.coreDns;
}

/** Starts pods on the first machine with a network that takes them. */
export function* startPods(
  dc: Datacenter,
  cluster: Cluster,
  subject: string,
  runsOn: (vm: Vm) => boolean,
  onReady: () => void,
): Process {
  const isThere = (vmId: number): boolean => {
    const vm = dc.vm(vmId);
    return vm !== undefined && runsOn(vm);
  };
  yield* until(() => cluster.networkReady.some(isThere), Number.POSITIVE_INFINITY);
  yield* dc.spend("podsReady", subject);
  onReady();
}

/** CoreDNS tolerates the taint of control planes. */
function runsAnywhere({ machine }: Vm): boolean {
  return machine?.type === "controlplane" || machine?.schedulable === true;
}

/** Takes pods that tolerate nothing in particular. */
export function runsWorkloads({ machine }: Vm): boolean {
  return machine?.schedulable === true;
}

/** Whether a cluster is the one there is: one whose data is lost is another when it begins again. */
function isThere(dc: Datacenter, cluster: Cluster | undefined): boolean {
  return cluster !== undefined && dc.state.clusters.includes(cluster);
}
