import { freeMemoryMiB, gib, pack, sum } from "../capacity";
import { isVm } from "../machines";
import type { Finding, Plan, PlannedHost, PlannedMachine } from "../plan";
import { finding } from "./catalog";

/** vCPUs per thread from which on VMs mostly wait for each other: above it, etcd misses its heartbeats under load. */
export const SEVERE_RATIO = 4;

/**
 * Whether the machines fit their hosts, and what room is left when a host fails or is taken down.
 *
 * @param guests memory that VMs of other stack files take, by host
 */
export function judgeCapacity(
  { hosts, machines }: Pick<Plan, "hosts" | "machines">,
  guests: ReadonlyMap<string, number>,
): Finding[] {
  const vms = machines.filter(isVm);
  return hosts.flatMap((host) => {
    const here = vms.filter((machine) => machine.host === host.name);
    const others = hosts
      .filter((other) => other !== host)
      .map((other) => ({ ...other, reservedMemoryMiB: other.reservedMemoryMiB + (guests.get(other.name) ?? 0) }));
    return [
      ...memory(host, here, guests.get(host.name) ?? 0, others.length > 0),
      ...processors(host, here),
      ...disks(host),
      ...(others.length > 0 && here.length > 0 ? [...failover(host, here, others), ...maintenance(host, here, others)] : []),
    ];
  });
}

function memory(host: PlannedHost, here: readonly PlannedMachine[], guests: number, hasOthers: boolean): Finding[] {
  const free = freeMemoryMiB(host);
  const left = free - guests;
  const used = `${gib(host.allocatedMemoryMiB)} for ${here.length} ${here.length === 1 ? "VM" : "VMs"} + ${gib(host.reservedMemoryMiB)} for the host`;
  const path = `proxmox.hosts.${host.name}.memoryGiB`;
  if (free < 0) {
    return [
      finding(
        "host-memory-exceeded",
        path,
        `${host.name} has ${gib(host.memoryMiB)} and needs ${gib(host.memoryMiB - free)} (${used})`,
        `free ${gib(-free)}: fewer or smaller VMs here, or more memory`,
      ),
    ];
  }
  // What does not even fit together is host-shared-exceeded.
  if (left < 0 || !hasOthers || here.length === 0 || left >= Math.min(...here.map(({ memoryMiB }) => memoryMiB))) return [];
  const all = guests === 0 ? used : `${used} + ${gib(guests)} for other stack files`;
  return [
    finding(
      "host-memory-full",
      path,
      `${host.name} is filled to ${gib(host.memoryMiB - left)} of ${gib(host.memoryMiB)} (${all}): no VM of another host can be restarted here`,
      "leave room for at least one VM: fewer or smaller VMs, or more memory",
    ),
  ];
}

function processors(host: PlannedHost, here: readonly PlannedMachine[]): Finding[] {
  const path = `proxmox.hosts.${host.name}.threads`;
  const tooWide = here
    .filter(({ cores }) => cores > host.threads)
    .map(({ name, cores }) =>
      finding(
        "vm-cores-exceeded",
        path,
        `${name} asks for ${cores} vCPUs, ${host.name} has ${host.threads} threads: Proxmox refuses to start it`,
        `give it at most ${host.threads}`,
      ),
    );
  if (host.vcpus <= host.threads) return tooWide;
  const ratio = Number((host.vcpus / host.threads).toFixed(2));
  const message = `${host.vcpus} vCPUs on ${host.threads} threads of ${host.name} are ${ratio}:1`;
  return [
    ...tooWide,
    host.vcpus > SEVERE_RATIO * host.threads
      ? finding("vcpu-overcommit-severe", path, message, "fewer vCPUs or fewer VMs here")
      : finding("vcpu-overcommit", path, message, "expect contention under load; fewer vCPUs or fewer VMs here"),
  ];
}

function disks(host: PlannedHost): Finding[] {
  return host.datastores
    .filter(({ allocatedGiB, sizeGiB }) => allocatedGiB > sizeGiB)
    .map(({ name, allocatedGiB, sizeGiB }) =>
      finding(
        "datastore-exceeded",
        `proxmox.hosts.${host.name}.datastores.${name}.sizeGiB`,
        `${name} on ${host.name} holds ${sizeGiB} GiB, its VMs need ${allocatedGiB} GiB`,
        `free ${allocatedGiB - sizeGiB} GiB: smaller disks, fewer VMs here, or another datastore`,
      ),
    );
}

function failover(host: PlannedHost, here: readonly PlannedMachine[], others: readonly PlannedHost[]): Finding[] {
  const { stranded, proven } = pack(here, others);
  if (stranded.length === 0) return [];
  const room = others.map((other) => `${gib(Math.max(0, freeMemoryMiB(other)))} on ${other.name}`).join(", ");
  const names = stranded.map(({ name }) => name).join(", ");
  return [
    finding(
      "host-failover-capacity",
      `proxmox.hosts.${host.name}`,
      `if ${host.name} fails, ${total(here)} of VMs need a new place and ${names} (${total(stranded)}) ${proven ? "find none" : "found none, though not every arrangement was tried"}; free are ${room}`,
      "leave more memory free on the other hosts, or accept that these VMs wait for the host to return",
    ),
  ];
}

function total(machines: readonly PlannedMachine[]): string {
  return gib(sum(machines.map(({ memoryMiB }) => memoryMiB)));
}

function maintenance(host: PlannedHost, here: readonly PlannedMachine[], others: readonly PlannedHost[]): Finding[] {
  const movable = here.filter((machine) => others.some((other) => freeMemoryMiB(other) >= machine.memoryMiB));
  if (movable.length > 0) return [];
  return [
    finding(
      "maintenance-room",
      `proxmox.hosts.${host.name}`,
      `${here.length === 1 ? "the only VM" : `none of the ${here.length} VMs`} of ${host.name} can${here.length === 1 ? "not" : ""} be moved to another host: live migration and maintenance without downtime are not possible`,
      "leave room for the largest of them on another host",
    ),
  ];
}
