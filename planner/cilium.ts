import type { UnplacedProblem } from "../config/problem";
import { familiesOf } from "./kubernetes";
import { HELM_SECONDS, planRelease } from "./release";
import type { PlannedCilium } from "./plan";
import type { Site } from "./site";

/** The release is ready when every machine is: the engine creates 16 VMs at once in about 15 s, here with as much again. */
const SECONDS_PER_MACHINE = 2;

/**
 * Cilium's values: in prod two operators (one per machine at most) and Hubble, elsewhere one operator and no Hubble, unless the
 * stack file says otherwise.
 */
export function planCilium(site: Site, machineCount: number): PlannedCilium {
  const { addons, metadata } = site;
  const { cilium } = addons;
  const families = familiesOf(site);
  const highlyAvailable = metadata.environment === "prod";
  const { relay, ui } = cilium.hubble;
  // The interface shows what the relay collects: asked for the one, the other comes along.
  const hubbleRelay = relay ?? ui ?? highlyAvailable;
  return {
    ...planRelease("cilium", { ...cilium, namespace: "kube-system" }, addons.mirror),
    timeoutSeconds: cilium.timeoutSeconds ?? Math.max(HELM_SECONDS, SECONDS_PER_MACHINE * machineCount),
    operatorReplicas: cilium.operatorReplicas ?? (highlyAvailable ? Math.min(2, machineCount) : 1),
    hubbleRelay,
    hubbleUi: ui ?? (hubbleRelay && highlyAvailable),
    ipv4: families.includes(4),
    ipv6: families.includes(6),
  };
}

/** More operators than machines: two never share one, so that the release would wait for a machine that does not come. */
export function judgeCilium({ addons: { cilium } }: Site, machineCount: number): UnplacedProblem[] {
  const { operatorReplicas } = cilium;
  if (!cilium.enabled || operatorReplicas === undefined || operatorReplicas <= machineCount) return [];
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
