import type { Process } from "../clock/clock";
import { valueAt } from "./chart-values";
import type { Datacenter } from "./datacenter";
import { CHART_KINDS, chartsWith, pathOf } from "./kinds";
import { rebalance } from "./load-balancers";
import type { Cluster, CustomResourceRequest, ReleaseRequest, TalosAccess } from "./model";
import { RuleBroken } from "./model";
import { answering } from "./objects";

/** A release brings its kinds: with it, or some time after it is ready where its operator defines them. */
export function defineKinds(dc: Datacenter, { definitions }: Cluster, { chart, values }: ReleaseRequest): void {
  const brought = CHART_KINDS[chart];
  if (!brought || (brought.onlyIf !== undefined && valueAt(values, brought.onlyIf) !== true)) return;
  const seconds = brought.by === "operator" ? dc.durations.seconds("operatorDefinitions") : 0;
  definitions[chart] ??= dc.clock.now + seconds;
}

/** A release goes: what is made of its kinds must be gone, for nobody minds it any more. */
export function checkOrphans({ resources }: Cluster, { name, chart }: Pick<ReleaseRequest, "name" | "chart">): void {
  const left = resources.filter(({ apiVersion, kind }) => chartsWith(apiVersion, kind).includes(chart));
  if (left.length === 0) return;
  throw new RuleBroken(
    "resource-orphaned",
    `${name}: ${left.map(labelOf).sort().join(", ")} would be left, and nobody to let go of it: delete custom resources before ${chart}`,
  );
}

/** The kinds a release takes with it. */
export function forgetKinds(cluster: Cluster, { chart }: Pick<ReleaseRequest, "chart">): void {
  if (CHART_KINDS[chart]?.by === "release") Reflect.deleteProperty(cluster.definitions, chart);
}

/** Waits until the API serves the kind at a path, as often as the program's own wait looks. */
export function* awaitKind(dc: Datacenter, endpoint: string, path: string, timeoutSeconds: number): Process {
  const cluster = answering(dc, endpoint, path);
  const deadline = dc.clock.now + timeoutSeconds;
  const isServed = (): boolean =>
    Object.entries(CHART_KINDS).some(
      ([chart, { kinds }]) =>
        isDefined(dc, cluster, chart) &&
        Object.entries(kinds).some(([apiVersion, names]) => names.some((kind) => pathOf(apiVersion, kind) === path)),
    );
  while (!isServed()) {
    if (dc.clock.now >= deadline) {
      throw new RuleBroken("kind-missing", `The Kubernetes API at ${endpoint} did not serve ${path} within ${timeoutSeconds} s`);
    }
    yield* dc.spend("apiPoll", path);
  }
}

/** Hands the API a custom resource. */
export function* applyCustomResource(dc: Datacenter, endpoint: string, request: CustomResourceRequest): Process {
  const { apiVersion, kind, namespace } = request;
  const label = labelOf(request);
  const cluster = answering(dc, endpoint, label);
  const charts = chartsWith(apiVersion, kind);
  if (!charts.some((chart) => isDefined(dc, cluster, chart))) {
    const who = charts.some((chart) => chart in cluster.definitions)
      ? `${charts.join(", ")} defines it only once its operator runs`
      : charts.length > 0
        ? `no release in the cluster brings it (${charts.join(", ")} does)`
        : "no chart that is known brings it";
    throw new RuleBroken("kind-missing", `${label}: no matches for kind "${kind}" in version "${apiVersion}": ${who}`);
  }
  if (namespace !== "" && !(namespace in cluster.namespaces)) {
    throw new RuleBroken("namespace-missing", `${label}: namespaces "${namespace}" not found`);
  }
  if (apiVersion === "talos.dev/v1alpha1") checkTalosAccess(dc, cluster, request);
  yield* dc.spend("objectApply", label);
  cluster.resources = [...cluster.resources.filter((each) => labelOf(each) !== label), request];
  rebalance(dc, cluster, request, true);
}

/** Deletes a custom resource. */
export function* deleteCustomResource(dc: Datacenter, request: CustomResourceRequest): Process {
  yield* dc.spend("objectApply", labelOf(request));
  for (const cluster of dc.state.clusters) {
    if (!cluster.resources.some((each) => labelOf(each) === labelOf(request))) continue;
    cluster.resources = cluster.resources.filter((each) => labelOf(each) !== labelOf(request));
    rebalance(dc, cluster, request, false);
  }
}

function isDefined(dc: Datacenter, cluster: Cluster, chart: string): boolean {
  if (chart === "talos") return accessesOf(dc, cluster).length > 0;
  const { definitions } = cluster;
  const since = definitions[chart];
  return since !== undefined && since <= dc.clock.now;
}

/** Whom the control planes that serve the API let ask Talos. */
function accessesOf(dc: Datacenter, cluster: Cluster): readonly TalosAccess[] {
  return cluster.apiServers.flatMap((id) => dc.vm(id)?.machine?.talosAccess ?? []);
}

/** Talos writes it into the status of a service account that it makes no Secret for: pods wait for that for ever. */
function checkTalosAccess(dc: Datacenter, cluster: Cluster, request: CustomResourceRequest): void {
  const { namespace, roles = [] } = request;
  const accesses = accessesOf(dc, cluster);
  const unallowed = roles.filter((role) => !accesses.every((access) => access.roles.includes(role)));
  const why = !accesses.every((access) => access.namespaces.includes(namespace))
    ? `Namespace is not allowed: ${namespace}`
    : unallowed.length > 0
      ? `Roles not allowed: [${unallowed.join(" ")}]`
      : roles.length === 0
        ? "Roles not found"
        : undefined;
  if (why !== undefined) throw new RuleBroken("talos-access", `${labelOf(request)}: ${why}`);
}

function labelOf({ apiVersion, kind, name, namespace }: CustomResourceRequest): string {
  return `${apiVersion}/${kind} ${namespace === "" ? name : `${namespace}/${name}`}`;
}
