import type { Process } from "../clock/clock";
import type { Datacenter } from "./datacenter";

/** Creates a resource pool. */
export function* createPool(dc: Datacenter, name: string): Process {
  yield* dc.spend("resourcePool", name);
  dc.state.pools.push(name);
}

/** Removes a resource pool. */
export function* deletePool(dc: Datacenter, name: string): Process {
  yield* dc.spend("resourcePool", name);
  dc.state.pools = dc.state.pools.filter((pool) => pool !== name);
}
