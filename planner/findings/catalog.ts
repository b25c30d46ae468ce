import type { Finding, Severity } from "../plan";

/** Every code the planner can report, with its severity. `docs/findings.md` explains each; a test holds the two together. */
export const CATALOG = {
  "acknowledgement-unused": "warning",
  "control-plane-even": "warning",
  "control-plane-single": "warning",
  "datastore-exceeded": "error",
  "endpoint-single-machine": "warning",
  "etcd-quorum-single-host": "error",
  "etcd-third-failure-domain": "error",
  "host-failover-capacity": "error",
  "host-memory-exceeded": "error",
  "host-memory-full": "error",
  "maintenance-room": "error",
  "placement-unpinned": "info",
  "proxmox-quorum-two-hosts": "error",
  "single-host": "warning",
  "vcpu-overcommit": "warning",
  "vcpu-overcommit-severe": "error",
  "versions-unknown": "warning",
  "vm-cores-exceeded": "error",
} as const satisfies Record<string, Severity>;

/** Code of a finding. */
export type FindingCode = keyof typeof CATALOG;

/** A finding with the severity its code has. */
export function finding(code: FindingCode, path: string, message: string, remedy: string): Finding {
  return { code, severity: CATALOG[code], path, message, remedy };
}
