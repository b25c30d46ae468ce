import type { RuleGroup } from "../rule";

/** Volumes as pods see them. */
export const VOLUMES: RuleGroup = {
  name: "volumes",
  reads: ["kubelet"],
  rules: [
    {
      record: "namespace_persistentvolumeclaim:volume_used:ratio",
      expr: '1 - max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_available_bytes{job="kubelet"}) / max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_capacity_bytes{job="kubelet"})',
    },
    {
      alert: "VolumeFilling",
      expr: "namespace_persistentvolumeclaim:volume_used:ratio > 0.85",
      for: "30m",
      severity: "warning",
      summary: "Volume {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} fills up",
      description: "{{ $value | humanizePercentage }} of it is used.",
    },
    {
      alert: "VolumeFull",
      expr: "namespace_persistentvolumeclaim:volume_used:ratio > 0.95",
      for: "5m",
      severity: "critical",
      summary: "Volume {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} is nearly full",
      description: "{{ $value | humanizePercentage }} of it is used.",
    },
  ],
};

/** Longhorn's volumes and disks. */
export const LONGHORN: RuleGroup = {
  name: "longhorn",
  reads: ["longhorn"],
  rules: [
    {
      alert: "VolumeDegraded",
      expr: 'longhorn_volume_robustness{state="degraded"} == 1',
      for: "15m",
      severity: "warning",
      summary: "Volume {{ $labels.volume }} has lost copies",
      description:
        "{{ $labels.pvc_namespace }}/{{ $labels.pvc }} runs with fewer copies than it should, and they did not come back.",
    },
    {
      alert: "VolumeFaulted",
      expr: 'longhorn_volume_robustness{state="faulted"} == 1',
      for: "1m",
      severity: "critical",
      summary: "Volume {{ $labels.volume }} has no copy left that works",
      description: "{{ $labels.pvc_namespace }}/{{ $labels.pvc }} cannot be read or written.",
    },
    {
      record: "node:longhorn_storage_used:ratio",
      expr: "max by (node) (longhorn_node_storage_usage_bytes) / max by (node) (longhorn_node_storage_capacity_bytes)",
    },
    {
      alert: "LonghornStorageFull",
      expr: "node:longhorn_storage_used:ratio > 0.8",
      for: "15m",
      severity: "warning",
      summary: "Longhorn's disks of {{ $labels.node }} fill up",
      description: "{{ $value | humanizePercentage }} is used; Longhorn puts no new copy where less than a quarter is free.",
    },
  ],
};

/** Backups of Longhorn's volumes, where there is a place for them. */
export const BACKUPS: RuleGroup = {
  name: "backups",
  reads: ["longhorn"],
  rules: [
    {
      alert: "BackupTooOld",
      // Zero says that there is none at all, which the other one tells.
      expr: "time() - max by (volume, pvc, pvc_namespace) (longhorn_volume_last_backup_at > 0) > 26 * 3600",
      for: "30m",
      severity: "warning",
      summary: "The last backup of {{ $labels.pvc_namespace }}/{{ $labels.pvc }} is too old",
      description: "It was made {{ $value | humanizeDuration }} ago.",
    },
    {
      alert: "BackupMissing",
      expr: 'max by (volume, pvc, pvc_namespace) (longhorn_volume_last_backup_at{pvc!=""}) == 0',
      for: "26h",
      severity: "warning",
      summary: "{{ $labels.pvc_namespace }}/{{ $labels.pvc }} was never backed up",
      description: "The volume is older than a day and has no backup.",
    },
  ],
};

/** Proxmox hosts, what they hold and what of it is backed up. */
export const HOSTS: RuleGroup = {
  name: "hosts",
  reads: ["pve"],
  rules: [
    {
      alert: "HostDown",
      expr: 'max by (id) (pve_up{id=~"node/.+"}) == 0',
      for: "2m",
      severity: "critical",
      summary: "Proxmox host {{ $labels.id }} is down",
      description: "The other hosts have not heard of it for two minutes.",
    },
    {
      alert: "HostsUnknown",
      expr: 'max(up{job="pve"}) == 0',
      for: "5m",
      severity: "warning",
      summary: "Proxmox does not answer",
      description: "Nothing is known of the hosts: no API of theirs answers, or not to this token.",
    },
    {
      alert: "HostMemoryHigh",
      expr: 'max by (id) (pve_memory_usage_bytes{id=~"node/.+"}) / max by (id) (pve_memory_size_bytes{id=~"node/.+"}) > 0.95',
      for: "15m",
      severity: "warning",
      summary: "Memory of Proxmox host {{ $labels.id }} is nearly used up",
      description: "{{ $value | humanizePercentage }} is used: its kernel kills VMs when there is none left.",
    },
    {
      alert: "HostStorageFull",
      expr: 'max by (id) (pve_disk_usage_bytes{id=~"storage/.+"}) / max by (id) (pve_disk_size_bytes{id=~"storage/.+"}) > 0.9',
      for: "15m",
      severity: "critical",
      summary: "Datastore {{ $labels.id }} is nearly full",
      description: "{{ $value | humanizePercentage }} is used: VMs on it stop when there is none left.",
    },
  ],
};
