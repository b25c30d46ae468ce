import type { UnplacedProblem } from "../../config/problem";
import { problem } from "../../config/problem";
import type { Site } from "../site";

/** Settings of which others count on what they bring; all else of a Cilium that is off is merely not read. */
const BRINGING = ["loadBalancerPools", "l2", "bgp"] as const;

/** Addresses that a Cilium hands out or announces which is not there. */
export function judgeCiliumOff({ addons: { cilium } }: Site): UnplacedProblem[] {
  if (cilium.enabled) return [];
  return BRINGING.flatMap((key) => {
    const value = cilium[key];
    if (value === undefined || (key === "loadBalancerPools" && Object.keys(value).length === 0)) return [];
    const remedy = "have Cilium, or leave it out";
    return [
      problem(`addons.cilium.${key}`, value, "this is Cilium's, which is off", `${key} where Cilium is the network`, remedy),
    ];
  });
}
