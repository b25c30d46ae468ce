/** Rules as they are written: what Prometheus evaluates, in PromQL. */

/** How bad it is: `critical` wakes somebody up, `warning` waits for the morning, `info` is worth knowing. */
export type RuleSeverity = "critical" | "warning" | "info";

/** A fact somebody has to hear of. */
export interface AlertRule {
  /** In camel case, and the name of its page under `docs/runbooks`. */
  readonly alert: string;
  /** PromQL; every series it returns is an alert. */
  readonly expr: string;
  /** How long it must hold, for instance `5m`. */
  readonly for: string;
  readonly severity: RuleSeverity;
  /** One line; may name labels as `{{ $labels.instance }}`. */
  readonly summary: string;
  /** What it means and the figure that says so. */
  readonly description: string;
}

/** A series computed once and used often, named `level:metric:operation`. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}

/** Rules that read the same exporters. */
export interface RuleGroup {
  readonly name: string;
  /** Exporters whose metrics they read; the group is there only with all of them. */
  readonly reads: readonly Exporter[];
  readonly rules: readonly (AlertRule | RecordingRule)[];
}

/**
 * Who exports metrics. The first of them come with kube-prometheus-stack, `pve` with its exporter of Proxmox hosts, the others with the
 * add-on whose chart has that name.
 */
export const STACK_EXPORTERS = [
  "apiserver",
  "cadvisor",
  "etcd",
  "kube-state-metrics",
  "kubelet",
  "node-exporter",
  "prometheus",
] as const;

/** One of them. */
export type Exporter =
  (typeof STACK_EXPORTERS)[number] | "alloy" | "cert-manager" | "cilium" | "longhorn" | "loki" | "pve" | "tempo" | "traefik";

/** Whether a rule tells somebody. */
export function isAlert(rule: AlertRule | RecordingRule): rule is AlertRule {
  return "alert" in rule;
}
