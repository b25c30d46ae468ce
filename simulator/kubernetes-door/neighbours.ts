import { isOver } from "./objects";
import type { Node, Pod, PodAffinityTerm } from "./objects";
import { selects } from "./selectors";

/** A pod and where it runs. */
export interface Neighbour {
  readonly pod: Pod;
  readonly node: Node;
}

/** The pods whose place matters to this one: all if it repels any, else those that repel. */
export function concerned(pod: Pod, candidates: readonly { readonly node: Node; readonly pods: readonly Pod[] }[]): Neighbour[] {
  const all = repelled(pod).length > 0;
  return candidates.flatMap(({ node, pods }) =>
    pods.filter((each) => !isOver(each) && (all || repelled(each).length > 0)).map((each) => ({ pod: each, node })),
  );
}

/** Why a pod and its neighbours may not meet on a node; required anti-affinity holds both ways. */
export function neighbourAgainst(pod: Pod, node: Node, neighbours: readonly Neighbour[]): string | undefined {
  if (neighbours.some((other) => repels(pod, other.pod, node, other.node))) return "node(s) didn't match pod anti-affinity rules";
  if (!neighbours.some((other) => repels(other.pod, pod, other.node, node))) return undefined;
  return "node(s) didn't satisfy existing pods anti-affinity rules";
}

function repels(pod: Pod, other: Pod, here: Node, there: Node): boolean {
  return repelled(pod).some(({ labelSelector, namespaces = [pod.metadata.namespace ?? ""], topologyKey }) => {
    const domain = here.metadata.labels?.[topologyKey];
    if (domain === undefined || domain !== there.metadata.labels?.[topologyKey]) return false;
    return namespaces.includes(other.metadata.namespace ?? "") && selects(labelSelector, other.metadata.labels);
  });
}

function repelled({ spec }: Pod): readonly PodAffinityTerm[] {
  return spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
}
