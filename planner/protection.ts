import type { PlannedAddons, PlannedMachine } from "./plan";

/** Whether losing a machine is losing an etcd member, or data: it takes a deliberate unprotect first. */
export function isProtected({ name, role, disks }: PlannedMachine, { longhorn }: Pick<PlannedAddons, "longhorn">): boolean {
  return role === "controlplane" || disks.length > 1 || longhorn?.machines.includes(name) === true;
}
