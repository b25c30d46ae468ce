import type { Site } from "../site";

type Addons = Site["addons"];

/** Whoever hands out addresses to Services of type LoadBalancer, one line each. None so far: no add-on has pools of addresses. */
const POOLS: readonly ((addons: Addons) => boolean)[] = [];

/** Whether a Service of type LoadBalancer gets an address: the one place that knows. */
export function handsOutAddresses({ addons }: { readonly addons: Addons }): boolean {
  return POOLS.some((pool) => pool(addons));
}
