import type { Datacenter } from "../datacenter/datacenter";

/** Name of the VM that somebody else has made. */
export const STRANGER = "somebody-elses";

/** Somebody else's VM takes an id. */
export function settleStranger(dc: Datacenter, host: string, vmId: number): void {
  const hardware = { cpuType: "host", lastThread: null, numaNode: null, mappings: [], tpm: false };
  const size = { cores: 1, memoryMiB: 512, disks: [], addresses: [], hardware };
  dc.state.vms.push({ vmId, name: STRANGER, host, ...size, schematic: "", secureBoot: null, running: false, stage: "off" });
  dc.state.settings[`vm:${vmId}`] = { name: STRANGER };
}
