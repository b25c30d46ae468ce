import type { Process } from "../clock/clock";
import type { Datacenter } from "./datacenter";
import { RuleBroken } from "./model";

/** A rule over managed VMs, as Proxmox VE 9 has them. */
export interface HaRule {
  readonly name: string;
  /** Managed resources, for instance `vm:100`. */
  readonly resources: readonly string[];
  /** Hosts it names; none when it is about the resources alone. */
  readonly hosts: readonly string[];
  /** Whether it keeps them apart. */
  readonly apart: boolean;
}

/** Lets HA look after a VM. */
export function* manage(dc: Datacenter, id: string): Process {
  if (!dc.vm(Number(id.replace(/^vm:/, "")))) throw new RuleBroken("ha-resource", `HA cannot manage ${id}: there is no such VM`);
  yield* dc.spend("haChange", id.replace(/^vm:/, ""));
  if (!dc.state.haResources.includes(id)) dc.state.haResources.push(id);
}

/** Lets HA look after a VM no longer. */
export function* release(dc: Datacenter, id: string): Process {
  yield* dc.spend("haChange", id.replace(/^vm:/, ""));
  dc.state.haResources = dc.state.haResources.filter((each) => each !== id);
}

/** Creates or changes a rule: all it names is managed, and what must be apart has hosts enough. */
export function* setRule(dc: Datacenter, { name, resources, hosts, apart }: HaRule): Process {
  const unmanaged = resources.filter((id) => !dc.state.haResources.includes(id));
  if (unmanaged.length > 0) {
    throw new RuleBroken("ha-rule", `rule ${name} names ${unmanaged.join(", ")}, which HA does not manage`);
  }
  for (const host of hosts) dc.host(host);
  if (apart && resources.length > dc.spec.hosts.length) {
    const message = `rule ${name} keeps ${resources.length} VMs apart on ${dc.spec.hosts.length} hosts`;
    throw new RuleBroken("ha-rule", message);
  }
  yield* dc.spend("haChange", name);
  dc.state.haRules[name] = [...resources];
}

/** Removes a rule. */
export function* dropRule(dc: Datacenter, name: string): Process {
  yield* dc.spend("haChange", name);
  Reflect.deleteProperty(dc.state.haRules, name);
}
