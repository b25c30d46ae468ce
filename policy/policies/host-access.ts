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
    if (pod?.namespace === undefined || privilegedNamespaces.includes(pod.namespace)) return [];
    const reached = [
      ...["hostNetwork", "hostPID", "hostIPC"].filter((key) => isTrue(at(pod.spec, key))),
      ...list(at(pod.spec, "volumes")).flatMap((volume) => text(at(volume, "hostPath", "path")) ?? []),
      ...pod.containers.flatMap(accessOf),
    ];
    return reached.length === 0 ? [] : [`pods in namespace ${pod.namespace} reach for their machine (${reached.join(", ")})`];
  },
};

/** Capabilities that the standard baseline allows: others reach beyond the container. */
const HARMLESS: readonly string[] = [
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
];

function accessOf(container: Value): string[] {
  const name = text(at(container, "name")) ?? "a container";
  const capabilities = list(at(container, "securityContext", "capabilities", "add"))
    .flatMap((each) => text(each) ?? [])
    .filter((each) => !HARMLESS.includes(each));
  const ports = list(at(container, "ports")).filter((port) => at(port, "hostPort") !== undefined);
  return [
    ...(isTrue(at(container, "securityContext", "privileged")) ? [`${name} is privileged`] : []),
    ...capabilities.map((each) => `${name} has the capability ${each}`),
    ...(ports.length === 0 ? [] : [`${name} has ports of the machine`]),
  ];
}
