import { createHash } from "node:crypto";
import type { Datacenter } from "../datacenter/datacenter";
import type { Settings, Vm } from "../datacenter/model";

/** What the API shows of things. */

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** Settings that Proxmox keeps as numbers or flags; all others are texts, `memory` among them since 8. */
const NUMBERS = new Set(
  "cores sockets vcpus cpuunits cpulimit balloon shares numa onboot protection tablet kvm acpi template freeze autostart".split(
    " ",
  ),
);

/** A VM's settings. */
export function shownSettings(settings: Settings): Record<string, string | number> {
  const entries = Object.entries(settings)
    // Membership is the pool's affair: no VM's settings show it.
    .filter(([name]) => name !== "pool")
    .map(([name, value]): [string, string | number] => [name, NUMBERS.has(name) ? Number(value) : value]);
  const digest = createHash("sha1").update(JSON.stringify(settings)).digest("hex");
  return { ...Object.fromEntries(entries), digest };
}

/** A VM as lists and its status show it. */
export function shownVm(dc: Datacenter): (vm: Vm) => Record<string, string | number> {
  return (vm) => {
    const settings = dc.state.settings[`vm:${vm.vmId}`] ?? {};
    // Of a host that is away the others know only which VMs it has.
    const isAway = dc.away.has(`host ${vm.host}`);
    const status = isAway ? "unknown" : vm.running ? "running" : "stopped";
    const { lock, tags, pool } = settings;
    return {
      id: `qemu/${vm.vmId}`,
      type: "qemu",
      vmid: vm.vmId,
      // What a VM is called when its configuration does not say (PVE::QemuServer, vmstatus).
      ...(isAway ? {} : { name: settings["name"] ?? `VM ${vm.vmId}` }),
      node: vm.host,
      status,
      qmpstatus: status,
      cpus: vm.cores,
      maxcpu: vm.cores,
      maxmem: vm.memoryMiB * MIB,
      maxdisk: Math.round((vm.disks[0]?.sizeGiB ?? 0) * GIB),
      template: 0,
      uptime: vm.running ? 1 : 0,
      ...(lock === undefined ? {} : { lock }),
      ...(tags === undefined ? {} : { tags }),
      ...(pool === undefined ? {} : { pool }),
    };
  };
}
