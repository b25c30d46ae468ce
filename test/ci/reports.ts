import type { CheckReport, DriftReport, StackReport } from "../../tools/ci/report/document";

export const HEAD = "0123456789abcdef0123456789abcdef01234567";
export const BASE = "fedcba9876543210fedcba9876543210fedcba98";

const SUMMARY = { create: 0, update: 0, replace: 0, delete: 0, same: 29 };

const amounts = (purchase: string, perMonth: string): StackReport["costs"][number]["after"] => ({
  purchase: { from: purchase, to: purchase },
  perMonth: { from: perMonth, to: perMonth },
  overPeriod: { from: purchase, to: "9999.00" },
});

/** A stack that loses a VM without anybody's consent. */
export const DANGEROUS: StackReport = {
  stack: "homelab",
  problems: [],
  diff: {
    base: "fedcba9876",
    summary: { ...SUMMARY, delete: 1, update: 1 },
    dangers: [
      {
        code: "vm-deleted",
        of: "work-06",
        what: "VM 109 on pve-02 is deleted",
        consequence: "all that is on its disks is lost",
        consent: "consent: [{ danger: vm-deleted, of: work-06, reason: … }]",
        consented: null,
      },
    ],
    unusedConsents: [],
    notes: ["the base was planned by its own program"],
    resources: [
      {
        type: "proxmoxve:index/vmLegacy:VmLegacy",
        name: "work-06",
        group: "machines",
        operation: "delete",
        replacedBy: [],
        changes: [],
        retained: false,
      },
      {
        type: "proxmoxve:index/vmLegacy:VmLegacy",
        name: "work-05",
        group: "machines",
        operation: "update",
        replacedBy: [],
        changes: [{ path: "memory.dedicated", before: "6144", after: "8192" }],
        retained: false,
      },
    ],
  },
  findings: [
    {
      code: "vcpu-overcommit",
      severity: "warning",
      path: "proxmox.hosts.pve.threads",
      message: "12 vCPUs on 6 threads of pve are 2:1",
    },
  ],
  acknowledged: 7,
  survival: {
    before: { survives: 1, degraded: 1, lost: 2 },
    after: { survives: 2, degraded: 0, lost: 2 },
    changes: [{ kind: "host", name: "pve-02", before: "degraded", after: "survives" }],
  },
  costs: [{ currency: "EUR", before: amounts("433.30", "12.00"), after: amounts("533.30", "12.00") }],
  unpriced: ["host pve"],
  rehearsal: {
    result: "succeeded",
    summary: { ...SUMMARY, create: 38, same: 0 },
    makespanSeconds: 231,
    criticalPathSeconds: 231,
    violations: [],
  },
  update: {
    result: "failed",
    summary: SUMMARY,
    makespanSeconds: 5,
    criticalPathSeconds: 5,
    violations: [{ rule: "host-memory", message: "pve-02 has 2 GiB free, work-05 asks for 8" }],
  },
  picture: "+- pve -+\n| * ctrl-00 |\n+---------+",
};

/** A stack that nothing is wrong with and that is new. */
export const FINE: StackReport = {
  ...DANGEROUS,
  stack: "lab",
  diff: {
    base: "fedcba9876",
    summary: { ...SUMMARY, create: 40, same: 0 },
    dangers: [],
    unusedConsents: [],
    notes: [],
    resources: [],
  },
  findings: [],
  acknowledged: 0,
  survival: { before: null, after: { survives: 4, degraded: 0, lost: 0 }, changes: [] },
  costs: [{ currency: "EUR", before: null, after: amounts("100.00", "1.00") }],
  unpriced: [],
  update: null,
};

/** A stack whose file is not valid. */
export const INVALID: StackReport = {
  stack: "prod",
  problems: ["Pulumi.prod.yaml:12:7: topology.workers.large.cout: unknown key\n  -> did you mean count?"],
  diff: null,
  findings: [],
  acknowledged: 0,
  survival: null,
  costs: [],
  unpriced: [],
  rehearsal: null,
  update: null,
  picture: null,
};

/** A report of stacks. */
export function checkReport(...stacks: readonly StackReport[]): CheckReport {
  return { kind: "check", commit: HEAD, base: { ref: "main", commit: BASE }, stacks: [...stacks] };
}

/** What the engine said of a stack. */
export function engineReport<Kind extends string>(
  kind: Kind,
  stack: string,
  changes: DriftReport["changes"] = [],
): Omit<DriftReport, "kind"> & { kind: Kind } {
  return { kind, commit: HEAD, stack, result: "succeeded", problem: null, changes };
}

/** Something that drifted. */
export const CHANGE: DriftReport["changes"][number] = {
  operation: "update",
  type: "proxmoxve:index/vmLegacy:VmLegacy",
  name: "work-00",
  properties: ["memory.dedicated"],
};
