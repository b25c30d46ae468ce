import { isVm, workloadMachines } from "../machines";
import type { Plan, PlannedHost, PlannedVm } from "../plan";

/** Whether a host has all shared datastores of a VM: one that it does not have is out of its reach, whoever else shares it. */
export function reaches({ datastores }: PlannedHost, { disks }: Pick<PlannedVm, "disks">): boolean {
  return disks
    .filter(({ shared }) => shared)
    .every(({ datastore }) => datastores.some(({ name, shared }) => shared && name === datastore));
}

/** Names of the VMs that may have volumes of pods among their disks which no other host reaches: those start nowhere else. */
export function boundByVolumes({ addons, hosts, machines, talos }: Plan): ReadonlySet<string> {
  const local = addons.proxmoxCsi?.datastores ?? [];
  const places = hosts.filter(({ datastores }) => datastores.some(({ name, shared }) => !shared && local.includes(name)));
  const taking = workloadMachines(machines, talos.scheduleOnControlPlanes).filter(isVm);
  return new Set(taking.filter(({ host }) => places.some(({ name }) => name === host)).map(({ name }) => name));
}
