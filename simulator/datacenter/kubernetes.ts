import type { Process } from "../clock/clock";
import { until } from "../clock/clock";
import type { Datacenter } from "./datacenter";
import type { Cluster, MachineFacts, ReleaseRequest, Vm } from "./model";
import { RuleBroken } from "./model";
import { attachVolumes, checkLonghorn, checkNamespace, claimsOf, storageOf } from "./charts";

/** Records a new cluster at the moment its etcd is bootstrapped. */
export function startCluster(dc: Datacenter, facts: MachineFacts): Cluster {
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
    // Talos enforces the baseline standard wherever a namespace says nothing else, but for kube-system.
    namespaces: { default: "baseline", "kube-system": "privileged", "kube-public": "baseline", "kube-node-lease": "baseline" },
    storage: null,
  };
  dc.state.clusters.push(cluster);
  dc.clock.spawn(
    startPods(dc, cluster, "coredns", runsAnywhere, () => {
      cluster.coreDns = true;
    }),
  );
  return cluster;
}

/** A running machine becomes an etcd member and API server if it is a control plane, then a node with a pod network. */
export function* joinCluster(dc: Datacenter, vm: Vm, facts: MachineFacts): Process {
  yield* until(() => (dc.cluster(facts.clusterKey)?.etcdMembers.length ?? 0) > 0, Number.POSITIVE_INFINITY);
  const cluster = dc.cluster(facts.clusterKey);
  if (!cluster || !vm.running || cluster.nodes.includes(vm.vmId)) return;
  if (facts.type === "controlplane" && !cluster.apiServers.includes(vm.vmId)) {
    if (!cluster.etcdMembers.includes(vm.vmId)) {
      // etcd takes one learner at a time and none without a quorum.
      const lock = dc.lock(`etcd ${cluster.key}`);
      yield* lock.acquire();
      yield* until(() => hasQuorum(dc, cluster), Number.POSITIVE_INFINITY);
      yield* dc.spend("etcdJoin", String(vm.vmId));
      cluster.etcdMembers.push(vm.vmId);
      lock.release();
    }
    yield* dc.spend("controlPlanePods", String(vm.vmId));
    cluster.apiServers.push(vm.vmId);
  }
  yield* until(() => apiAnswers(dc, cluster), Number.POSITIVE_INFINITY);
  yield* dc.spend("nodeRegister", String(vm.vmId));
  if (cluster.nodes.includes(vm.vmId)) return;
  cluster.nodes.push(vm.vmId);
  yield* until(() => cluster.cni !== null, Number.POSITIVE_INFINITY);
  yield* dc.spend(facts.cni === "flannel" ? "flannelAgent" : "ciliumAgent", String(vm.vmId));
  cluster.networkReady.push(vm.vmId);
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

/** Hands the API an object; it exists when the API has answered. */
export function* applyObject(dc: Datacenter, endpoint: string, identity: string, namespace: string): Process {
  const cluster = answering(dc, endpoint, identity);
  if (!(namespace in cluster.namespaces))
    throw new RuleBroken("namespace-missing", `${identity}: namespaces "${namespace}" not found`);
  yield* dc.spend("objectApply", identity);
}

/** Creates a namespace with the pod security standard its label enforces, or changes that. */
export function* applyNamespace(dc: Datacenter, endpoint: string, name: string, enforced: string, isNew: boolean): Process {
  const cluster = answering(dc, endpoint, name);
  if (isNew && name in cluster.namespaces) throw new RuleBroken("namespace-exists", `namespaces "${name}" already exists`);
  yield* dc.spend("objectApply", name);
  cluster.namespaces[name] = enforced || "baseline";
}

/** Deletes a namespace. */
export function* deleteNamespace(dc: Datacenter, name: string): Process {
  yield* dc.spend("objectApply", name);
  for (const cluster of dc.state.clusters) Reflect.deleteProperty(cluster.namespaces, name);
}

/** Uninstalls a Helm release. */
export function* uninstall(dc: Datacenter, { name, chart, values }: Pick<ReleaseRequest, "name" | "chart" | "values">): Process {
  const cluster = dc.state.clusters.find(({ releases }) => name in releases);
  if (!cluster) return;
  const settings = values["defaultSettings"] as { deletingConfirmationFlag?: boolean } | undefined;
  if (chart === "longhorn" && settings?.deletingConfirmationFlag !== true) {
    throw new RuleBroken(
      "longhorn-uninstall",
      `${name}: Longhorn refuses to be uninstalled, and all volumes with it, unless defaultSettings.deletingConfirmationFlag was set to true before`,
    );
  }
  yield* dc.spend("helmInstall", name);
  Reflect.deleteProperty(cluster.releases, name);
  if (chart === "longhorn") cluster.storage = null;
  if (cluster.storage) Reflect.deleteProperty(cluster.storage.claims, name);
  if (chart === "cilium") cluster.cni = null;
}

function answering(dc: Datacenter, endpoint: string, what: string): Cluster {
  const cluster = dc.state.clusters.find((candidate) => candidate.endpoint === endpoint);
  if (!cluster || !apiAnswers(dc, cluster)) {
    throw new RuleBroken("kubernetes-unreachable", `${what}: no Kubernetes API answers at ${endpoint}`);
  }
  return cluster;
}

/** Installs or upgrades a Helm release and waits until all of it is ready. */
export function* release(dc: Datacenter, endpoint: string, request: ReleaseRequest): Process {
  const cluster = dc.state.clusters.find((candidate) => candidate.endpoint === endpoint);
  if (!cluster || !apiAnswers(dc, cluster)) {
    throw new RuleBroken("kubernetes-unreachable", `Helm release ${request.name}: no Kubernetes API answers at ${endpoint}`);
  }
  const deadline = dc.clock.now + request.timeoutSeconds;
  checkNamespace(cluster, request);
  yield* dc.spend("helmInstall", request.name);
  cluster.releases[request.name] = request.chart;
  if (request.chart === "cilium") {
    checkCilium(dc, cluster, request);
    cluster.cni = request.chart;
  }
  if (request.chart === "longhorn") checkLonghorn(dc, cluster, request);
  const claimed = claimsOf(request);
  if (claimed.length > 0) yield* attachVolumes(dc, cluster, request, claimed, deadline);
  // Helm waits for everything at once: pods start on the first machine with a network while others still get theirs.
  let podsReady = !needsPodNetwork(request);
  if (!podsReady) {
    dc.clock.spawn(
      startPods(dc, cluster, request.name, runsWorkloads, () => {
        podsReady = true;
      }),
    );
  }
  const ready = yield* until(() => everyNodeHasNetwork(cluster) && podsReady, deadline - dc.clock.now);
  if (!ready) throw notReady(cluster, request, "its pods never became ready");
  if (request.chart === "longhorn") {
    yield* dc.spend("longhornReady", request.name);
    cluster.storage = storageOf(dc, cluster, request);
  }
  const operators = (request.values["operator"] as { replicas?: number } | undefined)?.replicas ?? 0;
  if (request.chart === "cilium" && !(yield* until(() => cluster.nodes.length >= operators, deadline - dc.clock.now))) {
    throw notReady(cluster, request, `${operators} operator replicas need as many nodes, ${cluster.nodes.length} exist`);
  }
}

/** Every node is ready and the cluster's DNS runs. */
export function isReady(dc: Datacenter, cluster: Cluster): boolean {
  const machines = dc.state.vms.filter((vm) => vm.machine?.clusterKey === cluster.key);
  return machines.every((vm) => cluster.networkReady.includes(vm.vmId)) && cluster.coreDns;
}

function* startPods(
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

function runsWorkloads({ machine }: Vm): boolean {
  return machine?.schedulable === true;
}

function needsPodNetwork(request: ReleaseRequest): boolean {
  if (request.chart !== "cilium") return true;
  const hubble = request.values["hubble"] as { relay?: { enabled?: boolean }; ui?: { enabled?: boolean } } | undefined;
  return hubble?.relay?.enabled === true || hubble?.ui?.enabled === true;
}

function checkCilium(dc: Datacenter, cluster: Cluster, { name, values }: ReleaseRequest): void {
  for (const vm of dc.state.vms) {
    const facts = vm.machine;
    if (facts?.clusterKey !== cluster.key) continue;
    if (facts.cni !== "none") {
      throw new RuleBroken(
        "two-networks",
        `${name}: ${vm.name} is configured with the network ${facts.cni}; Cilium needs cluster.network.cni.name none`,
      );
    }
    if (!facts.kubeProxy && values["kubeProxyReplacement"] !== true) {
      throw new RuleBroken(
        "no-kube-proxy",
        `${name}: ${vm.name} runs no kube-proxy and Cilium does not replace it: no Service is reachable`,
      );
    }
    if (values["k8sServiceHost"] === "localhost" && Number(values["k8sServicePort"]) !== facts.kubePrismPort) {
      throw new RuleBroken(
        "kubeprism",
        `${name}: Cilium looks for the API at localhost:${JSON.stringify(values["k8sServicePort"])}, KubePrism on ${vm.name} ${facts.kubePrismPort === null ? "is off" : `listens on ${facts.kubePrismPort}`}`,
      );
    }
  }
}

function notReady(cluster: Cluster, request: ReleaseRequest, why: string): RuleBroken {
  return cluster.cni === null
    ? new RuleBroken(
        "no-pod-network",
        `Helm release ${request.name} timed out after ${request.timeoutSeconds} s: no network add-on runs, so no pod gets an address`,
      )
    : new RuleBroken("helm-timeout", `Helm release ${request.name} timed out after ${request.timeoutSeconds} s: ${why}`);
}

function everyNodeHasNetwork(cluster: Cluster): boolean {
  const { nodes, networkReady } = cluster;
  // The lengths first: the question comes with every event, and the answer is no until the last.
  return nodes.length > 0 && networkReady.length >= nodes.length && nodes.every((node) => networkReady.includes(node));
}

function aliveMembers(dc: Datacenter, cluster: Cluster): number {
  return cluster.etcdMembers.filter((id) => dc.vm(id)?.running).length;
}

function hasQuorum(dc: Datacenter, cluster: Cluster): boolean {
  return aliveMembers(dc, cluster) > Math.floor(cluster.etcdMembers.length / 2);
}

/** The API answers at its endpoint: a server runs behind the address, and etcd has a quorum. */
function apiAnswers(dc: Datacenter, cluster: Cluster): boolean {
  const host = cluster.endpointHost;
  const isFrontend = dc.spec.network.frontends.includes(host);
  return (
    hasQuorum(dc, cluster) &&
    cluster.apiServers.some((id) => {
      const vm = dc.vm(id);
      return vm?.running === true && (isFrontend || vm.addresses.includes(host) || vm.machine?.virtualIp === host);
    })
  );
}

function endpointHint(dc: Datacenter, endpoint: string): string {
  const cluster = dc.state.clusters.find((candidate) => candidate.endpoint === endpoint);
  if (!cluster) return ": no cluster with this endpoint was bootstrapped";
  if (cluster.apiServers.length === 0) return ": no API server runs";
  return hasQuorum(dc, cluster) ? ": no control plane has this address" : ": etcd has no quorum";
}
