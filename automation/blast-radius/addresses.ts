import type { Found, Judge } from "./danger";
import type { MachineChange } from "./machines";
import { machinesOf } from "./machines";
import { at, list, map, text } from "./values";

/** Addresses that a machine loses, or takes from another one. */
export const judgeAddresses: Judge = ({ comparison }) => {
  const machines = machinesOf(comparison);
  const owners = new Map(machines.flatMap((machine) => addressesOf(machine, "before").map((address) => [address, machine.name])));
  return machines.flatMap((machine): Found[] => {
    const { name, configuration } = machine;
    const [before, after] = [addressesOf(machine, "before"), addressesOf(machine, "after")];
    const taken = after.flatMap((address) => {
      const owner = owners.get(address) ?? name;
      return owner === name ? [] : [`${address} goes over from ${owner}`];
    });
    const left = before.filter((address) => !after.includes(address));
    const moved = left.length > 0 && after.length > 0 ? [`${left.join(" and ")} → ${after.join(" and ")}`] : [];
    if (taken.length === 0 && moved.length === 0) return [];
    return [{ code: "address-moved", of: name, urn: (machine.vm ?? configuration).urn, what: [...moved, ...taken].join("; ") }];
  });
};

/** What a machine is reached at: what its VM is given, or where its configuration is sent. */
function addressesOf({ vm, configuration }: MachineChange, side: "before" | "after"): string[] {
  const given = list(at(vm?.[side], "initialization", "ipConfigs"))
    .map(map)
    .flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6].map((family) => text(at(family, "address")).replace(/\/.*$/, "")));
  const node = text(configuration[side]?.["node"]);
  return [...new Set([node, ...given])].filter((address) => address !== "");
}
