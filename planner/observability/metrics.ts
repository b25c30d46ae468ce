import type { Exporter } from "./rule";

/** Metrics rules and dashboards may use, by who exports them, and where that is written. One that is in no list does not exist. */
export const METRICS: Readonly<Record<Exporter, { readonly source: string; readonly names: readonly string[] }>> = {
  apiserver: {
    source: "kubernetes/kubernetes v1.36: test/instrumentation/documentation/documentation.md",
    names: [
      "apiserver_client_certificate_expiration_seconds_bucket",
      "apiserver_client_certificate_expiration_seconds_count",
      "apiserver_request_duration_seconds_bucket",
      "apiserver_request_total",
    ],
  },
  cadvisor: {
    source: "google/cadvisor: docs/storage/prometheus.md, by the kubelet under /metrics/cadvisor",
    names: [
      "container_cpu_usage_seconds_total",
      "container_memory_working_set_bytes",
      "container_network_receive_bytes_total",
      "container_network_transmit_bytes_total",
    ],
  },
  etcd: {
    source: "etcd.io: metrics of v3.6, under listen-metrics-urls",
    names: [
      "etcd_disk_backend_commit_duration_seconds_bucket",
      "etcd_disk_wal_fsync_duration_seconds_bucket",
      "etcd_mvcc_db_total_size_in_bytes",
      "etcd_network_peer_round_trip_time_seconds_bucket",
      "etcd_server_has_leader",
      "etcd_server_leader_changes_seen_total",
      "etcd_server_proposals_failed_total",
      "etcd_server_quota_backend_bytes",
    ],
  },
  "kube-state-metrics": {
    source: "kubernetes/kube-state-metrics: docs/metrics",
    names: [
      "kube_cronjob_info",
      "kube_cronjob_status_last_successful_time",
      "kube_horizontalpodautoscaler_spec_max_replicas",
      "kube_horizontalpodautoscaler_spec_min_replicas",
      "kube_horizontalpodautoscaler_status_current_replicas",
      "kube_node_status_allocatable",
      "kube_node_status_condition",
      "kube_pod_container_resource_limits",
      "kube_pod_container_resource_requests",
      "kube_pod_container_status_last_terminated_reason",
      "kube_pod_container_status_restarts_total",
      "kube_pod_container_status_waiting_reason",
      "kube_pod_status_phase",
    ],
  },
  kubelet: {
    source: "kubernetes/kubernetes v1.36: pkg/kubelet/metrics, pkg/kubelet/certificate",
    names: [
      "kubelet_certificate_manager_client_ttl_seconds",
      "kubelet_running_pods",
      "kubelet_volume_stats_available_bytes",
      "kubelet_volume_stats_capacity_bytes",
    ],
  },
  "node-exporter": {
    source: "prometheus/node_exporter: collectors cpu, meminfo, filesystem, loadavg, netdev, diskstats, pressure",
    names: [
      "node_cpu_seconds_total",
      "node_disk_io_time_seconds_total",
      "node_filesystem_avail_bytes",
      "node_filesystem_size_bytes",
      "node_load5",
      "node_memory_MemAvailable_bytes",
      "node_memory_MemTotal_bytes",
      "node_network_receive_bytes_total",
      "node_network_transmit_bytes_total",
    ],
  },
  prometheus: {
    source: "prometheus.io: up is made for every target; prometheus_* of its own",
    names: ["prometheus_tsdb_head_series", "prometheus_tsdb_storage_blocks_bytes", "up"],
  },
  alloy: { source: "grafana/alloy: docs/sources/reference/components", names: ["loki_source_file_read_bytes_total"] },
  "cert-manager": {
    source: "cert-manager.io: devops tips, Prometheus metrics",
    names: ["certmanager_certificate_expiration_timestamp_seconds"],
  },
  cilium: {
    source: "docs.cilium.io: observability, metrics",
    names: ["cilium_drop_count_total"],
  },
  longhorn: {
    source: "longhorn/longhorn-manager: metrics_collector",
    names: [
      "longhorn_node_storage_capacity_bytes",
      "longhorn_node_storage_scheduled_bytes",
      "longhorn_node_storage_usage_bytes",
      "longhorn_volume_actual_size_bytes",
      "longhorn_volume_capacity_bytes",
      "longhorn_volume_last_backup_at",
      "longhorn_volume_read_throughput",
      "longhorn_volume_robustness",
      "longhorn_volume_write_throughput",
    ],
  },
  loki: { source: "grafana/loki: under /metrics", names: ["loki_distributor_bytes_received_total"] },
  pve: {
    source: "prometheus-pve/prometheus-pve-exporter 3.10: collector/cluster.py",
    names: [
      "pve_cpu_usage_ratio",
      "pve_disk_size_bytes",
      "pve_disk_usage_bytes",
      "pve_guest_info",
      "pve_memory_size_bytes",
      "pve_memory_usage_bytes",
      "pve_up",
    ],
  },
  tempo: {
    source: "grafana.com/docs/tempo: metrics generator, span metrics",
    names: ["traces_spanmetrics_calls_total", "traces_spanmetrics_latency_bucket"],
  },
  traefik: {
    source: "doc.traefik.io: observability, metrics, Prometheus",
    names: [
      "traefik_entrypoint_request_duration_seconds_bucket",
      "traefik_entrypoint_requests_total",
      "traefik_open_connections",
      "traefik_service_request_duration_seconds_bucket",
      "traefik_service_requests_total",
      "traefik_tls_certs_not_after",
    ],
  },
};
