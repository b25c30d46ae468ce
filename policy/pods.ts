import type { DeclaredResource } from "./policy";
import { at, isHidden, list, text } from "./values";
import type { Value } from "./values";

/** The pods that a resource of Kubernetes makes. */
export interface DeclaredPod {
  /** Undefined where nobody knows it yet. @default `default`, as Kubernetes has it */
  readonly namespace: string | undefined;
  readonly spec: Value;
  /** Containers of every kind. */
  readonly containers: readonly Value[];
}

/** Where workloads have the specification of their pods: one that runs, one that runs at times, a template alone, and last a pod itself. */
const PLACES = [
  ["spec", "template", "spec"],
  ["spec", "jobTemplate", "spec", "template", "spec"],
  ["template", "spec"],
  ["spec"],
] as const;

const CONTAINERS = ["initContainers", "containers", "ephemeralContainers"] as const;

/** What else only a pod's specification has: a change of somebody else's workload need not name a container. */
const OF_PODS = ["hostNetwork", "hostPID", "hostIPC"] as const;

/** What a resource makes pods of; undefined when it makes none. */
export function podOf({ type, properties }: DeclaredResource): DeclaredPod | undefined {
  if (!type.startsWith("kubernetes:")) return undefined;
  const spec = PLACES.map((path) => at(properties, ...path)).find(isPodSpec);
  if (spec === undefined) return undefined;
  const namespace = at(properties, "metadata", "namespace");
  return {
    namespace: isHidden(namespace) ? undefined : (text(namespace) ?? "default"),
    spec,
    containers: CONTAINERS.flatMap((kind) => list(at(spec, kind))),
  };
}

function isPodSpec(spec: Value | undefined): spec is Value {
  return CONTAINERS.some((key) => Array.isArray(at(spec, key))) || OF_PODS.some((key) => typeof at(spec, key) === "boolean");
}

/** Variables of each container of talos-backup that a resource makes, whole, by their names. */
export function talosBackups(resource: DeclaredResource): ReadonlyMap<string | undefined, Value>[] {
  return (podOf(resource)?.containers ?? [])
    .filter((container) => /(^|\/)talos-backup([:@]|$)/.test(text(at(container, "image")) ?? ""))
    .map((container) => new Map(list(at(container, "env")).map((each) => [text(at(each, "name")), each])));
}
