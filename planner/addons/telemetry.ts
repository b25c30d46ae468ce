import { KUBE_PROMETHEUS_STACK_DEFAULTS } from "../../config/addons/kube-prometheus-stack";
import type { AddonContext } from "./definition";

/** What tells where telemetry goes. */
type Asker = Pick<AddonContext, "site" | "environmentClass" | "spread">;

/** Where telemetry goes inside of the cluster; undefined or empty for what is off. */
export interface Telemetry {
  /** URL of Loki. */
  readonly logs: string | undefined;
  /** `host:port` of Tempo's gRPC receiver. */
  readonly traces: string | undefined;
  /** Where each Prometheus takes what is written to it: all of them, for each keeps all metrics. */
  readonly metrics: readonly string[];
}

/** Ports of the OpenTelemetry protocol. */
export const OTLP_PORTS = { grpc: 4317, http: 4318 } as const;

/** @param asker an add-on's context: where others are follows from what is on */
export function telemetryOf(asker: Asker): Telemetry {
  const { loki, tempo, kubePrometheusStack } = asker.site.addons;
  const servers = kubePrometheusStack ? prometheusReplicas(asker) : 0;
  return {
    logs: loki && `http://loki.${loki.namespace}.svc:3100`,
    traces: tempo && `tempo.${tempo.namespace}.svc:${OTLP_PORTS.grpc}`,
    // By pod: their Service would choose one, and the others would not know.
    metrics: Array.from(
      { length: servers },
      (_, index) =>
        `http://prometheus-kube-prometheus-stack-prometheus-${index}.prometheus-operated.${kubePrometheusStack?.namespace}.svc:9090/api/v1/write`,
    ),
  };
}

/** Whether anything writes to Prometheus instead of being scraped. */
export function writesMetrics({ site: { addons } }: Pick<Asker, "site">): boolean {
  return addons.tempo !== undefined || (addons.alloy !== undefined && addons.alloy.otlp !== false);
}

/** Prometheus servers, each with all metrics. */
export function prometheusReplicas({ site, environmentClass, spread }: Asker): number {
  const { homelab, prod } = KUBE_PROMETHEUS_STACK_DEFAULTS.replicas;
  const byClass = { homelab, prod: spread.upTo(prod) };
  return site.addons.kubePrometheusStack?.replicas ?? byClass[environmentClass];
}
