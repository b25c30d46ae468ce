import type { Process } from "../clock/clock";
import { until } from "../clock/clock";
import { checkNamespace } from "./charts";
import { GATEWAY_KINDS, checkGatewayKinds } from "./gateway";
import { checkOrphans, defineKinds, forgetKinds } from "./custom-resources";
import type { Datacenter } from "./datacenter";
import { apiAnswers } from "./api-endpoint";
import { runsWorkloads, startPods } from "./kubernetes";
import { approverOf, awaitKubelets } from "./kubelets";
import { awaitAddress, balance, unbalance } from "./load-balancers";
import { checkLonghorn, storageOf } from "./longhorn";
import type { Cluster, ReleaseRequest } from "./model";
import { awaitProxmoxSide, classesOfDisks } from "./proxmox-side";
import { RuleBroken } from "./model";
import { attachVolumes, checkVolumes, claimsOf, keyOf } from "./volumes";

/** Installs a Helm release: Helm refuses where another one of its name is. */
export function* install(dc: Datacenter, endpoint: string, request: ReleaseRequest): Process {
  const cluster = dc.state.clusters.find((candidate) => candidate.endpoint === endpoint);
  if (cluster?.abandoned?.includes(keyOf(request))) {
    throw new RuleBroken(
      "release-exists",
      `Helm release ${request.name}: cannot reuse a name that is still in use: the release was left in ${request.namespace}, and somebody else may manage it`,
    );
  }
  yield* release(dc, endpoint, request);
}

/** Leaves a Helm release to whoever manages it now. */
export function abandon(dc: Datacenter, request: ReleaseRequest): void {
  for (const cluster of dc.state.clusters) {
    if (request.name in cluster.releases) cluster.abandoned = [...(cluster.abandoned ?? []), keyOf(request)];
  }
}

/** Installs or upgrades a Helm release and waits until all of it is ready. */
export function* release(dc: Datacenter, endpoint: string, request: ReleaseRequest): Process {
  const cluster = dc.state.clusters.find((candidate) => candidate.endpoint === endpoint);
  if (!cluster || !apiAnswers(dc, cluster)) {
    throw new RuleBroken("kubernetes-unreachable", `Helm release ${request.name}: no Kubernetes API answers at ${endpoint}`);
  }
  const deadline = dc.clock.now + request.timeoutSeconds;
  checkNamespace(cluster, request);
  const claimed = claimsOf(request);
  checkVolumes(cluster, request, claimed);
  yield* dc.spend("helmInstall", request.name);
  cluster.releases[request.name] = request.chart;
  cluster.templates[keyOf(request)] = claimed;
  if (request.chart === GATEWAY_KINDS) {
    // Nothing of it runs: it waits for no network.
    defineKinds(dc, cluster, request);
    return;
  }
  if (request.chart === "cilium") {
    checkGatewayKinds(cluster, request);
    checkCilium(dc, cluster, request);
    cluster.cni = request.chart;
  }
  if (request.chart === "longhorn") checkLonghorn(dc, cluster, request);
  balance(dc, cluster, request);
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
  if (request.chart === "kubelet-csr-approver") cluster.approver = approverOf(request);
  if (request.chart === "metrics-server") {
    const unread = yield* awaitKubelets(dc, cluster, request, deadline);
    if (unread !== undefined) throw notReady(cluster, request, `its pods never became ready: ${unread}`);
  }
  yield* awaitAddress(dc, cluster, request, deadline);
  yield* awaitProxmoxSide(dc, cluster, request, deadline);
  if (request.chart === "proxmox-csi-plugin") cluster.disks = classesOfDisks(cluster, request);
  defineKinds(dc, cluster, request);
}

/** Uninstalls a Helm release; what its StatefulSets claimed stays. */
export function* uninstall(dc: Datacenter, request: Omit<ReleaseRequest, "createNamespace" | "timeoutSeconds">): Process {
  const { name, chart, values } = request;
  const cluster = dc.state.clusters.find(({ releases }) => name in releases);
  if (!cluster) return;
  const settings = values["defaultSettings"] as { deletingConfirmationFlag?: boolean } | undefined;
  if (chart === "longhorn" && settings?.deletingConfirmationFlag !== true) {
    throw new RuleBroken(
      "longhorn-uninstall",
      `${name}: Longhorn refuses to be uninstalled, and all volumes with it, unless defaultSettings.deletingConfirmationFlag was set to true before`,
    );
  }
  checkOrphans(cluster, request);
  yield* dc.spend("helmInstall", name);
  forgetKinds(cluster, request);
  unbalance(dc, cluster, request);
  Reflect.deleteProperty(cluster.releases, name);
  Reflect.deleteProperty(cluster.templates, keyOf(request));
  if (chart === "longhorn") cluster.storage = null;
  if (chart === "proxmox-csi-plugin" && cluster.disks) cluster.disks = { ...cluster.disks, classes: [] };
  if (chart === "cilium") cluster.cni = null;
  if (chart === "kubelet-csr-approver") delete cluster.approver;
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
