import type { DeclaredResource } from "./policy";
import { at, list, text } from "./values";
import type { Value } from "./values";

/** The pods that a resource of Kubernetes makes. */
export interface DeclaredPod {
  /** @default `default`, as Kubernetes has it */
  readonly namespace: string;
  readonly spec: Value;
  /** Containers of every kind. */
  readonly containers: readonly Value[];
}

/** Where workloads have the specification of their pods: a pod itself, one that runs and one that runs at times. */
const PLACES = [["spec"], ["spec", "template", "spec"], ["spec", "jobTemplate", "spec", "template", "spec"]] as const;

const CONTAINERS = ["initContainers", "containers", "ephemeralContainers"] as const;

/** What a resource makes pods of; undefined when it makes none. */
export function podOf({ type, properties }: DeclaredResource): DeclaredPod | undefined {
  if (!type.startsWith("kubernetes:")) return undefined;
  const spec = PLACES.map((path) => at(properties, ...path)).find((each) => Array.isArray(at(each, "containers")));
  if (spec === undefined) return undefined;
  return {
    namespace: text(at(properties, "metadata", "namespace")) ?? "default",
    spec,
    containers: CONTAINERS.flatMap((kind) => list(at(spec, kind))),
  };
}
