import type { Finding, Severity } from "../plan";

/** Every code the planner can report, with its severity. `docs/findings.md` explains each; a test holds the two together. */
export const CATALOG = {
  "acknowledgement-unused": "warning",
  "addon-storage-ephemeral": "warning",
  "addon-value-idle": "warning",
  "address-conflict": "error",
  "collector-without-target": "warning",
  "control-plane-even": "warning",
  "control-plane-schedulable": "info",
  "control-plane-single": "warning",
  "cpu-affinity-outside": "error",
  "cpu-affinity-root": "warning",
  "cpu-host-type": "warning",
  "cpu-level-missing": "error",
  "datastore-exceeded": "error",
  "endpoint-dns-round-robin": "warning",
  "endpoint-external": "info",
  "endpoint-single-machine": "warning",
  "etcd-quorum-single-host": "error",
  "etcd-third-failure-domain": "error",
  "ha-single-host": "error",
  "ha-storage-local": "error",
  "host-failover-capacity": "error",
  "host-memory-exceeded": "error",
  "host-memory-full": "error",
  "host-shared": "warning",
  "host-shared-exceeded": "error",
  "id-conflict": "error",
  "longhorn-capacity": "error",
  "longhorn-extension-missing": "error",
  "longhorn-replicas": "error",
  "longhorn-single-host": "warning",
  "maintenance-room": "error",
  "name-conflict": "error",
  "neighbour-unreadable": "warning",
  "numa-node-missing": "error",
  "observability-single-machine": "warning",
  "observability-storage-small": "warning",
  "pci-mapping-exceeded": "error",
  "placement-unpinned": "info",
  "pod-subnet-size": "error",
  "proxmox-qdevice-odd": "warning",
  "proxmox-quorum-two-hosts": "error",
  "service-subnet-size": "error",
  "single-host": "warning",
  "vcpu-overcommit": "warning",
  "vcpu-overcommit-severe": "error",
  "versions-unknown": "warning",
  "vm-cores-exceeded": "error",
  "workloads-nowhere": "error",
} as const satisfies Record<string, Severity>;

/** Code of a finding. */
export type FindingCode = keyof typeof CATALOG;

/** A finding with the severity its code has. */
export function finding(code: FindingCode, path: string, message: string, remedy: string): Finding {
  return { code, severity: CATALOG[code], path, message, remedy };
}
