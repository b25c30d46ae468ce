import { valueAt } from "./chart-values";
import type { Cluster, ReleaseRequest } from "./model";
import { RuleBroken } from "./model";

/** Charts whose pods use the machine itself: its devices, folders or network. */
const PRIVILEGED = new Set(["longhorn", "kube-prometheus-stack", "alloy", "tailscale-operator", "proxmox-csi-plugin"]);

/** Where charts are told to have ports of the machine itself. */
const HOST_PORTS: Readonly<Record<string, readonly string[]>> = {
  "ingress-nginx": ["controller.hostPort.enabled"],
  traefik: ["ports.web.hostPort", "ports.websecure.hostPort"],
};

/** A release goes into a namespace that is there, or that Helm makes, and its pods must be let in. */
export function checkNamespace(cluster: Cluster, request: ReleaseRequest): void {
  const { name, namespace, createNamespace, chart } = request;
  if (createNamespace) cluster.namespaces[namespace] ??= "baseline";
  const enforced = cluster.namespaces[namespace];
  if (enforced === undefined) {
    throw new RuleBroken("namespace-missing", `Helm release ${name}: namespaces "${namespace}" not found`);
  }
  const why = needsOfMachine(request);
  if (why !== undefined && enforced !== "privileged") {
    throw new RuleBroken(
      "pod-security",
      `Helm release ${name}: pods of ${chart} are forbidden in ${namespace}: they violate PodSecurity "${enforced}:latest" (${why})`,
    );
  }
}

/** What pods of a release need that only privileged ones may have; undefined for nothing. */
function needsOfMachine({ chart, values }: ReleaseRequest): string | undefined {
  const withoutExporter = chart === "kube-prometheus-stack" && valueAt(values, "nodeExporter.enabled") === false;
  if (PRIVILEGED.has(chart) && !withoutExporter) return "host namespaces, hostPath volumes";
  return HOST_PORTS[chart]?.some((path) => Boolean(valueAt(values, path))) === true ? "hostPort" : undefined;
}
