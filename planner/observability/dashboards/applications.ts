import type { Dashboard } from "./dashboard";

const STATE = 'job="kube-state-metrics"';
const CONTAINERS = 'job="kubelet", container!=""';

/** Who uses how much, and whoever is scaled. */
export const APPLICATIONS: Dashboard = {
  uid: "platform-applications",
  title: "Applications",
  panels: [
    {
      title: "CPU by namespace",
      unit: "short",
      reads: ["cadvisor"],
      queries: { "{{namespace}}": `sum by (namespace) (rate(container_cpu_usage_seconds_total{${CONTAINERS}}[5m]))` },
    },
    {
      title: "Memory by namespace",
      unit: "bytes",
      reads: ["cadvisor"],
      queries: { "{{namespace}}": `sum by (namespace) (container_memory_working_set_bytes{${CONTAINERS}})` },
    },
    {
      title: "Network by namespace",
      unit: "Bps",
      reads: ["cadvisor"],
      queries: {
        "{{namespace}} in": 'sum by (namespace) (rate(container_network_receive_bytes_total{job="kubelet"}[5m]))',
        "{{namespace}} out": 'sum by (namespace) (rate(container_network_transmit_bytes_total{job="kubelet"}[5m]))',
      },
    },
    {
      title: "CPU of the limit",
      unit: "percentunit",
      reads: ["cadvisor", "kube-state-metrics"],
      queries: {
        "{{namespace}}/{{pod}} {{container}}": `topk(10, sum by (namespace, pod, container) (rate(container_cpu_usage_seconds_total{${CONTAINERS}}[5m])) / max by (namespace, pod, container) (kube_pod_container_resource_limits{${STATE}, resource="cpu"}))`,
      },
    },
    {
      title: "Memory of the limit",
      unit: "percentunit",
      reads: ["cadvisor", "kube-state-metrics"],
      queries: {
        "{{namespace}}/{{pod}} {{container}}": `topk(10, sum by (namespace, pod, container) (container_memory_working_set_bytes{${CONTAINERS}}) / max by (namespace, pod, container) (kube_pod_container_resource_limits{${STATE}, resource="memory"}))`,
      },
    },
    {
      title: "Scaling",
      about: "Pods of each HorizontalPodAutoscaler; where the line meets its maximum, it can grow no further",
      unit: "short",
      reads: ["kube-state-metrics"],
      queries: {
        "{{namespace}}/{{horizontalpodautoscaler}}": `kube_horizontalpodautoscaler_status_current_replicas{${STATE}}`,
        "{{namespace}}/{{horizontalpodautoscaler}} at most": `kube_horizontalpodautoscaler_spec_max_replicas{${STATE}}`,
      },
    },
    {
      title: "Scaling events in an hour",
      unit: "short",
      reads: ["kube-state-metrics"],
      queries: {
        "{{namespace}}/{{horizontalpodautoscaler}}": `changes(kube_horizontalpodautoscaler_status_current_replicas{${STATE}}[1h])`,
      },
    },
    {
      title: "Calls by service",
      unit: "reqps",
      reads: ["tempo"],
      queries: {
        "{{service}}": 'sum by (service) (rate(traces_spanmetrics_calls_total{span_kind="SPAN_KIND_SERVER"}[5m]))',
      },
    },
    {
      title: "Time by service, one in twenty",
      unit: "s",
      reads: ["tempo"],
      queries: {
        "{{service}}":
          'histogram_quantile(0.95, sum by (service, le) (rate(traces_spanmetrics_latency_bucket{span_kind="SPAN_KIND_SERVER"}[5m])))',
      },
    },
  ],
};

const NODE = 'job="node-exporter"';

/** How long it will do: the figures that decide when the next stage of the roadmap begins. */
export const CAPACITY: Dashboard = {
  uid: "platform-capacity",
  title: "Capacity and stage",
  panels: [
    {
      title: "CPU of the last hour",
      about: "Stay below 0.7; above 0.8 it is time for the next stage",
      unit: "percentunit",
      kind: "stat",
      reads: ["node-exporter"],
      queries: { "": `1 - avg(rate(node_cpu_seconds_total{${NODE}, mode="idle"}[1h]))` },
    },
    {
      title: "Memory of the last hour",
      about: "Stay below 0.7; above 0.9 it is time for the next stage",
      unit: "percentunit",
      kind: "stat",
      reads: ["node-exporter"],
      queries: {
        "": `1 - sum(avg_over_time(node_memory_MemAvailable_bytes{${NODE}}[1h])) / sum(node_memory_MemTotal_bytes{${NODE}})`,
      },
    },
    {
      title: "Series in memory",
      unit: "short",
      kind: "stat",
      reads: ["prometheus"],
      queries: { "": "max(prometheus_tsdb_head_series)" },
    },
    {
      title: "Metrics kept",
      unit: "bytes",
      kind: "stat",
      reads: ["prometheus"],
      queries: { "": "max(prometheus_tsdb_storage_blocks_bytes)" },
    },
    {
      title: "CPU asked for",
      unit: "percentunit",
      reads: ["kube-state-metrics"],
      queries: {
        requests: `sum(kube_pod_container_resource_requests{${STATE}, resource="cpu"}) / sum(kube_node_status_allocatable{${STATE}, resource="cpu"})`,
      },
    },
    {
      title: "Memory asked for",
      unit: "percentunit",
      reads: ["kube-state-metrics"],
      queries: {
        requests: `sum(kube_pod_container_resource_requests{${STATE}, resource="memory"}) / sum(kube_node_status_allocatable{${STATE}, resource="memory"})`,
      },
    },
    {
      title: "Volumes",
      unit: "percentunit",
      reads: ["kubelet"],
      queries: {
        "{{namespace}}/{{persistentvolumeclaim}}":
          '1 - max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_available_bytes{job="kubelet"}) / max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_capacity_bytes{job="kubelet"})',
      },
    },
    {
      title: "Disks of machines",
      unit: "percentunit",
      reads: ["node-exporter"],
      queries: {
        "{{instance}} {{mountpoint}}": `1 - node_filesystem_avail_bytes{${NODE}, fstype=~"ext4|xfs|btrfs"} / node_filesystem_size_bytes{${NODE}, fstype=~"ext4|xfs|btrfs"}`,
      },
    },
    {
      title: "Logs read by machine",
      unit: "Bps",
      reads: ["alloy"],
      queries: { "{{node}}": "sum by (node) (rate(loki_source_file_read_bytes_total[5m]))" },
    },
    {
      title: "Logs that come in",
      unit: "Bps",
      reads: ["loki"],
      queries: { bytes: "sum(rate(loki_distributor_bytes_received_total[5m]))" },
    },
  ],
};
