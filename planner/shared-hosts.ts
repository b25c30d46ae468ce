import type { Neighbour } from "../config/neighbours";
import type { StackConfig } from "../config/schema";
import { isSame } from "./addresses";
import { allocate } from "./allocation";
import { planBalancers } from "./balancers/balancers";
import { planHosts, sum } from "./capacity";
import { planPools } from "./machines";
import type { PlannedHost } from "./plan";
import { commonProxmox } from "./same-place";
import { siteOf } from "./site";

/** What another stack file puts on the Proxmox cluster of this one. */
export interface Guests {
  readonly file: string;
  /** Its view of all of its hosts. */
  readonly hosts: readonly PlannedHost[];
}

/** Stack files with VMs on the same Proxmox cluster, in order of name. */
export function guestsOf(own: StackConfig, neighbours: readonly Neighbour[]): Guests[] {
  return [...neighbours]
    .sort((a, b) => (a.file < b.file ? -1 : 1))
    .flatMap(({ file, config }) => {
      if (config === undefined || commonProxmox(own, config) === undefined) return [];
      const site = siteOf(config);
      // A neighbour with problems of its own counts as far as it can be planned.
      const machines = planPools(site, allocate(site).pools).flatMap((pool) => pool.machines);
      const balancers = planBalancers(site, machines)?.machines ?? [];
      return [{ file, hosts: planHosts(site, [...machines, ...balancers]) }];
    });
}

/** A host as another stack file has it: of the same address, or of the same name in the one Proxmox cluster. */
export function seenBy({ hosts }: Guests, host: Pick<PlannedHost, "name" | "address">): PlannedHost | undefined {
  return hosts.find(({ address }) => isSame(address, host.address)) ?? hosts.find(({ name }) => name === host.name);
}

/** Hosts with what VMs of other stack files take of their memory, where there are any. */
export function withGuests(hosts: readonly PlannedHost[], guests: readonly Guests[]): PlannedHost[] {
  const taken = memoryOfGuests(hosts, guests);
  return hosts.map((host) => {
    const otherMemoryMiB = taken.get(host.name) ?? 0;
    return otherMemoryMiB > 0 ? { ...host, otherMemoryMiB } : host;
  });
}

/** Memory that VMs of other stack files take, by the name of the host. */
export function memoryOfGuests(hosts: readonly PlannedHost[], guests: readonly Guests[]): ReadonlyMap<string, number> {
  return new Map(hosts.map((host) => [host.name, sum(guests.map((each) => seenBy(each, host)?.allocatedMemoryMiB ?? 0))]));
}
