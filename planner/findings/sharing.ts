import { gib, sum } from "../capacity";
import type { Finding, PlannedDatastore, PlannedHost } from "../plan";
import type { Guests } from "../shared-hosts";
import { seenBy } from "../shared-hosts";
import { SEVERE_RATIO } from "./capacity";
import { finding } from "./catalog";

/** What one stack file has on a host. */
interface Share {
  readonly file: string;
  readonly host: PlannedHost;
}

/** Hosts that carry VMs of several stack files: whether what they have is enough for all of them together. */
export function judgeSharing(hosts: readonly PlannedHost[], guests: readonly Guests[]): Finding[] {
  return hosts.flatMap((host, index) => {
    const shares = guests.flatMap((each): Share[] => {
      const seen = seenBy(each, host);
      return seen && seen.machines.length > 0 ? [{ file: each.file, host: seen }] : [];
    });
    const isShared = host.machines.length > 0 && shares.length > 0;
    const exceeded = [
      ...(isShared ? [...memory(host, shares), ...processors(host, shares)] : []),
      ...host.datastores
        // What all hosts share is one storage: once is enough.
        .filter(({ name, shared }) => !shared || !hosts.slice(0, index).some((other) => has(other, name, shared)))
        .flatMap((datastore) => disks(host, datastore, guests)),
    ];
    return exceeded.length > 0 || !isShared ? exceeded : [fits(host, shares)];
  });
}

function memory(host: PlannedHost, shares: readonly Share[]): Finding[] {
  const needed = host.reservedMemoryMiB + total(host, shares, ({ allocatedMemoryMiB }) => allocatedMemoryMiB);
  if (needed <= host.memoryMiB) return [];
  const parts = [
    `${gib(host.allocatedMemoryMiB)} for ${vms(host)} of this stack`,
    ...shares.map(({ file, host: other }) => `${gib(other.allocatedMemoryMiB)} for ${vms(other)} of ${file}`),
    `${gib(host.reservedMemoryMiB)} for the host`,
  ];
  return exceeded(
    `proxmox.hosts.${host.name}.memoryGiB`,
    `${host.name} has ${gib(host.memoryMiB)} and needs ${gib(needed)}: ${parts.join(", ")}`,
    `free ${gib(needed - host.memoryMiB)} in one of the stack files: fewer or smaller VMs here, or more memory`,
  );
}

function processors(host: PlannedHost, shares: readonly Share[]): Finding[] {
  const vcpus = total(host, shares, (each) => each.vcpus);
  if (vcpus <= SEVERE_RATIO * host.threads) return [];
  const parts = [`${host.vcpus} of this stack`, ...shares.map(({ file, host: other }) => `${other.vcpus} of ${file}`)];
  return exceeded(
    `proxmox.hosts.${host.name}.threads`,
    `${vcpus} vCPUs on ${host.threads} threads of ${host.name} are ${Number((vcpus / host.threads).toFixed(2))}:1: ${parts.join(", ")}`,
    "fewer vCPUs or fewer VMs here, in one of the stack files",
  );
}

function disks(
  host: PlannedHost,
  { name, sizeGiB, allocatedGiB, shared }: PlannedDatastore,
  guests: readonly Guests[],
): Finding[] {
  const others = guests
    .map((each) => ({ file: each.file, needed: onDatastore(each, host, name, shared) }))
    .filter(({ needed }) => needed > 0);
  const needed = allocatedGiB + sum(others.map((each) => each.needed));
  if (allocatedGiB === 0 || others.length === 0 || needed <= sizeGiB) return [];
  const parts = [`${allocatedGiB} GiB for this stack`, ...others.map((each) => `${each.needed} GiB for ${each.file}`)];
  return exceeded(
    `proxmox.hosts.${host.name}.datastores.${name}.sizeGiB`,
    `${name} on ${host.name} holds ${sizeGiB} GiB and is to hold ${needed} GiB: ${parts.join(", ")}`,
    `free ${needed - sizeGiB} GiB in one of the stack files: smaller disks, fewer VMs here, or another datastore`,
  );
}

function fits(host: PlannedHost, shares: readonly Share[]): Finding {
  const needed = host.reservedMemoryMiB + total(host, shares, ({ allocatedMemoryMiB }) => allocatedMemoryMiB);
  const others = shares.map(({ file, host: other }) => `${vms(other)} of ${file}`).join(" and ");
  return finding(
    "host-shared",
    `proxmox.hosts.${host.name}`,
    `${host.name} also carries ${others}: together ${gib(needed)} of ${gib(host.memoryMiB)} are given away, and ${total(host, shares, (each) => each.vcpus)} vCPUs on ${host.threads} threads`,
    "mind that whatever one stack file asks for here is missing in the others, or give each its own hosts",
  );
}

/** A shared datastore is filled from every host, any other one only from its own. */
function onDatastore(guests: Guests, host: PlannedHost, name: string, shared: boolean): number {
  const seen = shared ? guests.hosts.find((each) => has(each, name, true)) : seenBy(guests, host);
  return seen?.datastores.find((each) => each.name === name)?.allocatedGiB ?? 0;
}

function has({ datastores }: PlannedHost, name: string, shared: boolean): boolean {
  return datastores.some((each) => each.name === name && each.shared === shared);
}

function total(host: PlannedHost, shares: readonly Share[], of: (host: PlannedHost) => number): number {
  return sum([host, ...shares.map((each) => each.host)].map(of));
}

function vms({ machines }: PlannedHost): string {
  return machines.length === 1 ? "1 VM" : `${machines.length} VMs`;
}

function exceeded(path: string, message: string, remedy: string): Finding[] {
  return [finding("host-shared-exceeded", path, message, remedy)];
}
