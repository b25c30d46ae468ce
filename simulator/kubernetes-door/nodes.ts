import { isDeepStrictEqual } from "node:util";
import { statusOf } from "./node-status";
import type { SimulatedNode } from "./node-status";
import type { Node, Taint } from "./objects";

/** Talos keeps here which labels and taints are its own, so that it can take them away (siderolabs/talos, node_apply.go). */
const OWNED_LABELS = "talos.dev/owned-labels";
const OWNED_TAINTS = "talos.dev/owned-taints";

/** The node as its kubelet registers it. Real ones also ask for attaching volumes, which nobody here would do. */
export function newNode(simulated: SimulatedNode, now: string): object {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: simulated.name,
      labels: { ...kubeletLabels(simulated), ...talosLabels(simulated) },
      annotations: owned(simulated),
    },
    spec: { taints: simulated.taints ?? [] },
    status: statusOf(simulated, [], now),
  };
}

/** What to change of labels and taints, as a merge patch that fails if somebody else was faster; undefined when nothing. */
export function settingsPatch(node: Node, simulated: SimulatedNode): object | undefined {
  const { labels = {}, annotations = {}, resourceVersion } = node.metadata;
  const wanted = { ...kubeletLabels(simulated), ...talosLabels(simulated) };
  const gone = listIn(annotations[OWNED_LABELS]).filter((key) => !(key in wanted));
  const taints = wantedTaints(node, simulated);
  const same =
    Object.entries(wanted).every(([key, value]) => labels[key] === value) &&
    Object.entries(owned(simulated)).every(([key, value]) => annotations[key] === value) &&
    isDeepStrictEqual(taints, node.spec.taints ?? []);
  if (same) return undefined;
  const changed = { ...Object.fromEntries(gone.map((key) => [key, null])), ...wanted };
  return { metadata: { resourceVersion, labels: changed, annotations: owned(simulated) }, spec: { taints } };
}

function kubeletLabels({ name }: SimulatedNode): Record<string, string> {
  return {
    "beta.kubernetes.io/arch": "amd64",
    "beta.kubernetes.io/os": "linux",
    "kubernetes.io/arch": "amd64",
    "kubernetes.io/hostname": name,
    "kubernetes.io/os": "linux",
  };
}

function talosLabels({ controlPlane, labels }: SimulatedNode): Record<string, string> {
  return { ...(controlPlane ? { "node-role.kubernetes.io/control-plane": "" } : {}), ...labels };
}

/** Those of others, such as not-ready, stay: the node controller judges them by the conditions. */
function wantedTaints(node: Node, { taints = [] }: SimulatedNode): Taint[] {
  const before = node.spec.taints ?? [];
  const ours = new Set([...listIn(node.metadata.annotations?.[OWNED_TAINTS]), ...taints.map(({ key }) => key)]);
  const kept = before.filter((each) => !ours.has(each.key) || taints.some((taint) => isSameTaint(taint, each)));
  return [...kept, ...taints.filter((taint) => !kept.some((each) => isSameTaint(taint, each)))];
}

function isSameTaint(one: Taint, other: Taint): boolean {
  return one.key === other.key && one.effect === other.effect && (one.value ?? "") === (other.value ?? "");
}

function owned(simulated: SimulatedNode): Record<string, string> {
  const taints = new Set((simulated.taints ?? []).map(({ key }) => key));
  return {
    [OWNED_LABELS]: JSON.stringify(Object.keys(talosLabels(simulated)).sort()),
    [OWNED_TAINTS]: JSON.stringify([...taints].sort()),
  };
}

function listIn(annotation: string | undefined): string[] {
  try {
    return JSON.parse(annotation ?? "[]") as string[];
  } catch {
    return [];
  }
}
