import type { Component, Quotes } from "./component";

/** What names of all collectors begin with. */
const NODE: Quotes = { "collector/collector.go": ['const namespace = "node"'] };

const filesystem = (name: string): Quotes => ({
  ...NODE,
  "collector/filesystem_common.go": ['const subsystem = "filesystem"', `BuildFQName(namespace, subsystem, "${name}")`],
});

const memory = (field: string): Quotes => ({
  ...NODE,
  "collector/meminfo.go": ['memInfoSubsystem = "memory"', "BuildFQName(namespace, memInfoSubsystem, k)"],
  "collector/meminfo_linux.go": [`metrics["${field}"]`],
});

const network = (key: string): Quotes => ({
  ...NODE,
  "collector/netdev_common.go": ['subsystem: "network"', 'BuildFQName(namespace, c.subsystem, key+"_total")'],
  "collector/netdev_linux.go": [`"${key}": stats.`],
});

/** Machines: collectors that are on unless turned off. */
export const NODE_EXPORTER: Component = {
  repository: "prometheus/node_exporter",
  version: "v1.12.1",
  pinnedBy: { image: "quay.io/prometheus/node-exporter" },
  metrics: {
    node_cpu_seconds_total: {
      ...NODE,
      "collector/cpu_common.go": [
        'cpuCollectorSubsystem = "cpu"',
        'BuildFQName(namespace, cpuCollectorSubsystem, "seconds_total")',
      ],
    },
    node_disk_io_time_seconds_total: {
      ...NODE,
      "collector/diskstats_common.go": [
        'diskSubsystem = "disk"',
        'BuildFQName(namespace, diskSubsystem, "io_time_seconds_total")',
      ],
    },
    node_filesystem_avail_bytes: filesystem("avail_bytes"),
    node_filesystem_size_bytes: filesystem("size_bytes"),
    node_load5: { ...NODE, "collector/loadavg.go": ['NewDesc(namespace+"_load5"'] },
    node_memory_MemAvailable_bytes: memory("MemAvailable_bytes"),
    node_memory_MemTotal_bytes: memory("MemTotal_bytes"),
    node_network_receive_bytes_total: network("receive_bytes"),
    node_network_transmit_bytes_total: network("transmit_bytes"),
  },
  labels: {
    device: "collector/netdev_common.go",
    fstype: "collector/filesystem_common.go",
    mode: "collector/cpu_common.go",
    mountpoint: "collector/filesystem_common.go",
  },
};

/** Prometheus itself, which makes `up` for every target. */
export const PROMETHEUS: Component = {
  repository: "prometheus/prometheus",
  version: "v3.14.0",
  pinnedBy: { image: "quay.io/prometheus/prometheus" },
  metrics: {
    prometheus_tsdb_head_series: "tsdb/head.go",
    prometheus_tsdb_storage_blocks_bytes: "tsdb/db.go",
    up: "scrape/scrape.go",
  },
  labels: {},
};

const CLUSTER = "src/pve_exporter/collector/cluster.py";

/** Proxmox hosts and what runs on them. */
export const PVE: Component = {
  repository: "prometheus-pve/prometheus-pve-exporter",
  version: "v3.10.2",
  pinnedBy: { image: "docker.io/prompve/prometheus-pve-exporter" },
  metrics: {
    pve_cpu_usage_ratio: CLUSTER,
    pve_disk_size_bytes: CLUSTER,
    pve_disk_usage_bytes: CLUSTER,
    pve_guest_info: CLUSTER,
    pve_memory_size_bytes: CLUSTER,
    pve_memory_usage_bytes: CLUSTER,
    pve_up: CLUSTER,
  },
  labels: { id: CLUSTER, name: CLUSTER },
};
