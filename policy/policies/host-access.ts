import { breaksOfBaseline } from "../pod-security";
import { podOf } from "../pods";
import type { ResourcePolicy } from "../policy";

/** Pods that reach for their machine are refused when they start, hours after the review; here they are refused in it. */
export const hostAccess: ResourcePolicy = {
  name: "host-access",
  description: "Pods have no access to their machine outside of privileged namespaces",
  remedy: "take it away, or move the workload to a namespace whose add-ons need the machine",
  severity: "high",
  judge: (resource, { privilegedNamespaces }) => {
    const pod = podOf(resource);
    if (pod?.namespace === undefined || privilegedNamespaces.includes(pod.namespace)) return [];
    const reached = breaksOfBaseline(pod);
    return reached.length === 0 ? [] : [`pods in namespace ${pod.namespace} reach for their machine (${reached.join(", ")})`];
  },
};
