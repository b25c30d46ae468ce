import type { MachineRole, PlannedAddons, PlannedMachine } from "./plan";

/** What there is to lose with a machine. */
export interface Loss {
  readonly role: MachineRole;
  /** Disks, the one it boots from among them. */
  readonly disks: number;
  /** Whether volumes of others are on it. */
  readonly keepsVolumes: boolean;
}

/** Whether losing a machine is losing an etcd member, or data: it takes a deliberate unprotect first. */
export function isProtected({ name, role, disks }: PlannedMachine, { longhorn }: Pick<PlannedAddons, "longhorn">): boolean {
  return mustBeProtected({ role, disks: disks.length, keepsVolumes: longhorn?.machines.includes(name) === true });
}

/** The same of a machine of which no more is known than what would be lost. */
export function mustBeProtected({ role, disks, keepsVolumes }: Loss): boolean {
  return role === "controlplane" || disks > 1 || keepsVolumes;
}
