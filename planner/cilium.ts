import type { UnplacedProblem } from "../config/problem";
import type { StackConfig } from "../config/schema";
import type { PlannedCilium } from "./plan";

/**
 * Cilium's values: in prod two operators (one per machine at most) and Hubble, elsewhere one operator and no Hubble, unless the
 * stack file says otherwise.
 */
export function planCilium({ addons: { cilium }, metadata }: StackConfig, machineCount: number): PlannedCilium {
  const highlyAvailable = metadata.environment === "prod";
  const { relay, ui } = cilium.hubble;
  // The interface shows what the relay collects: asked for the one, the other comes along.
  const hubbleRelay = relay ?? ui ?? highlyAvailable;
  return {
    version: cilium.version,
    operatorReplicas: cilium.operatorReplicas ?? (highlyAvailable ? Math.min(2, machineCount) : 1),
    hubbleRelay,
    hubbleUi: ui ?? (hubbleRelay && highlyAvailable),
  };
}

/** More operators than machines: two never share one, so that the release would wait for a machine that does not come. */
export function judgeCilium({ addons: { cilium } }: StackConfig, machineCount: number): UnplacedProblem[] {
  const { operatorReplicas } = cilium;
  if (operatorReplicas === undefined || operatorReplicas <= machineCount) return [];
  return [
    {
      path: "addons.cilium.operatorReplicas",
      value: operatorReplicas,
      message: `more operators than machines, which are ${machineCount}`,
      allowed: `at most ${machineCount}: Cilium runs one operator on a machine`,
      remedy: "lower it, or leave it out",
    },
  ];
}
