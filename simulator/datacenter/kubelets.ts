import ipaddr from "ipaddr.js";
import type { Process } from "../clock/clock";
import { until } from "../clock/clock";
import { textAt, valueAt } from "./chart-values";
import type { Datacenter } from "./datacenter";
import type { Cluster, KubeletApprover, ReleaseRequest, Vm } from "./model";

/** What kubelets show to those who read from them, and who approves of it. */

/** Whom kubelet-csr-approver approves of (its internal/controller/regex_ip_checks.go). */
export function approverOf({ values }: Pick<ReleaseRequest, "values">): KubeletApprover {
  const prefixes = valueAt(values, "providerIpPrefixes");
  return {
    // Without any, the program lets in every name.
    names: textAt(values, "providerRegex") || ".*",
    prefixes: Array.isArray(prefixes) ? prefixes.filter((each) => typeof each === "string") : [],
  };
}

/**
 * metrics-server waits until it has read from kubelets. The real one is ready when it has read from the first; here it waits for all,
 * for whoever is left out has no metrics for ever.
 *
 * @returns why it never reads from some, or undefined when it reads from all
 */
export function* awaitKubelets(
  dc: Datacenter,
  cluster: Cluster,
  { values }: Pick<ReleaseRequest, "values">,
  deadline: number,
): Process<string | undefined> {
  const args = valueAt(values, "args");
  const verifies = !(Array.isArray(args) && args.includes("--kubelet-insecure-tls"));
  const unread = (): string | undefined =>
    dc.state.vms.flatMap((vm) => (cluster.nodes.includes(vm.vmId) ? (unreadBecause(vm, cluster, verifies) ?? []) : []))[0];
  yield* until(() => unread() === undefined, deadline - dc.clock.now);
  return unread();
}

/** Why nobody reads from a machine's kubelet; undefined where it is read. */
function unreadBecause({ name, addresses, machine }: Vm, { approver }: Cluster, verifies: boolean): string | undefined {
  if (machine?.asksForCertificate !== true) {
    return verifies ? `x509: the certificate of ${name}'s kubelet is signed by unknown authority: its own` : undefined;
  }
  if (!approver) return `the kubelet of ${name} has no certificate: nobody approves of what it asks for`;
  if (new RegExp(approver.names).test(machine.hostname) && addresses.every((address) => isWithin(address, approver))) {
    return undefined;
  }
  return `the kubelet of ${name} has no certificate: ${machine.hostname} at ${addresses.join(", ")} is none of those it is approved for`;
}

function isWithin(address: string, { prefixes }: KubeletApprover): boolean {
  const parsed = ipaddr.parse(address);
  return (
    prefixes.length === 0 ||
    prefixes.some((prefix) => {
      const [network, length] = ipaddr.parseCIDR(prefix);
      return network.kind() === parsed.kind() && parsed.match([network, length] as never);
    })
  );
}
