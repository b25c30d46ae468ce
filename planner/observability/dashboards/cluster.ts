import type { Dashboard, Panel } from "./dashboard";

const NODE = 'job="node-exporter"';
const STATE = 'job="kube-state-metrics"';
const ETCD = 'job="kube-etcd"';

/** One figure of machines. */
const stat = (title: string, unit: Panel["unit"], expr: string, ...reads: Panel["reads"]): Panel => ({
  title,
  unit,
  kind: "stat",
  reads,
  queries: { "": expr },
});

/** The 99th percentile of a histogram of etcd, by member. */
const etcdP99 = (metric: string): string =>
  `histogram_quantile(0.99, sum by (instance, le) (rate(${metric}_bucket{${ETCD}}[5m])))`;

/** Machines and what runs on them. */
export const KUBERNETES: Dashboard = {
  uid: "platform-kubernetes",
  title: "Kubernetes",
  panels: [
    stat(
      "Machines ready",
      "short",
      `sum(kube_node_status_condition{${STATE}, condition="Ready", status="true"})`,
      "kube-state-metrics",
    ),
    stat("Pods running", "short", `sum(kube_pod_status_phase{${STATE}, phase="Running"})`, "kube-state-metrics"),
    stat("Pods pending", "short", `sum(kube_pod_status_phase{${STATE}, phase="Pending"})`, "kube-state-metrics"),
    stat("CPU", "percentunit", `1 - avg(rate(node_cpu_seconds_total{${NODE}, mode="idle"}[5m]))`, "node-exporter"),
    stat(
      "Memory",
      "percentunit",
      `1 - sum(node_memory_MemAvailable_bytes{${NODE}}) / sum(node_memory_MemTotal_bytes{${NODE}})`,
      "node-exporter",
    ),
    {
      title: "CPU by machine",
      unit: "percentunit",
      reads: ["node-exporter"],
      queries: { "{{instance}}": `1 - avg by (instance) (rate(node_cpu_seconds_total{${NODE}, mode="idle"}[5m]))` },
    },
    {
      title: "Memory by machine",
      unit: "percentunit",
      reads: ["node-exporter"],
      queries: { "{{instance}}": `1 - node_memory_MemAvailable_bytes{${NODE}} / node_memory_MemTotal_bytes{${NODE}}` },
    },
    {
      title: "Pods by machine",
      unit: "short",
      reads: ["kubelet"],
      queries: { "{{node}}": 'sum by (node) (kubelet_running_pods{job="kubelet"})' },
    },
    {
      title: "Network by machine",
      unit: "Bps",
      reads: ["node-exporter"],
      queries: {
        "{{instance}} in": `sum by (instance) (rate(node_network_receive_bytes_total{${NODE}, device!~"lo|lxc.*|cilium.*"}[5m]))`,
        "{{instance}} out": `sum by (instance) (rate(node_network_transmit_bytes_total{${NODE}, device!~"lo|lxc.*|cilium.*"}[5m]))`,
      },
    },
    {
      title: "Disks busy",
      unit: "percentunit",
      reads: ["node-exporter"],
      queries: { "{{instance}} {{device}}": `rate(node_disk_io_time_seconds_total{${NODE}}[5m])` },
    },
    {
      title: "Packets Cilium dropped",
      unit: "short",
      reads: ["cilium"],
      queries: { "{{reason}}": "sum by (reason) (rate(cilium_drop_count_total[5m]))" },
    },
    {
      title: "Restarts in an hour",
      unit: "short",
      reads: ["kube-state-metrics"],
      queries: {
        "{{namespace}}": `sum by (namespace) (increase(kube_pod_container_status_restarts_total{${STATE}}[1h])) > 0`,
      },
    },
  ],
};

/** Control planes. */
export const TALOS: Dashboard = {
  uid: "platform-talos",
  title: "Talos and etcd",
  panels: [
    stat("Members of etcd", "short", `sum(up{${ETCD}})`, "etcd", "prometheus"),
    stat("With a leader", "short", `sum(etcd_server_has_leader{${ETCD}})`, "etcd"),
    stat("Changes of leader in a day", "short", `max(increase(etcd_server_leader_changes_seen_total{${ETCD}}[1d]))`, "etcd"),
    stat(
      "Database of its quota",
      "percentunit",
      `max(etcd_mvcc_db_total_size_in_bytes{${ETCD}} / etcd_server_quota_backend_bytes{${ETCD}})`,
      "etcd",
    ),
    {
      title: "Writing the log, one in a hundred",
      about: "etcd wants 10 ms",
      unit: "s",
      reads: ["etcd"],
      queries: { "{{instance}}": etcdP99("etcd_disk_wal_fsync_duration_seconds") },
    },
    {
      title: "Commits, one in a hundred",
      unit: "s",
      reads: ["etcd"],
      queries: { "{{instance}}": etcdP99("etcd_disk_backend_commit_duration_seconds") },
    },
    {
      title: "Between members, one in a hundred",
      unit: "s",
      reads: ["etcd"],
      queries: { "{{instance}}": etcdP99("etcd_network_peer_round_trip_time_seconds") },
    },
    {
      title: "Proposals that failed",
      unit: "short",
      reads: ["etcd"],
      queries: { "{{instance}}": `rate(etcd_server_proposals_failed_total{${ETCD}}[5m])` },
    },
    {
      title: "Requests to the API by answer",
      unit: "reqps",
      reads: ["apiserver"],
      queries: { "{{code}}": 'sum by (code) (rate(apiserver_request_total{job="apiserver"}[5m]))' },
    },
    {
      title: "Requests to the API, one in a hundred",
      unit: "s",
      reads: ["apiserver"],
      queries: {
        "{{verb}}":
          'histogram_quantile(0.99, sum by (verb, le) (rate(apiserver_request_duration_seconds_bucket{job="apiserver", verb!~"WATCH|CONNECT"}[5m])))',
      },
    },
    {
      title: "Load of machines",
      unit: "short",
      reads: ["node-exporter"],
      queries: { "{{instance}}": `node_load5{${NODE}}` },
    },
  ],
};
