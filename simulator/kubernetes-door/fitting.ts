import { isOver } from "./objects";
import { concerned, neighbourAgainst } from "./neighbours";
import type { Container, Node, Pod, Taint, Toleration } from "./objects";
import { quantity } from "./quantities";
import { hasAll, selectsNode } from "./selectors";

/** A node that pods may be bound to, with the pods bound to it. */
export interface Candidate {
  readonly node: Node;
  readonly pods: readonly Pod[];
}

/** What a look for a node found: its name, or why there is none. */
export type Placement =
  { readonly node: string; readonly reason?: undefined } | { readonly node?: undefined; readonly reason: string };

/** Pods on a node unless it says otherwise: the kubelet's default. */
const MAX_PODS = "110";

/** The taint that `kubectl cordon` comes to. */
const UNSCHEDULABLE: Taint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };

/**
 * Chooses the node with the fewest pods among those a pod fits on; the first by name of equals.
 *
 * @returns a reason worded as the real scheduler's when there is none
 */
export function place(pod: Pod, candidates: readonly Candidate[]): Placement {
  const reasons = new Map<string, number>();
  const neighbours = concerned(pod, candidates);
  const fitting = candidates.filter((candidate) => {
    const reason = whyNot(pod, candidate) ?? neighbourAgainst(pod, candidate.node, neighbours);
    if (reason !== undefined) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    return reason === undefined;
  });
  const [best] = fitting.sort(
    (one, other) => one.pods.length - other.pods.length || one.node.metadata.name.localeCompare(other.node.metadata.name),
  );
  if (best) return { node: best.node.metadata.name };
  if (candidates.length === 0) return { reason: "no nodes available to schedule pods" };
  const counted = [...reasons].map(([reason, count]) => `${count} ${reason}`).sort();
  return { reason: `0/${candidates.length} nodes are available: ${counted.join(", ")}.` };
}

/** Why a pod does not fit on a node, as far as the two and the node's other pods say; undefined when it fits. */
export function whyNot(pod: Pod, { node, pods }: Candidate): string | undefined {
  const { spec } = pod;
  const taints = [...(node.spec.taints ?? []), ...(node.spec.unschedulable ? [UNSCHEDULABLE] : [])];
  const taint = taints.find((each) => each.effect !== "PreferNoSchedule" && !isTolerated(each, spec.tolerations));
  if (taint) return taint.key === UNSCHEDULABLE.key ? "node(s) were unschedulable" : "node(s) had untolerated taint(s)";
  if (!isSelected(pod, node)) return "node(s) didn't match Pod's node affinity/selector";
  const staying = pods.filter((each) => !isOver(each));
  const allocatable = node.status?.allocatable ?? {};
  if (staying.length >= quantity(allocatable["pods"] ?? MAX_PODS)) return "Too many pods";
  const wanted = requests(pod);
  const scarce = ["cpu", "memory"].find((resource) => {
    const most = allocatable[resource];
    const used = total(staying.map((each) => requests(each)[resource] ?? 0));
    return most !== undefined && used + (wanted[resource] ?? 0) > quantity(most);
  });
  if (scarce !== undefined) return `Insufficient ${scarce}`;
  const taken = new Set(staying.flatMap(hostPorts));
  if (hostPorts(pod).some((port) => taken.has(port))) return "node(s) didn't have free ports for the requested pod ports";
  return undefined;
}

/** Whether one of the tolerations accepts a taint. */
export function isTolerated(taint: Taint, tolerations: readonly Toleration[] = []): boolean {
  return tolerations.some(({ key = "", operator = "Equal", value = "", effect = "" }) => {
    if (effect !== "" && effect !== taint.effect) return false;
    if (key !== "" && key !== taint.key) return false;
    return operator === "Exists" || (key !== "" && operator === "Equal" && value === (taint.value ?? ""));
  });
}

function isSelected({ spec }: Pod, { metadata: { name, labels = {} } }: Node): boolean {
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return hasAll(labels, spec.nodeSelector ?? {}) && (required === undefined || selectsNode(required, name, labels));
}

function hostPorts({ spec }: Pod): string[] {
  return spec.containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, protocol = "TCP" }) => (hostPort ? [`${hostPort}/${protocol}`] : [])),
  );
}

/** What a pod asks for: all containers at once, or one of those before them if that is more. */
function requests({ spec }: Pod): Record<string, number> {
  const of = (container: Container, resource: string): number => quantity(container.resources?.requests?.[resource] ?? "0");
  const { initContainers = [], containers } = spec;
  const entries = ["cpu", "memory"].map((resource) => {
    // A sidecar is an init container that stays.
    const stay = [...containers, ...initContainers.filter(({ restartPolicy }) => restartPolicy === "Always")];
    const before = initContainers.map((container) => of(container, resource));
    return [resource, Math.max(total(stay.map((container) => of(container, resource))), ...before)];
  });
  return Object.fromEntries(entries) as Record<string, number>;
}

function total(amounts: readonly number[]): number {
  return amounts.reduce((sum, each) => sum + each, 0);
}
