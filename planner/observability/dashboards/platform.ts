import type { Dashboard } from "./dashboard";

/** Proxmox hosts, as their exporter sees them. */
export const HOSTS: Dashboard = {
  uid: "platform-hosts",
  title: "Proxmox hosts",
  panels: [
    {
      title: "Hosts up",
      unit: "short",
      kind: "stat",
      reads: ["pve"],
      queries: { "": 'sum(max by (id) (pve_up{id=~"node/.+"}))' },
    },
    { title: "VMs up", unit: "short", kind: "stat", reads: ["pve"], queries: { "": 'sum(max by (id) (pve_up{id=~"qemu/.+"}))' } },
    {
      title: "CPU by host",
      unit: "percentunit",
      reads: ["pve"],
      queries: { "{{id}}": 'max by (id) (pve_cpu_usage_ratio{id=~"node/.+"})' },
    },
    {
      title: "Memory by host",
      unit: "percentunit",
      reads: ["pve"],
      queries: {
        "{{id}}": 'max by (id) (pve_memory_usage_bytes{id=~"node/.+"}) / max by (id) (pve_memory_size_bytes{id=~"node/.+"})',
      },
    },
    {
      title: "Datastores",
      unit: "percentunit",
      kind: "bargauge",
      reads: ["pve"],
      queries: {
        "{{id}}": 'max by (id) (pve_disk_usage_bytes{id=~"storage/.+"}) / max by (id) (pve_disk_size_bytes{id=~"storage/.+"})',
      },
    },
    {
      title: "CPU by VM",
      unit: "percentunit",
      reads: ["pve"],
      queries: {
        "{{name}}":
          'max by (id) (pve_cpu_usage_ratio{id=~"qemu/.+"}) * on (id) group_left (name) max by (id, name) (pve_guest_info)',
      },
    },
    {
      title: "Memory by VM",
      unit: "bytes",
      reads: ["pve"],
      queries: {
        "{{name}}":
          'max by (id) (pve_memory_usage_bytes{id=~"qemu/.+"}) * on (id) group_left (name) max by (id, name) (pve_guest_info)',
      },
    },
  ],
};

/** Requests from outside. */
export const TRAEFIK: Dashboard = {
  uid: "platform-traefik",
  title: "Traefik",
  panels: [
    {
      title: "Requests",
      unit: "reqps",
      kind: "stat",
      reads: ["traefik"],
      queries: { "": "sum(rate(traefik_entrypoint_requests_total[5m]))" },
    },
    {
      title: "Connections",
      unit: "short",
      kind: "stat",
      reads: ["traefik"],
      queries: { "": "sum(traefik_open_connections)" },
    },
    {
      title: "Requests by answer",
      unit: "reqps",
      reads: ["traefik"],
      queries: { "{{code}}": "sum by (code) (rate(traefik_entrypoint_requests_total[5m]))" },
    },
    {
      title: "Requests by service",
      unit: "reqps",
      reads: ["traefik"],
      queries: { "{{service}}": "sum by (service) (rate(traefik_service_requests_total[5m]))" },
    },
    {
      title: "Errors by service",
      unit: "percentunit",
      reads: ["traefik"],
      queries: {
        "{{service}}":
          'sum by (service) (rate(traefik_service_requests_total{code=~"5.."}[5m])) / sum by (service) (rate(traefik_service_requests_total[5m]))',
      },
    },
    {
      title: "Time by service, one in twenty",
      unit: "s",
      reads: ["traefik"],
      queries: {
        "{{service}}":
          "histogram_quantile(0.95, sum by (service, le) (rate(traefik_service_request_duration_seconds_bucket[5m])))",
      },
    },
    {
      title: "Time by entry point, one in twenty",
      unit: "s",
      reads: ["traefik"],
      queries: {
        "{{entrypoint}}":
          "histogram_quantile(0.95, sum by (entrypoint, le) (rate(traefik_entrypoint_request_duration_seconds_bucket[5m])))",
      },
    },
    {
      title: "Certificates run out in",
      unit: "s",
      kind: "bargauge",
      reads: ["traefik"],
      queries: { "{{sans}}": "min by (sans) (max by (pod, sans) (traefik_tls_certs_not_after)) - time()" },
    },
  ],
};

/** Volumes and their disks. */
export const LONGHORN: Dashboard = {
  uid: "platform-longhorn",
  title: "Longhorn",
  panels: [
    {
      title: "Degraded volumes",
      unit: "short",
      kind: "stat",
      reads: ["longhorn"],
      queries: { "": 'sum(longhorn_volume_robustness{state="degraded"})' },
    },
    {
      title: "Faulted volumes",
      unit: "short",
      kind: "stat",
      reads: ["longhorn"],
      queries: { "": 'sum(longhorn_volume_robustness{state="faulted"})' },
    },
    {
      title: "Disks by machine",
      unit: "percentunit",
      reads: ["longhorn"],
      queries: {
        "{{node}}": "max by (node) (longhorn_node_storage_usage_bytes) / max by (node) (longhorn_node_storage_capacity_bytes)",
      },
    },
    {
      title: "Promised by machine",
      about: "Above 1, volumes may take more than there is",
      unit: "short",
      reads: ["longhorn"],
      queries: {
        "{{node}}":
          "max by (node) (longhorn_node_storage_scheduled_bytes) / max by (node) (longhorn_node_storage_capacity_bytes)",
      },
    },
    {
      title: "Volumes, as large as they are",
      unit: "percentunit",
      reads: ["longhorn"],
      queries: {
        "{{pvc_namespace}}/{{pvc}}":
          "max by (pvc_namespace, pvc) (longhorn_volume_actual_size_bytes) / max by (pvc_namespace, pvc) (longhorn_volume_capacity_bytes)",
      },
    },
    {
      title: "Reading and writing",
      unit: "Bps",
      reads: ["longhorn"],
      queries: {
        "{{pvc}} read": "sum by (pvc) (longhorn_volume_read_throughput)",
        "{{pvc}} written": "sum by (pvc) (longhorn_volume_write_throughput)",
      },
    },
    {
      title: "Since the last backup",
      unit: "s",
      kind: "bargauge",
      reads: ["longhorn"],
      queries: {
        "{{pvc_namespace}}/{{pvc}}": "time() - max by (pvc_namespace, pvc) (longhorn_volume_last_backup_at > 0)",
      },
    },
  ],
};
