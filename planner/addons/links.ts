import type { AddonKey } from "../plan";
import type { Values } from "./layers";

/** Fixed uids of Grafana's data sources, which links and dashboards name. */
export const DATA_SOURCES = { metrics: "prometheus", logs: "loki", traces: "tempo" } as const;

/** From a metric's exemplar to its trace. */
export const EXEMPLARS: Values = {
  datasourceUid: DATA_SOURCES.traces,
  traceIdLabelName: "trace_id",
  urlDisplayLabel: "Trace",
};

/** A trace's id in a line, however a program writes it: `trace_id=…`, `"traceId":"…"`, `traceID: …`. */
const TRACE_ID = String.raw`[tT]race[_-]?[iI][dD]"?\s*[=:]\s*"?([0-9a-f]{16,32})`;

/** How far around a span its lines and metrics are looked for: clocks differ, and a line may be written late. */
const AROUND = { spanStartTimeShift: "-5m", spanEndTimeShift: "5m" } as const;

/** Metrics of a span's service, from Tempo's generator; two dollars, for Grafana takes what follows one for an environment variable. */
const SPAN_QUERIES = {
  Requests: "sum(rate(traces_spanmetrics_calls_total{$$__tags}[5m]))",
  Errors: 'sum(rate(traces_spanmetrics_calls_total{$$__tags, status_code="STATUS_CODE_ERROR"}[5m]))',
  "95th percentile": "histogram_quantile(0.95, sum by (le) (rate(traces_spanmetrics_latency_bucket{$$__tags}[5m])))",
} as const;

/** What a data source says of others that are on; undefined for nothing. */
export function linksOf(key: AddonKey, on: ReadonlySet<AddonKey>): Values | undefined {
  if (key === "loki" && on.has("tempo")) return { derivedFields: traceFields() };
  if (key !== "tempo") return undefined;
  return {
    nodeGraph: { enabled: true },
    ...(on.has("loki") ? { tracesToLogsV2: toLogs() } : {}),
    ...(on.has("kubePrometheusStack")
      ? { serviceMap: { datasourceUid: DATA_SOURCES.metrics }, tracesToMetrics: toMetrics() }
      : {}),
  };
}

/** From a line to its trace: by what the line says, or by what OpenTelemetry says beside it. */
function traceFields(): Values[] {
  const link = { name: "Trace", url: "$${__value.raw}", datasourceUid: DATA_SOURCES.traces };
  return [
    { ...link, matcherType: "regex", matcherRegex: TRACE_ID },
    { ...link, name: "Trace of the record", matcherType: "label", matcherRegex: "trace_id" },
  ];
}

/** From a span to what its pod wrote about the trace. */
function toLogs(): Values {
  return {
    datasourceUid: DATA_SOURCES.logs,
    ...AROUND,
    filterByTraceID: true,
    filterBySpanID: false,
    tags: [
      { key: "k8s.namespace.name", value: "namespace" },
      { key: "k8s.pod.name", value: "pod" },
    ],
  };
}

/** From a span to how its service does. */
function toMetrics(): Values {
  return {
    datasourceUid: DATA_SOURCES.metrics,
    ...AROUND,
    tags: [{ key: "service.name", value: "service" }],
    queries: Object.entries(SPAN_QUERIES).map(([name, query]) => ({ name, query })),
  };
}
