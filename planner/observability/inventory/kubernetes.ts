import type { Component, Quotes } from "./component";

const KUBERNETES = { repository: "kubernetes/kubernetes", version: "v1.36.0", pinnedBy: { stack: "kubernetes" } } as const;

const API_REQUESTS = "staging/src/k8s.io/apiserver/pkg/endpoints/metrics/metrics.go";
const API_CERTIFICATES = "staging/src/k8s.io/apiserver/pkg/authentication/request/x509/x509.go";

const apiRequests = (kind: "Counter" | "Histogram", name: string): Quotes => ({
  [API_REQUESTS]: ['APIServerComponent string = "apiserver"', `${kind}Opts{ Subsystem: APIServerComponent, Name: "${name}"`],
});

const CLIENT_CERTIFICATES: Quotes = {
  [API_CERTIFICATES]: ['HistogramOpts{ Namespace: "apiserver", Subsystem: "client", Name: "certificate_expiration_seconds"'],
};

/** The Kubernetes API. */
export const APISERVER: Component = {
  ...KUBERNETES,
  metrics: {
    apiserver_client_certificate_expiration_seconds_bucket: CLIENT_CERTIFICATES,
    apiserver_client_certificate_expiration_seconds_count: CLIENT_CERTIFICATES,
    apiserver_request_duration_seconds_bucket: apiRequests("Histogram", "request_duration_seconds"),
    apiserver_request_total: apiRequests("Counter", "request_total"),
  },
  labels: { code: API_REQUESTS, verb: API_REQUESTS },
};

const KUBELET_NAMES = "pkg/kubelet/metrics/metrics.go";
const KUBELET_PREFIX = 'KubeletSubsystem = "kubelet"';

const CONTAINERS = "pkg/kubelet/server/server.go";
const VOLUMES = "pkg/kubelet/metrics/collectors/volume_stats.go";

const volumeStats = (key: string, name: string): Quotes => ({
  [KUBELET_NAMES]: [KUBELET_PREFIX, `${key} = "${name}"`],
  [VOLUMES]: [`BuildFQName("", kubeletmetrics.KubeletSubsystem, kubeletmetrics.${key})`],
});

/** The kubelet's own; its time to live needs the rotation of client certificates, which Talos turns on. */
export const KUBELET: Component = {
  ...KUBERNETES,
  metrics: {
    kubelet_certificate_manager_client_ttl_seconds: {
      [KUBELET_NAMES]: [KUBELET_PREFIX],
      "cmd/kubelet/app/server.go": ['Subsystem: kubeletmetrics.KubeletSubsystem, Name: "certificate_manager_client_ttl_seconds"'],
    },
    kubelet_running_pods: {
      [KUBELET_NAMES]: [KUBELET_PREFIX, 'RunningPodsKey = "running_pods"', "Subsystem: KubeletSubsystem, Name: RunningPodsKey"],
    },
    kubelet_volume_stats_available_bytes: volumeStats("VolumeStatsAvailableBytesKey", "volume_stats_available_bytes"),
    kubelet_volume_stats_capacity_bytes: volumeStats("VolumeStatsCapacityBytesKey", "volume_stats_capacity_bytes"),
  },
  labels: { container: CONTAINERS, namespace: CONTAINERS, persistentvolumeclaim: VOLUMES, pod: CONTAINERS },
};

const CADVISOR_FILE = "metrics/prometheus.go";

/** Containers, as the kubelet has them under /metrics/cadvisor. */
export const CADVISOR: Component = {
  repository: "google/cadvisor",
  version: "v0.56.2",
  pinnedBy: {
    stack: "kubernetes",
    repository: "kubernetes/kubernetes",
    file: "go.mod",
    text: "github.com/google/cadvisor v0.56.2",
  },
  metrics: {
    container_cpu_usage_seconds_total: CADVISOR_FILE,
    container_memory_working_set_bytes: CADVISOR_FILE,
    container_network_receive_bytes_total: CADVISOR_FILE,
    container_network_transmit_bytes_total: CADVISOR_FILE,
  },
  labels: {},
  labelledBy: KUBELET,
};

