import type { Actions } from "./actions";
import type { ApiClient } from "./api-client";
import { place } from "./fitting";
import type { Candidate } from "./fitting";
import type { Node, Pod } from "./objects";
import { pathOf } from "./pods";
import { selectNodePatch, volumeNeeds } from "./volumes";
import type { Storage } from "./volumes";

/** Binds pods that wait for a node. Scores no nodes and evicts nobody for the sake of another. */
export class Scheduler {
  /** Nodes by uid of pods that were bound, until the API shows them so. */
  private bound = new Map<string, string>();

  constructor(
    private readonly client: ApiClient,
    private readonly storage: Storage,
    private readonly actions: Actions,
  ) {}

  /** @param nodes those that pods may be bound to */
  public schedule(pods: readonly Pod[], nodes: readonly Node[]): void {
    const pending = pods.filter(isPending).sort(byUrgency);
    this.bound = new Map(pending.flatMap(({ metadata: { uid = "" } }) => this.entryOf(uid)));
    const candidates = new Map(nodes.map((node) => [node.metadata.name, { node, pods: [] as Pod[] }]));
    for (const pod of pods) candidates.get(pod.spec.nodeName ?? this.bound.get(pod.metadata.uid ?? "") ?? "")?.pods.push(pod);
    for (const pod of pending) {
      if (this.bound.has(pod.metadata.uid ?? "")) continue;
      const node = this.place(pod, [...candidates.values()]);
      if (node !== undefined) candidates.get(node)?.pods.push(pod);
    }
  }

  /** @returns the node that is the pod's from now on */
  private place(pod: Pod, candidates: readonly Candidate[]): string | undefined {
    const needs = volumeNeeds(pod, this.storage);
    const reachable = candidates.filter(({ node }) => needs.reaches(node));
    const { node, reason } =
      needs.blocked === undefined ? place(pod, reachable) : { node: undefined, reason: blockedReason(needs.blocked, candidates) };
    if (node === undefined) {
      this.explain(pod, reason);
      return undefined;
    }
    for (const claim of needs.waiting) {
      const patch = selectNodePatch(claim, node);
      const path = `/api/v1/namespaces/${claim.metadata.namespace ?? ""}/persistentvolumeclaims/${claim.metadata.name}`;
      if (patch) this.actions.once(claim, "select node", () => this.client.patch(path, patch));
    }
    if (needs.waiting.length === 0) this.bind(pod, node);
    return node;
  }

  private bind(pod: Pod, node: string): void {
    const { name, uid = "" } = pod.metadata;
    this.bound.set(uid, node);
    const binding = { metadata: { name, uid }, target: { apiVersion: "v1", kind: "Node", name: node } };
    this.actions.run(
      () => this.client.create(`${pathOf(pod)}/binding`, binding),
      () => this.bound.delete(uid),
    );
  }

  private explain(pod: Pod, message: string): void {
    const before = pod.status?.conditions?.find(({ type }) => type === "PodScheduled");
    if (before?.message === message) return;
    const condition = { type: "PodScheduled", status: "False", reason: "Unschedulable", message };
    this.actions.once(pod, "explain", () =>
      this.client.patch(`${pathOf(pod)}/status`, { status: { conditions: [condition] } }, "strategic"),
    );
  }

  private entryOf(uid: string): [string, string][] {
    const node = this.bound.get(uid);
    return node === undefined ? [] : [[uid, node]];
  }
}

function isPending({ metadata, spec }: Pod): boolean {
  if (spec.nodeName || metadata.deletionTimestamp !== undefined || spec.schedulingGates?.length) return false;
  return (spec.schedulerName ?? "default-scheduler") === "default-scheduler";
}

function byUrgency(one: Pod, other: Pod): number {
  const [before, after] = [one.metadata.creationTimestamp ?? "", other.metadata.creationTimestamp ?? ""];
  return (other.spec.priority ?? 0) - (one.spec.priority ?? 0) || before.localeCompare(after);
}

function blockedReason(blocked: string, candidates: readonly Candidate[]): string {
  return `0/${candidates.length} nodes are available: ${blocked}.`;
}
