import type { RuleGroup } from "../rule";

/** Root file system and Talos' own: /var is where everything that is written is. */
const FILES = 'job="node-exporter", fstype=~"ext4|xfs|btrfs", mountpoint!~"/boot.*|/etc/.*"';

/** CPU, memory and disks of machines. */
export const MACHINES: RuleGroup = {
  name: "machines",
  reads: ["node-exporter", "kube-state-metrics"],
  rules: [
    {
      record: "instance:node_cpu:ratio_rate5m",
      expr: '1 - avg by (instance) (rate(node_cpu_seconds_total{job="node-exporter", mode="idle"}[5m]))',
    },
    {
      record: "instance:node_memory_used:ratio",
      expr: '1 - node_memory_MemAvailable_bytes{job="node-exporter"} / node_memory_MemTotal_bytes{job="node-exporter"}',
    },
    {
      alert: "MachineCpuHigh",
      expr: "instance:node_cpu:ratio_rate5m > 0.8",
      for: "5m",
      severity: "warning",
      summary: "CPU of {{ $labels.instance }} above 80%",
      description: "{{ $labels.instance }} uses {{ $value | humanizePercentage }} of its CPUs.",
    },
    {
      alert: "MachineMemoryHigh",
      expr: "instance:node_memory_used:ratio > 0.9",
      for: "2m",
      severity: "critical",
      summary: "Memory of {{ $labels.instance }} above 90%",
      description: "{{ $labels.instance }} uses {{ $value | humanizePercentage }} of its memory: pods are evicted soon.",
    },
    {
      alert: "MachineDiskFilling",
      expr: `node_filesystem_avail_bytes{${FILES}} / node_filesystem_size_bytes{${FILES}} < 0.15 and predict_linear(node_filesystem_avail_bytes{${FILES}}[6h], 24 * 3600) < 0`,
      for: "30m",
      severity: "warning",
      summary: "{{ $labels.mountpoint }} of {{ $labels.instance }} is full within a day",
      description: "{{ $value | humanizePercentage }} of {{ $labels.mountpoint }} is free, and less every hour.",
    },
    {
      alert: "MachineDiskFull",
      expr: `node_filesystem_avail_bytes{${FILES}} / node_filesystem_size_bytes{${FILES}} < 0.05`,
      for: "5m",
      severity: "critical",
      summary: "{{ $labels.mountpoint }} of {{ $labels.instance }} is nearly full",
      description: "{{ $value | humanizePercentage }} of {{ $labels.mountpoint }} is free.",
    },
    {
      alert: "MachineNotReady",
      expr: 'kube_node_status_condition{job="kube-state-metrics", condition="Ready", status="true"} == 0',
      for: "5m",
      severity: "critical",
      summary: "Machine {{ $labels.node }} is not ready",
      description: "{{ $labels.node }} has not been ready for five minutes: its pods are moved away where they can be.",
    },
    {
      alert: "MachineDown",
      expr: 'up{job="node-exporter"} == 0',
      for: "3m",
      severity: "critical",
      summary: "Machine {{ $labels.instance }} does not answer",
      description: "Nothing was heard of {{ $labels.instance }} for three minutes.",
    },
  ],
};

/** When it is time for the next stage of the roadmap: the whole cluster, for long enough to be no peak. */
export const STAGES: RuleGroup = {
  name: "stages",
  reads: ["node-exporter"],
  rules: [
    {
      record: "cluster:node_cpu:ratio_rate5m",
      expr: '1 - avg(rate(node_cpu_seconds_total{job="node-exporter", mode="idle"}[5m]))',
    },
    {
      record: "cluster:node_memory_used:ratio",
      expr: '1 - sum(node_memory_MemAvailable_bytes{job="node-exporter"}) / sum(node_memory_MemTotal_bytes{job="node-exporter"})',
    },
    {
      alert: "StageCpuExhausted",
      expr: "avg_over_time(cluster:node_cpu:ratio_rate5m[1h]) > 0.8",
      for: "30m",
      severity: "warning",
      summary: "The cluster's CPUs are above 80%, and have been for more than an hour",
      description: "{{ $value | humanizePercentage }} of all CPUs were busy in the last hour: time for the next stage.",
    },
    {
      alert: "StageMemoryExhausted",
      expr: "avg_over_time(cluster:node_memory_used:ratio[1h]) > 0.9",
      for: "30m",
      severity: "warning",
      summary: "The cluster's memory is above 90%, and has been for more than an hour",
      description: "{{ $value | humanizePercentage }} of all memory was used in the last hour: time for the next stage.",
    },
  ],
};