const options = (kind: "Counter" | "Gauge" | "Histogram", subsystem: string, name: string): string =>
  `${kind}Opts{ Namespace: "etcd", Subsystem: "${subsystem}", Name: "${name}"`;

const ETCD_SERVER = "server/etcdserver/metrics.go";

/** etcd, under its `listen-metrics-urls`. */
export const ETCD: Component = {
  repository: "etcd-io/etcd",
  version: "v3.6.12",
  pinnedBy: {
    stack: "talos",
    repository: "siderolabs/talos",
    file: "pkg/machinery/constants/constants.go",
    text: 'DefaultEtcdVersion = "v3.6.12"',
  },
  metrics: {
    etcd_disk_backend_commit_duration_seconds_bucket: {
      "server/storage/backend/metrics.go": [options("Histogram", "disk", "backend_commit_duration_seconds")],
    },
    etcd_disk_wal_fsync_duration_seconds_bucket: {
      "server/storage/wal/metrics.go": [options("Histogram", "disk", "wal_fsync_duration_seconds")],
    },
    etcd_mvcc_db_total_size_in_bytes: { "server/storage/mvcc/metrics.go": [options("Gauge", "mvcc", "db_total_size_in_bytes")] },
    etcd_network_peer_round_trip_time_seconds_bucket: {
      "server/etcdserver/api/rafthttp/metrics.go": [options("Histogram", "network", "peer_round_trip_time_seconds")],
    },
    etcd_server_has_leader: { [ETCD_SERVER]: [options("Gauge", "server", "has_leader")] },
    etcd_server_leader_changes_seen_total: { [ETCD_SERVER]: [options("Counter", "server", "leader_changes_seen_total")] },
    etcd_server_proposals_failed_total: { [ETCD_SERVER]: [options("Counter", "server", "proposals_failed_total")] },
    etcd_server_quota_backend_bytes: { "server/storage/metrics.go": [options("Gauge", "server", "quota_backend_bytes")] },
  },
  labels: { To: "server/etcdserver/api/rafthttp/metrics.go" },
};

const AUTOSCALERS = "internal/store/horizontalpodautoscaler.go";
const CRON_JOBS = "internal/store/cronjob.go";
const NODES = "internal/store/node.go";
const PODS = "internal/store/pod.go";

/** What the API knows of objects. */
export const KUBE_STATE_METRICS: Component = {
  repository: "kubernetes/kube-state-metrics",
  version: "v2.20.0",
  pinnedBy: { image: "registry.k8s.io/kube-state-metrics/kube-state-metrics" },
  metrics: {
    kube_cronjob_info: CRON_JOBS,
    kube_cronjob_status_last_successful_time: CRON_JOBS,
    kube_horizontalpodautoscaler_spec_max_replicas: AUTOSCALERS,
    kube_horizontalpodautoscaler_spec_min_replicas: AUTOSCALERS,
    kube_horizontalpodautoscaler_status_current_replicas: AUTOSCALERS,
    kube_node_status_allocatable: NODES,
    kube_node_status_condition: NODES,
    kube_pod_container_resource_limits: PODS,
    kube_pod_container_resource_requests: PODS,
    kube_pod_container_status_last_terminated_reason: PODS,
    kube_pod_container_status_restarts_total: PODS,
    kube_pod_container_status_waiting_reason: PODS,
    kube_pod_status_phase: PODS,
  },
  labels: {
    condition: NODES,
    container: PODS,
    cronjob: CRON_JOBS,
    horizontalpodautoscaler: AUTOSCALERS,
    namespace: PODS,
    node: NODES,
    phase: PODS,
    pod: PODS,
    reason: PODS,
    resource: PODS,
    status: NODES,
  },
};
