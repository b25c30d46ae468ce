import { valueAt } from "./chart-values";
import type { Cluster, ReleaseRequest } from "./model";
import { RuleBroken } from "./model";

/** Charts whose pods use the machine itself: its devices, folders or network. */
const PRIVILEGED = new Set(["longhorn", "kube-prometheus-stack", "alloy"]);

/** A release goes into a namespace that is there, or that Helm makes, and its pods must be let in. */
export function checkNamespace(cluster: Cluster, { name, namespace, createNamespace, chart, values }: ReleaseRequest): void {
  if (createNamespace) cluster.namespaces[namespace] ??= "baseline";
  const enforced = cluster.namespaces[namespace];
  if (enforced === undefined) {
    throw new RuleBroken("namespace-missing", `Helm release ${name}: namespaces "${namespace}" not found`);
  }
  const withoutExporter = chart === "kube-prometheus-stack" && valueAt(values, "nodeExporter.enabled") === false;
  if (PRIVILEGED.has(chart) && !withoutExporter && enforced !== "privileged") {
    throw new RuleBroken(
      "pod-security",
      `Helm release ${name}: pods of ${chart} are forbidden in ${namespace}: they violate PodSecurity "${enforced}:latest" (host namespaces, hostPath volumes)`,
    );
  }
}
