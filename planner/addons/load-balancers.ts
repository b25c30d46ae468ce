import type { Site } from "../site";

type Addons = Site["addons"];

/** Whoever hands out addresses to Services of type LoadBalancer, one line each. */
const POOLS: readonly ((addons: Addons) => boolean)[] = [
  ({ cilium }) => cilium.enabled && Object.keys(cilium.loadBalancerPools).length > 0,
];

/** Whether a Service of type LoadBalancer gets an address: the one place that knows. */
export function handsOutAddresses({ addons }: { readonly addons: Addons }): boolean {
  return POOLS.some((pool) => pool(addons));
}
