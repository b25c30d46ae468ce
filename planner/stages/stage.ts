import type { Plan } from "../plan";

/** Steps of the roadmap: one node, what watches it, more nodes, high availability. */
export type Stage = 1 | 2 | 3 | 4;

/** All of them, in order. */
export const STAGES: readonly { readonly stage: Stage; readonly name: string }[] = [
  { stage: 1, name: "MVP: one node" },
  { stage: 2, name: "observability" },
  { stage: 3, name: "multi-node" },
  { stage: 4, name: "high availability" },
];

/** Something that a stage has. */
export interface Mark {
  readonly stage: Stage;
  readonly what: string;
  readonly holds: boolean;
}

/** Machines that stage 3 has at least: its table says 3-4, though a control plane and three agents are 4. */
const LEAST_NODES = 3;
/** Machines that stage 4 has at least. */
const LEAST_NODES_HA = 6;

/** Which of what makes the stages a stack has. */
export function marksOf({ machines, addons, endpoint, etcdBackup }: Plan): Mark[] {
  const { kubePrometheusStack, loki, tempo } = addons;
  const controlPlanes = machines.filter(({ role }) => role === "controlplane").length;
  const mark = (stage: Stage, what: string, holds: boolean): Mark => ({ stage, what, holds });
  return [
    mark(2, "metrics, dashboards and alerts (kubePrometheusStack)", kubePrometheusStack !== undefined),
    mark(2, "logs (loki)", loki !== undefined),
    mark(2, "traces (tempo)", tempo !== undefined),
    mark(3, `at least ${LEAST_NODES} nodes`, machines.length >= LEAST_NODES),
    mark(4, `at least ${LEAST_NODES_HA} nodes`, machines.length >= LEAST_NODES_HA),
    mark(4, "3 control planes", controlPlanes >= 3),
    mark(4, "an endpoint that is no machine's own", endpoint.kind !== "machine"),
    mark(4, "snapshots of etcd outside (talos.etcdBackup)", etcdBackup !== undefined),
  ];
}

/** The furthest stage all of whose own marks a stack has; what it lacks of those before is another matter. */
export function stageOf(plan: Plan): Stage {
  const marks = marksOf(plan);
  const has = (stage: Stage): boolean => marks.every((mark) => mark.stage !== stage || mark.holds);
  return ([4, 3, 2] as const).find(has) ?? 1;
}
