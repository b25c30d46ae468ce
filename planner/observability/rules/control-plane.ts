import type { RuleGroup } from "../rule";

/** A week in seconds: certificates are renewed long before. */
const WEEK = "7 * 24 * 3600";

/** etcd: whether it has a majority, and how fast its disks are. */
export const ETCD: RuleGroup = {
  name: "etcd",
  reads: ["etcd"],
  rules: [
    {
      record: "etcd:members_up:sum",
      expr: 'sum(up{job="kube-etcd"})',
    },
    {
      alert: "EtcdNoLeader",
      expr: 'etcd_server_has_leader{job="kube-etcd"} == 0',
      for: "1m",
      severity: "critical",
      summary: "etcd on {{ $labels.instance }} has no leader",
      description: "Without a leader nothing is written: the Kubernetes API takes no changes.",
    },
    {
      alert: "EtcdQuorumAtRisk",
      // With one member there is none to lose, which is a finding of the plan and no event.
      expr: 'etcd:members_up:sum - (floor(count(up{job="kube-etcd"}) / 2) + 1) <= 0 and count(up{job="kube-etcd"}) > 1',
      for: "3m",
      severity: "critical",
      summary: "etcd survives no further loss",
      description: "As many members answer as a majority takes, or fewer: the next loss takes the Kubernetes API away.",
    },
    {
      alert: "EtcdCommitSlow",
      expr: 'histogram_quantile(0.99, sum by (instance, le) (rate(etcd_disk_backend_commit_duration_seconds_bucket{job="kube-etcd"}[5m]))) > 0.25',
      for: "10m",
      severity: "warning",
      summary: "etcd on {{ $labels.instance }} commits slowly",
      description: "One commit in a hundred takes longer than {{ $value | humanizeDuration }}.",
    },
    {
      alert: "EtcdDiskSlow",
      expr: 'histogram_quantile(0.99, sum by (instance, le) (rate(etcd_disk_wal_fsync_duration_seconds_bucket{job="kube-etcd"}[5m]))) > 0.1',
      for: "10m",
      severity: "warning",
      summary: "The disk under etcd on {{ $labels.instance }} is slow",
      description: "One write in a hundred takes longer than {{ $value | humanizeDuration }}; etcd wants 10 ms.",
    },
    {
      alert: "EtcdPeerSlow",
      expr: 'histogram_quantile(0.99, sum by (instance, To, le) (rate(etcd_network_peer_round_trip_time_seconds_bucket{job="kube-etcd"}[5m]))) > 0.15',
      for: "10m",
      severity: "warning",
      summary: "etcd on {{ $labels.instance }} hears late from another member",
      description: "The way to {{ $labels.To }} and back takes {{ $value | humanizeDuration }}: elections begin at a second.",
    },
    {
      alert: "EtcdLeaderChanges",
      expr: 'increase(etcd_server_leader_changes_seen_total{job="kube-etcd"}[15m]) >= 4',
      for: "5m",
      severity: "warning",
      summary: "etcd changes its leader again and again",
      description: "{{ $value | humanize }} changes in a quarter of an hour.",
    },
    {
      alert: "EtcdDatabaseFull",
      expr: 'etcd_mvcc_db_total_size_in_bytes{job="kube-etcd"} / etcd_server_quota_backend_bytes{job="kube-etcd"} > 0.8',
      for: "10m",
      severity: "critical",
      summary: "etcd's database on {{ $labels.instance }} is nearly full",
      description: "{{ $value | humanizePercentage }} of its quota is used; at all of it, it takes no more writes.",
    },
  ],
};

/** The Kubernetes API: errors, and certificates that run out. */
export const API: RuleGroup = {
  name: "kubernetes-api",
  reads: ["apiserver", "kubelet"],
  rules: [
    {
      record: "cluster:apiserver_request_errors:ratio_rate5m",
      expr: 'sum(rate(apiserver_request_total{job="apiserver", code=~"5.."}[5m])) / sum(rate(apiserver_request_total{job="apiserver"}[5m]))',
    },
    {
      alert: "ApiErrorsHigh",
      expr: "cluster:apiserver_request_errors:ratio_rate5m > 0.03",
      for: "10m",
      severity: "critical",
      summary: "The Kubernetes API fails",
      description: "{{ $value | humanizePercentage }} of its requests end in an error of its own.",
    },
    {
      alert: "ApiDown",
      expr: 'absent(up{job="apiserver"} == 1)',
      for: "3m",
      severity: "critical",
      summary: "No API server answers",
      description: "Prometheus reaches none of them.",
    },
    {
      alert: "ClientCertificateExpiring",
      expr: `histogram_quantile(0.01, sum by (le) (rate(apiserver_client_certificate_expiration_seconds_bucket{job="apiserver"}[5m]))) < ${WEEK} and sum(apiserver_client_certificate_expiration_seconds_count{job="apiserver"}) > 0`,
      for: "15m",
      severity: "warning",
      summary: "A client of the Kubernetes API has a certificate that runs out",
      description: "One that is in use is valid for {{ $value | humanizeDuration }}.",
    },
    {
      alert: "KubeletCertificateExpiring",
      expr: `kubelet_certificate_manager_client_ttl_seconds{job="kubelet"} < ${WEEK}`,
      for: "15m",
      severity: "warning",
      summary: "The certificate of {{ $labels.node }}'s kubelet runs out",
      description: "It is valid for {{ $value | humanizeDuration }} and was not renewed.",
    },
  ],
};

/** Certificates that cert-manager keeps. */
export const CERTIFICATES: RuleGroup = {
  name: "certificates",
  reads: ["cert-manager"],
  rules: [
    {
      alert: "CertificateExpiring",
      // Every replica tells of all of them, in a label that its own namespace hides. Zero says that there is none, which the other one tells.
      expr: `min by (exported_namespace, name) (certmanager_certificate_expiration_timestamp_seconds > 0) - time() < ${WEEK}`,
      for: "1h",
      severity: "warning",
      summary: "Certificate {{ $labels.exported_namespace }}/{{ $labels.name }} runs out",
      description: "It is valid for {{ $value | humanizeDuration }} and was not renewed.",
    },
    {
      alert: "CertificateMissing",
      expr: "max by (exported_namespace, name) (certmanager_certificate_expiration_timestamp_seconds) == 0",
      for: "1h",
      severity: "warning",
      summary: "Certificate {{ $labels.exported_namespace }}/{{ $labels.name }} was never issued",
      description: "It was asked for more than an hour ago, and whatever wants to use it has none.",
    },
  ],
};
