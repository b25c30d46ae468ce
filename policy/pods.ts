import type { DeclaredResource } from "./policy";
import { at, isHidden, list, map, text } from "./values";
import type { Value, Values } from "./values";

/** The pods that a resource of Kubernetes makes. */
export interface DeclaredPod {
  /** Undefined where nobody knows it yet. @default `default`, as Kubernetes has it */
  readonly namespace: string | undefined;
  readonly spec: Value;
  /** What the pods are marked with. */
  readonly annotations: Values;
  /** Containers of every kind. */
  readonly containers: readonly Value[];
  /** Whether what it leaves out may be there: of a change of somebody else's workload, or where an operator makes the pods. */
  readonly isPart: boolean;
}

/** Where workloads have the specification of their pods: one that runs, one that runs at times, a template alone, and last a pod itself. */
const PLACES = [
  ["spec", "template", "spec"],
  ["spec", "jobTemplate", "spec", "template", "spec"],
  ["template", "spec"],
  ["spec"],
] as const;

/** Kinds whose pods are specified as a whole. */
const WORKLOADS =
  /^kubernetes:(?:core\/v1:(?:Pod|PodTemplate|ReplicationController)|(?:apps|batch|extensions)\/\w+:(?:Deployment|DaemonSet|StatefulSet|ReplicaSet|Job|CronJob))$/;

const CONTAINERS = ["initContainers", "containers", "ephemeralContainers"] as const;

/** What else only a pod's specification has: a change of somebody else's workload need not name a container. */
const OF_PODS = ["hostNetwork", "hostPID", "hostIPC", "volumes", "securityContext"] as const;

/** What a resource makes pods of; undefined when it makes none. */
export function podOf({ type, properties }: DeclaredResource): DeclaredPod | undefined {
  if (!type.startsWith("kubernetes:")) return undefined;
  const [place, spec] = PLACES.map((path) => [path, at(properties, ...path)] as const).find(([, each]) => isPodSpec(each)) ?? [];
  if (place === undefined || spec === undefined) return undefined;
  const namespace = at(properties, "metadata", "namespace");
  return {
    namespace: isHidden(namespace) ? undefined : (text(namespace) ?? "default"),
    spec,
    annotations: map(at(properties, ...place.slice(0, -1), "metadata", "annotations")),
    isPart: !WORKLOADS.test(type),
    containers: CONTAINERS.flatMap((kind) => list(at(spec, kind))),
  };
}

function isPodSpec(spec: Value | undefined): spec is Value {
  if (CONTAINERS.some((key) => Array.isArray(at(spec, key)))) return true;
  return OF_PODS.some((key) => ["boolean", "object"].includes(typeof at(spec, key)) && !isHidden(at(spec, key)));
}

/** Variables of each container of talos-backup that a resource makes, whole, by their names. */
export function talosBackups(resource: DeclaredResource): ReadonlyMap<string | undefined, Value>[] {
  return (podOf(resource)?.containers ?? [])
    .filter((container) => /(^|\/)talos-backup([:@]|$)/.test(text(at(container, "image")) ?? ""))
    .map((container) => new Map(list(at(container, "env")).map((each) => [text(at(each, "name")), each])));
}
