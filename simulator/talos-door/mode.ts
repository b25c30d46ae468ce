import type { Vm } from "../datacenter/model";

/** Whether a machine waits for its first configuration, or has one. */
export type Mode = "maintenance" | "running";

/** A machine's mode; undefined while it answers nobody, and for a VM without Talos. */
export function modeOf({ running, stage, guest }: Vm): Mode | undefined {
  if (guest || !running || stage === "off" || stage === "booting") return undefined;
  return stage === "maintenance" ? "maintenance" : "running";
}
