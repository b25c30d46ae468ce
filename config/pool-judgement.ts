import type { z } from "zod";
import type { Pool } from "./pool-shape";

/** Keys that say how a VM is made: an existing machine has none of that. */
const VM_KEYS = ["diskLimits", "networkMiBps", "hosts", "spread", "ids", "addresses", "names", "count"] as const;
/** Keys that say what an existing machine is like: a VM is made so that they are known. */
const EXISTING_KEYS = ["installDisk", "interface", "cost"] as const;

type Report = (path: PropertyKey[], message: string) => void;

function judge(pool: Pool, report: Report): void {
  if (pool.source === "existing") judgeExisting(pool, report);
  else judgeVms(pool, report);
}

function judgeVms(pool: Pool, report: Report): void {
  if ((pool.count === undefined) === (pool.machines === undefined))
    report([], pool.count === undefined ? "neither count nor machines" : "both count and machines");
  for (const key of EXISTING_KEYS) if (pool[key] !== undefined) report([key], "only for source: existing");
  for (const [name, each] of Object.entries(pool.machines ?? {}))
    for (const key of ["address", ...EXISTING_KEYS] as const)
      if (each[key] !== undefined) report(["machines", name, key], "only for source: existing");
  for (const [name, each] of Object.entries(pool.disks))
    if (each.selector !== undefined) report(["disks", name, "selector"], "only for source: existing");
}

function judgeExisting(pool: Pool, report: Report): void {
  for (const key of VM_KEYS) if (pool[key] !== undefined) report([key], "only for VMs, not for source: existing");
  if (pool.devices.length > 0) report(["devices"], "only for VMs, not for source: existing");
  if (pool.machines === undefined) report([], "existing machines without machines");
  for (const [name, each] of Object.entries(pool.machines ?? {})) {
    if (each.address === undefined) report(["machines", name, "address"], "missing");
    if (each.host !== undefined) report(["machines", name, "host"], "only for VMs, not for source: existing");
    if (each.installDisk === undefined && pool.installDisk === undefined) report(["machines", name, "installDisk"], "missing");
    if (!MACHINE_NAME.test(name)) report(["machines", name], "not a valid name");
  }
  for (const [name, each] of Object.entries(pool.disks))
    if (each.selector === undefined) report(["disks", name, "selector"], "missing");
}

/** Host name of a machine. */
const MACHINE_NAME = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Reports everything in a pool that does not go together, an issue each. */
export function judgePool(pool: Pool, context: z.RefinementCtx): void {
  judge(pool, (path, message) => {
    context.addIssue({ code: "custom", path, message });
  });
}

/** A limit that limits nothing is a slip: of a number, or of the unit, which is no percentage. */
export function judgeLimit({ cpu, cores, machines = {} }: Pool, context: z.RefinementCtx): void {
  const most = Math.max(cores, ...Object.values(machines).map((each) => each.cores ?? cores));
  if (cpu.limit === undefined || cpu.limit <= most) return;
  context.addIssue({ code: "custom", path: ["cpu", "limit"], message: `more than the ${most} vCPUs there are to limit` });
}
