import type { Finding, IngressFacts, Plan } from "../plan";
import { finding } from "./catalog";

/** Whether requests from outside get to the ingress controllers. */
export function judgeIngress({ addons }: Pick<Plan, "addons">): Finding[] {
  return Object.values(addons).flatMap((release) => {
    const { ingress } = release as Partial<IngressFacts>;
    if (ingress?.lacksAddress !== true) return [];
    const { key, timeoutSeconds } = release;
    return [
      finding(
        "load-balancer-address-missing",
        `addons.${key}.expose`,
        `its Service of type LoadBalancer waits for an address, and nothing hands any out: Helm gives up after ${timeoutSeconds} s`,
        "set expose to hostPort (ports 80 and 443 of every machine) or nodePort, or see to it that something hands out addresses",
      ),
    ];
  });
}
