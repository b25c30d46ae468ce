import type { Process } from "../clock/clock";
import { until } from "../clock/clock";
import type { Json } from "../values";
import type { AddressPool, BalancedService } from "./address-pools";
import { WANTED, assign, labelOf } from "./address-pools";
import { textAt, valueAt } from "./chart-values";
import type { Datacenter } from "./datacenter";
import type { Cluster, CustomResourceRequest, ReleaseRequest } from "./model";
import { RuleBroken } from "./model";

/** Services of type LoadBalancer in a cluster, and the addresses that Cilium gives them. */

type Values = ReleaseRequest["values"];

/** What a chart makes its Service of: its name, the labels it has in any case, and where the values say the rest. */
const CHARTS: Readonly<Record<string, { readonly name: string; readonly at: string; readonly type: string }>> = {
  traefik: { name: "traefik", at: "service", type: "service.spec.type" },
  "ingress-nginx": { name: "ingress-nginx-controller", at: "controller.service", type: "controller.service.type" },
};

/** Kinds of custom resources whose content matters here. */
export const BALANCING_KINDS = ["CiliumLoadBalancerIPPool", "Gateway"];

/** Notes the Service of a release, if it has one of type LoadBalancer. */
export function balance(dc: Datacenter, cluster: Cluster, request: ReleaseRequest): void {
  const chart = CHARTS[request.chart];
  if (!chart) return;
  const { name, namespace, values } = request;
  const service = { namespace, name: chart.name };
  // Both charts have it of this type unless they are told otherwise.
  const isBalanced = (textAt(values, chart.type) || "LoadBalancer") === "LoadBalancer";
  const labels = {
    "app.kubernetes.io/name": request.chart,
    "app.kubernetes.io/instance": request.chart === "traefik" ? `${name}-${namespace}` : name,
    ...textsAt(values, `${chart.at}.labels`),
  };
  const wanted = textsAt(values, `${chart.at}.annotations`)[WANTED];
  note(dc, cluster, service, isBalanced ? { labels, wanted } : undefined);
}

/** Helm waits for the address of such a Service; nobody knows whether one comes where nothing in the cluster hands out any. */
export function* awaitAddress(dc: Datacenter, cluster: Cluster, request: ReleaseRequest, deadline: number): Process {
  const chart = CHARTS[request.chart];
  const mine = (): BalancedService | undefined =>
    cluster.services?.find(({ namespace, name }) => namespace === request.namespace && name === chart?.name);
  if (!mine() || poolsOf(cluster).length === 0) return;
  if (yield* until(() => (mine()?.addresses.length ?? 1) > 0, deadline - dc.clock.now)) return;
  const { name, timeoutSeconds, namespace } = request;
  throw new RuleBroken(
    "load-balancer-pending",
    `Helm release ${name} timed out after ${timeoutSeconds} s: the Service ${namespace}/${chart?.name ?? ""} is <pending>: ${why(cluster)}`,
  );
}

/** A release goes, and its Service with it. */
export function unbalance(
  dc: Datacenter,
  cluster: Cluster,
  { chart, namespace }: Pick<ReleaseRequest, "chart" | "namespace">,
): void {
  const name = CHARTS[chart]?.name;
  if (name !== undefined) note(dc, cluster, { namespace, name }, undefined);
}

/** A pool or a Gateway has come, changed or gone. */
export function rebalance(
  dc: Datacenter,
  cluster: Cluster,
  { kind, name, namespace, spec }: CustomResourceRequest,
  isThere: boolean,
): void {
  if (kind === "Gateway" && spec?.["gatewayClassName"] === "cilium") {
    const service = { namespace, name: `cilium-gateway-${name}` };
    const labels = { ...textsAt(spec, "infrastructure.labels"), "gateway.networking.k8s.io/gateway-name": name };
    const wanted = textsAt(spec, "infrastructure.annotations")[WANTED];
    note(dc, cluster, service, isThere ? { labels, wanted } : undefined);
  } else if (kind === "CiliumLoadBalancerIPPool") {
    serve(dc, cluster);
  }
}

function note(
  dc: Datacenter,
  cluster: Cluster,
  service: Pick<BalancedService, "namespace" | "name">,
  asked: { readonly labels: BalancedService["labels"]; readonly wanted: string | undefined } | undefined,
): void {
  const before = cluster.services ?? [];
  const known = before.find((each) => labelOf(each) === labelOf(service));
  if (!known && !asked) return;
  const wanted = asked?.wanted?.split(",") ?? [];
  const now = asked ? [{ ...service, labels: asked.labels, wanted, addresses: known?.addresses ?? [] }] : [];
  cluster.services = [...before.filter((each) => each !== known), ...now];
  serve(dc, cluster);
}

function serve(dc: Datacenter, cluster: Cluster): void {
  const subnets = dc.state.vms.find(({ machine }) => machine?.clusterKey === cluster.key)?.machine?.serviceSubnets ?? [];
  cluster.services = assign(cluster.services ?? [], poolsOf(cluster), subnets[0]?.includes(":") ?? false);
}

/** Pools that are there, as their custom resources say. */
function poolsOf({ resources }: Cluster): AddressPool[] {
  return resources
    .filter(({ kind }) => kind === "CiliumLoadBalancerIPPool")
    .map(({ name, spec = {} }) => ({
      name,
      blocks: (spec["blocks"] ?? []) as AddressPool["blocks"],
      labels: textsAt(spec, "serviceSelector.matchLabels"),
    }));
}

function why(cluster: Cluster): string {
  const names = poolsOf(cluster).map(({ name }) => name);
  return `no pool with its labels (${names.sort().join(", ")}) has an address left that it takes`;
}

function textsAt(values: Values, path: string): Readonly<Record<string, string>> {
  const found: Json | undefined = valueAt(values, path);
  return found !== null && typeof found === "object" && !Array.isArray(found) ? (found as Record<string, string>) : {};
}
