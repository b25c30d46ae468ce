import { podOf } from "../pods";
import type { ResourcePolicy } from "../policy";
import { at, isTrue, list, text } from "../values";
import type { Value } from "../values";

/** Pods that reach for their machine are refused when they start, hours after the review; here they are refused in it. */
export const hostAccess: ResourcePolicy = {
  name: "host-access",
  description: "Pods have no access to their machine outside of privileged namespaces",
  remedy: "take it away, or move the workload to a namespace whose add-ons need the machine",
  severity: "high",
  enforcement: { homelab: "advisory", prod: "mandatory" },
  takesNamespaces: true,
  judge: (resource, { privilegedNamespaces }) => {
    const pod = podOf(resource);
    if (!pod || privilegedNamespaces.includes(pod.namespace)) return [];
    const reached = [
      ...["hostNetwork", "hostPID", "hostIPC"].filter((key) => isTrue(at(pod.spec, key))),
      ...list(at(pod.spec, "volumes")).flatMap((volume) => text(at(volume, "hostPath", "path")) ?? []),
      ...pod.containers.flatMap(accessOf),
    ];
    return reached.length === 0 ? [] : [`pods in namespace ${pod.namespace} reach for their machine (${reached.join(", ")})`];
  },
};

function accessOf(container: Value): string[] {
  const name = text(at(container, "name")) ?? "a container";
  const ports = list(at(container, "ports")).filter((port) => at(port, "hostPort") !== undefined);
  return [
    ...(isTrue(at(container, "securityContext", "privileged")) ? [`${name} is privileged`] : []),
    ...(ports.length === 0 ? [] : [`${name} has ports of the machine`]),
  ];
}
