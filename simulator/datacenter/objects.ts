import type { Process } from "../clock/clock";
import type { Datacenter } from "./datacenter";
import { apiAnswers } from "./api-endpoint";
import type { Cluster } from "./model";
import { RuleBroken } from "./model";
import { checkClaims } from "./volumes";

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

/** Deletes a namespace with all that is in it. */
export function* deleteNamespace(dc: Datacenter, name: string): Process {
  for (const cluster of dc.state.clusters) checkClaims(cluster, name);
  yield* dc.spend("objectApply", name);
  for (const cluster of dc.state.clusters) Reflect.deleteProperty(cluster.namespaces, name);
}

/** The cluster whose API answers at an endpoint. */
export function answering(dc: Datacenter, endpoint: string, what: string): Cluster {
  const cluster = dc.state.clusters.find((candidate) => candidate.endpoint === endpoint);
  if (!cluster || !apiAnswers(dc, cluster)) {
    throw new RuleBroken("kubernetes-unreachable", `${what}: no Kubernetes API answers at ${endpoint}`);
  }
  return cluster;
}
