import { freeMemoryMiB, gib, sum } from "../../planner/capacity";
import type { PolicyFacts } from "../facts";
import type { Complaint, DeclaredResource, StackPolicy } from "../policy";
import { isGuest } from "../types";
import { at, isHidden, isTrue, text } from "../values";

/** What a host needs for itself no VM is given. */
export const hostMemoryReserve: StackPolicy = {
  name: "host-memory-reserve",
  description: "VMs and containers leave every host the memory that is kept for itself",
  remedy: "give it a size (memory.dedicated) that fits, on a host of the stack file",
  severity: "high",
  finding: "host-memory-exceeded",
  judgeAll: (resources, { hosts }) => {
    // Without a figure there is nothing to hold anybody to.
    if (Object.keys(hosts).length === 0) return [];
    // What is no more than a template never runs.
    const guests = resources.filter((each) => isGuest(each) && !isTrue(at(each.properties, "template")));
    return [
      ...Object.entries(hosts).flatMap(([name, host]) =>
        judgeHost(
          name,
          host,
          guests.filter((each) => at(each.properties, "nodeName") === name),
        ),
      ),
      ...guests.flatMap((each) => unreckoned(each, hosts).map((message) => ({ urn: each.urn, message }))),
    ];
  },
};

/** What the provider gives a guest that says nothing of its memory. */
const DEFAULT_MIB = 512;

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

/** What cannot be added up. */
function unreckoned({ properties }: DeclaredResource, hosts: PolicyFacts["hosts"]): string[] {
  const [name, memory] = [text(at(properties, "nodeName")), at(properties, "memory", "dedicated")];
  return [
    ...(name === undefined || Object.hasOwn(hosts, name)
      ? []
      : [`it is on ${name}, a host that the stack file does not have: nobody knows what is left there`]),
    ...(typeof memory === "number" || isHidden(memory)
      ? []
      : [`it does not say how much memory it takes: the provider gives it ${DEFAULT_MIB} MiB`]),
  ];
}

function memoryMiB({ properties }: DeclaredResource): number {
  const value = at(properties, "memory", "dedicated");
  if (typeof value === "number") return value;
  return isHidden(value) ? 0 : DEFAULT_MIB;
}
