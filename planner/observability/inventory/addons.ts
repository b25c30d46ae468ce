import type { Component, Quotes } from "./component";

/** The collector; only where it reads logs. */
export const ALLOY: Component = {
  repository: "grafana/alloy",
  version: "v1.18.1",
  pinnedBy: { image: "docker.io/grafana/alloy" },
  metrics: { loki_source_file_read_bytes_total: "internal/component/loki/source/file/metrics.go" },
  labels: {},
};

const CERTIFICATES = "internal/collectors/certificate_collector.go";

/** Certificates. */
export const CERT_MANAGER: Component = {
  repository: "cert-manager/cert-manager",
  version: "v1.21.1",
  pinnedBy: { image: "quay.io/jetstack/cert-manager-controller" },
  metrics: { certmanager_certificate_expiration_timestamp_seconds: CERTIFICATES },
  labels: { name: CERTIFICATES, namespace: CERTIFICATES },
};

/** The agent on each machine. */
export const CILIUM: Component = {
  repository: "cilium/cilium",
  version: "v1.20.0",
  pinnedBy: { image: "quay.io/cilium/cilium" },
  metrics: {
    cilium_drop_count_total: {
      "pkg/maps/metricsmap/metricsmap.go": ['BuildFQName(metrics.Namespace, "", "drop_count_total")'],
      "pkg/metrics/metrics.go": ['CiliumAgentNamespace = "cilium"', "Namespace = CiliumAgentNamespace"],
    },
  },
  labels: { reason: { "pkg/metrics/metrics.go": ['LabelDropReason = "reason"'] } },
};

const LONGHORN_NAMES = "metrics_collector/types.go";

const longhornNode = (name: string): Quotes => ({
  [LONGHORN_NAMES]: ['longhornName = "longhorn"', 'subsystemNode = "node"'],
  "metrics_collector/node_collector.go": [`BuildFQName(longhornName, subsystemNode, "${name}")`],
});

const longhornVolume = (name: string): Quotes => ({
  [LONGHORN_NAMES]: ['longhornName = "longhorn"', 'subsystemVolume = "volume"'],
  "metrics_collector/volume_collector.go": [`BuildFQName(longhornName, subsystemVolume, "${name}")`],
});

/** Volumes and the machines that keep them. */
export const LONGHORN: Component = {
  repository: "longhorn/longhorn-manager",
  version: "v1.12.1",
  pinnedBy: { image: "docker.io/longhornio/longhorn-manager" },
  metrics: {
    longhorn_node_storage_capacity_bytes: longhornNode("storage_capacity_bytes"),
    longhorn_node_storage_scheduled_bytes: longhornNode("storage_scheduled_bytes"),
    longhorn_node_storage_usage_bytes: longhornNode("storage_usage_bytes"),
    longhorn_volume_actual_size_bytes: longhornVolume("actual_size_bytes"),
    longhorn_volume_capacity_bytes: longhornVolume("capacity_bytes"),
    longhorn_volume_last_backup_at: longhornVolume("last_backup_at"),
    longhorn_volume_read_throughput: longhornVolume("read_throughput"),
    longhorn_volume_robustness: longhornVolume("robustness"),
    longhorn_volume_write_throughput: longhornVolume("write_throughput"),
  },
  labels: {
    node: LONGHORN_NAMES,
    pvc: LONGHORN_NAMES,
    pvc_namespace: LONGHORN_NAMES,
    state: LONGHORN_NAMES,
    volume: LONGHORN_NAMES,
  },
};

/** Logs. */
export const LOKI: Component = {
  repository: "grafana/loki",
  version: "v3.7.6",
  pinnedBy: { image: "docker.io/grafana/loki" },
  metrics: {
    loki_distributor_bytes_received_total: {
      "pkg/loghttp/push/push.go": ['Namespace: constants.Loki, Name: "distributor_bytes_received_total"'],
      "pkg/util/constants/metrics_namespace.go": ['Loki = "loki"'],
    },
  },
  labels: {},
};

const DIMENSIONS = "modules/generator/processor/dimension_names.go";
const SPANS = "modules/generator/processor/spanmetrics/spanmetrics.go";

/** Traces: what its generator makes of them, with its own dimensions and buckets. */
export const TEMPO: Component = {
  repository: "grafana/tempo",
  version: "v2.10.8",
  pinnedBy: { image: "docker.io/grafana/tempo" },
  metrics: {
    traces_spanmetrics_calls_total: SPANS,
    traces_spanmetrics_latency_bucket: {
      [SPANS]: ['metricDurationSeconds = "traces_spanmetrics_latency"', "NewHistogram(metricDurationSeconds"],
      "modules/generator/processor/spanmetrics/config.go": ["cfg.HistogramOverride = registry.HistogramModeClassic"],
      "modules/generator/registry/histogram.go": ['nameBucket: fmt.Sprintf("%s_bucket", name)'],
    },
  },
  labels: { service: DIMENSIONS, span_kind: DIMENSIONS, status_code: DIMENSIONS },
};

const TRAEFIK_METRICS = "pkg/observability/metrics/prometheus.go";

const traefik = (...texts: string[]): Quotes => ({
  [TRAEFIK_METRICS]: ['MetricNamePrefix = "traefik_"', ...texts],
});

const ENTRY_POINTS = 'metricEntryPointPrefix = MetricNamePrefix + "entrypoint_"';
const SERVICES = 'metricServicePrefix = MetricNamePrefix + "service_"';

/** Requests from outside; those by entry point and by service are on unless turned off. */
export const TRAEFIK: Component = {
  repository: "traefik/traefik",
  version: "v3.7.11",
  pinnedBy: { image: "docker.io/traefik" },
  metrics: {
    traefik_entrypoint_request_duration_seconds_bucket: traefik(
      ENTRY_POINTS,
      'entryPointReqDurationName = metricEntryPointPrefix + "request_duration_seconds"',
      "HistogramOpts{ Name: entryPointReqDurationName",
    ),
    traefik_entrypoint_requests_total: traefik(
      ENTRY_POINTS,
      'entryPointReqsTotalName = metricEntryPointPrefix + "requests_total"',
    ),
    traefik_open_connections: traefik('openConnectionsName = MetricNamePrefix + "open_connections"'),
    traefik_service_request_duration_seconds_bucket: traefik(
      SERVICES,
      'serviceReqDurationName = metricServicePrefix + "request_duration_seconds"',
      "HistogramOpts{ Name: serviceReqDurationName",
    ),
    traefik_service_requests_total: traefik(SERVICES, 'serviceReqsTotalName = metricServicePrefix + "requests_total"'),
    traefik_tls_certs_not_after: traefik(
      'metricsTLSPrefix = MetricNamePrefix + "tls_"',
      'tlsCertsNotAfterTimestampName = metricsTLSPrefix + "certs_not_after"',
    ),
  },
  labels: { code: TRAEFIK_METRICS, entrypoint: TRAEFIK_METRICS, sans: TRAEFIK_METRICS, service: TRAEFIK_METRICS },
};
