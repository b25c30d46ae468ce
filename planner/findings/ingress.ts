import { valueAt } from "../addons/layers";
import type { Finding, IngressFacts, Plan, PlannedRelease } from "../plan";
import { finding } from "./catalog";

/** Whether requests from outside get to the ingress controllers. */
export function judgeIngress({ addons }: Pick<Plan, "addons">): Finding[] {
  return [
    ...judgeAddresses(addons),
    ...judgeNames(addons),
    ...(addons.ingressNginx ? [judgeMaintenance(addons.ingressNginx)] : []),
  ];
}

/** Whoever stays says why: what answers strangers gets no fixes any more. */
function judgeMaintenance({ key, version }: PlannedRelease): Finding {
  return finding(
    "ingress-nginx-retired",
    `addons.${key}`,
    `ingress-nginx ${version} is the last one: its maintenance ended in March 2026, and what is found in it now stays open`,
    "move to addons.traefik: run both, one of them with defaultClass, and give Ingresses the other class one by one",
  );
}

function judgeAddresses(addons: Plan["addons"]): Finding[] {
  const { gateway } = addons.cilium ?? {};
  return [
    ...(gateway?.lacksAddress === true
      ? [
          finding(
            "load-balancer-address-missing",
            "addons.cilium.gateway",
            `the Gateway ${gateway.name} waits for an address, and nothing hands any out: nobody reaches it`,
            "add addons.cilium.loadBalancerPools, and l2 or bgp to announce them",
          ),
        ]
      : []),
    ...judgeControllers(addons),
  ];
}

function judgeControllers(addons: Plan["addons"]): Finding[] {
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

/** Names for Ingresses that have no address to lead to. */
function judgeNames(addons: Plan["addons"]): Finding[] {
  const { externalDns } = addons;
  // ingress-nginx says the addresses of its machines by itself.
  if (!externalDns || addons.traefik?.ingress.expose !== "hostPort" || addons.ingressNginx) return [];
  const [sources, targets] = ["sources", "extraArgs.default-targets"].map((path) => valueAt(externalDns.values, path));
  if (targets !== undefined || !Array.isArray(sources) || !sources.includes("ingress")) return [];
  return [
    finding(
      "dns-target-missing",
      "addons.externalDns.targets",
      "behind ports of machines an Ingress of Traefik has no address: external-dns has nothing its name could lead to",
      "set targets to the machines' addresses, or to one in front of them",
    ),
  ];
}
