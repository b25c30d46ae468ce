import { freeMemoryMiB, gib, sum } from "../../planner/capacity";
import type { PolicyFacts } from "../facts";
import type { Complaint, DeclaredResource, StackPolicy } from "../policy";
import { isGuest } from "../types";
import { at } from "../values";

/** What a host needs for itself no VM is given. */
export const hostMemoryReserve: StackPolicy = {
  name: "host-memory-reserve",
  description: "VMs and containers leave every host the memory that is kept for itself",
  remedy: "move VMs to another host or make them smaller",
  severity: "high",
  enforcement: { homelab: "advisory", prod: "mandatory" },
  finding: "host-memory-exceeded",
  judgeAll: (resources, { hosts }) =>
    Object.entries(hosts).flatMap(([name, host]) => {
      const here = resources.filter((each) => isGuest(each) && at(each.properties, "nodeName") === name);
      return judgeHost(name, host, here);
    }),
};

function judgeHost(name: string, host: PolicyFacts["hosts"][string], vms: readonly DeclaredResource[]): Complaint[] {
  const allocatedMemoryMiB = sum(vms.map(memoryMiB));
  const free = freeMemoryMiB({ ...host, allocatedMemoryMiB });
  // The engine has no order of its own: said of the largest, the first of them by name.
  const [largest] = [...vms].sort((a, b) => memoryMiB(b) - memoryMiB(a) || (a.name < b.name ? -1 : 1));
  if (free >= 0 || !largest) return [];
  const reserve = `${name} has ${gib(host.memoryMiB)} and keeps ${gib(host.reservedMemoryMiB)} for itself`;
  const taken = `${vms.length === 1 ? "its VM takes" : `its ${vms.length} VMs take`} ${gib(allocatedMemoryMiB)}`;
  return [{ urn: largest.urn, message: `${reserve}, ${taken}: ${gib(-free)} too much` }];
}

function memoryMiB({ properties }: DeclaredResource): number {
  const value = at(properties, "memory", "dedicated");
  return typeof value === "number" ? value : 0;
}
