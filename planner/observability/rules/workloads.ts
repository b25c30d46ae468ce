import type { RuleGroup } from "../rule";

const STATE = 'job="kube-state-metrics"';

/** What a container uses of what it may: usage alone says nothing. */
function ofLimit(usage: string, resource: "cpu" | "memory"): string {
  const by = "namespace, pod, container";
  return `sum by (${by}) (${usage}) / max by (${by}) (kube_pod_container_resource_limits{${STATE}, resource="${resource}"})`;
}

/** Pods and what scales them. */
export const WORKLOADS: RuleGroup = {
  name: "workloads",
  reads: ["cadvisor", "kube-state-metrics"],
  rules: [
    {
      record: "namespace_pod_container:cpu_of_limit:ratio_rate5m",
      expr: ofLimit('rate(container_cpu_usage_seconds_total{job="kubelet", container!=""}[5m])', "cpu"),
    },
    {
      record: "namespace_pod_container:memory_of_limit:ratio",
      expr: ofLimit('container_memory_working_set_bytes{job="kubelet", container!=""}', "memory"),
    },
    {
      alert: "ContainerCpuHigh",
      expr: "namespace_pod_container:cpu_of_limit:ratio_rate5m > 0.8",
      for: "5m",
      severity: "warning",
      summary: "{{ $labels.namespace }}/{{ $labels.pod }} uses most of the CPU it may",
      description: "{{ $labels.container }} uses {{ $value | humanizePercentage }} of its limit and is held back.",
    },
    {
      alert: "ContainerMemoryHigh",
      expr: "namespace_pod_container:memory_of_limit:ratio > 0.9",
      for: "2m",
      severity: "critical",
      summary: "{{ $labels.namespace }}/{{ $labels.pod }} uses most of the memory it may",
      description: "{{ $labels.container }} uses {{ $value | humanizePercentage }} of its limit; above it, it is killed.",
    },
    {
      alert: "ContainerKilledForMemory",
      expr: `increase(kube_pod_container_status_restarts_total{${STATE}}[15m]) > 0 and on (namespace, pod, container) kube_pod_container_status_last_terminated_reason{${STATE}, reason="OOMKilled"} == 1`,
      for: "1m",
      severity: "warning",
      summary: "{{ $labels.namespace }}/{{ $labels.pod }} was killed for its memory",
      description: "{{ $labels.container }} took more than its limit and was started again.",
    },
    {
      alert: "PodCrashLooping",
      expr: `max_over_time(kube_pod_container_status_waiting_reason{${STATE}, reason="CrashLoopBackOff"}[5m]) >= 1`,
      for: "15m",
      severity: "warning",
      summary: "{{ $labels.namespace }}/{{ $labels.pod }} does not stay up",
      description: "{{ $labels.container }} ends again and again.",
    },
    {
      alert: "HpaAtMaximum",
      expr: `kube_horizontalpodautoscaler_status_current_replicas{${STATE}} == kube_horizontalpodautoscaler_spec_max_replicas{${STATE}} and kube_horizontalpodautoscaler_spec_max_replicas{${STATE}} > kube_horizontalpodautoscaler_spec_min_replicas{${STATE}}`,
      for: "1m",
      severity: "warning",
      summary: "{{ $labels.namespace }}/{{ $labels.horizontalpodautoscaler }} can grow no further",
      description: "It runs {{ $value }} pods, the most it may.",
    },
  ],
};

/** Requests as Traefik hands them on: each service's errors and time. */
export const REQUESTS: RuleGroup = {
  name: "requests",
  reads: ["traefik"],
  rules: [
    {
      record: "service:requests:rate5m",
      expr: "sum by (service) (rate(traefik_service_requests_total[5m]))",
    },
    {
      record: "service:request_errors:ratio_rate5m",
      expr: 'sum by (service) (rate(traefik_service_requests_total{code=~"5.."}[5m])) / sum by (service) (rate(traefik_service_requests_total[5m]))',
    },
    {
      record: "service:request_duration_seconds:p95_rate5m",
      expr: "histogram_quantile(0.95, sum by (service, le) (rate(traefik_service_request_duration_seconds_bucket[5m])))",
    },
    {
      alert: "RequestErrorsHigh",
      // A handful of requests is no rate.
      expr: "service:request_errors:ratio_rate5m > 0.05 and service:requests:rate5m > 0.1",
      for: "5m",
      severity: "critical",
      summary: "{{ $labels.service }} fails",
      description: "{{ $value | humanizePercentage }} of its requests end in an error.",
    },
    {
      alert: "RequestsSlow",
      expr: "service:request_duration_seconds:p95_rate5m > 1 and service:requests:rate5m > 0.1",
      for: "10m",
      severity: "warning",
      summary: "{{ $labels.service }} is slow",
      description: "One request in twenty takes longer than {{ $value | humanizeDuration }}.",
    },
    {
      alert: "IngressCertificateExpiring",
      // A pod goes on telling of those that were renewed, by their serial number, until it ends: of each only the newest is in use.
      expr: "min by (sans) (max by (pod, sans) (traefik_tls_certs_not_after)) - time() < 7 * 24 * 3600",
      for: "1h",
      severity: "warning",
      summary: "The certificate of {{ $labels.sans }} runs out",
      description: "It is valid for {{ $value | humanizeDuration }} and was not renewed.",
    },
  ],
};

/** Requests as traces tell them, for services that send some. */
export const SPANS: RuleGroup = {
  name: "spans",
  reads: ["tempo"],
  rules: [
    {
      record: "service:span_errors:ratio_rate5m",
      expr: 'sum by (service) (rate(traces_spanmetrics_calls_total{status_code="STATUS_CODE_ERROR", span_kind="SPAN_KIND_SERVER"}[5m])) / sum by (service) (rate(traces_spanmetrics_calls_total{span_kind="SPAN_KIND_SERVER"}[5m]))',
    },
    {
      record: "service:span_duration_seconds:p95_rate5m",
      expr: 'histogram_quantile(0.95, sum by (service, le) (rate(traces_spanmetrics_latency_bucket{span_kind="SPAN_KIND_SERVER"}[5m])))',
    },
  ],
};

/** Work that waits, by a gauge of the applications' own; there is no metric that every application has. */
export function queueDepth(metric: string): RuleGroup {
  return {
    name: "queues",
    reads: [],
    rules: [{ record: "namespace_job:queue_depth:max", expr: `max by (namespace, job) (${metric})` }],
  };
}
