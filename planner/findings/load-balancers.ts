import type { Neighbour } from "../../config/neighbours";
import { blockOf, isWithin, meet } from "../address-blocks";
import type { CiliumFacts, Finding, IngressFacts, Plan, PlannedAddressPool, PlannedService } from "../plan";
import { handOut } from "../pool-addresses";
import { finding } from "./catalog";

const AT = "addons.cilium.loadBalancerPools";

/** Pools of addresses that nobody asks the way to, or that several answer for. */
export function judgeLoadBalancers(
  { addons, network, kubernetes }: Pick<Plan, "addons" | "network" | "kubernetes">,
  neighbours: readonly Neighbour[],
): Finding[] {
  const { cilium } = addons;
  if (!cilium) return [];
  return [
    ...cilium.pools.flatMap((pool) => [...judgeAnnouncement(pool), ...judgePlace(pool, network)]),
    ...judgePending(addons, cilium, kubernetes),
    ...judgeSelectors(cilium),
    ...judgeSharing(cilium, neighbours),
  ];
}

function judgeAnnouncement({ name, l2, bgp }: PlannedAddressPool): Finding[] {
  const path = `${AT}.${name}`;
  if (l2 && bgp) {
    return [
      finding(
        "load-balancer-announced-twice",
        path,
        `both L2 and BGP announce ${name}: the two do not choose the same machine for an address, and when one fails the other hides it`,
        `leave ${name} out of addons.cilium.l2.pools or of addons.cilium.bgp.advertise.pools`,
      ),
    ];
  }
  if (l2 || bgp) return [];
  return [
    finding(
      "load-balancer-unannounced",
      path,
      `nobody announces ${name}: Services get addresses of it that nothing outside of the cluster finds the way to`,
      `name it in addons.cilium.l2.pools or in addons.cilium.bgp.advertise.pools, or announce it by other means`,
    ),
  ];
}

/** ARP reaches only the machines' own network, and there a route is never looked up. */
function judgePlace({ name, addresses, l2, bgp }: PlannedAddressPool, { subnets }: Plan["network"]): Finding[] {
  if (subnets.length === 0 || l2 === bgp) return [];
  const isOnLink = (text: string): boolean => subnets.some(({ subnet }) => isWithin(blockOf(text), subnet));
  const wrong = addresses.filter((text) => isOnLink(text) !== l2);
  if (wrong.length === 0) return [];
  const own = subnets.map(({ subnet }) => subnet).join(" and ");
  return [
    l2
      ? finding(
          "load-balancer-off-link",
          `${AT}.${name}`,
          `${wrong.join(", ")} of ${name} ${wrong.length === 1 ? "is" : "are"} not in ${own}: nobody there asks by ARP for it, unless routers take it for their own network`,
          "take addresses of the machines' network, or announce them by BGP",
        )
      : finding(
          "load-balancer-on-link",
          `${AT}.${name}`,
          `${wrong.join(", ")} of ${name} ${wrong.length === 1 ? "is" : "are"} in the machines' own network ${own}: whoever is in it asks by ARP instead of a router, and nobody answers`,
          "take addresses of another network, or announce them by L2",
        ),
  ];
}

/** Services of add-ons for which there is no address, although there are pools. */
function judgePending(
  addons: Plan["addons"],
  { pools }: CiliumFacts,
  { serviceSubnets: [first = ""] }: Plan["kubernetes"],
): Finding[] {
  if (pools.length === 0) return [];
  return handOut(servicesOf(addons), pools, blockOf(first).family).flatMap(({ service: { namespace, name }, pending }) =>
    pending === undefined
      ? []
      : [
          finding(
            "load-balancer-pending",
            AT,
            `the Service ${namespace}/${name} gets no address: ${pending}`,
            "give a pool more addresses or the Service's labels, ask for others, or expose fewer things by a load balancer",
          ),
        ],
  );
}

/** Services of type LoadBalancer that add-ons make. */
export function servicesOf(addons: Plan["addons"]): readonly PlannedService[] {
  const { gateway } = addons.cilium ?? {};
  const controllers = Object.values(addons).flatMap((release) => (release as Partial<IngressFacts>).ingress?.service ?? []);
  return [...controllers, ...(gateway ? [gateway.service] : [])];
}

/** Cilium takes an address from whichever pool fits a Service, and announces Services, not pools. */
function judgeSelectors({ pools }: CiliumFacts): Finding[] {
  const open = pools.filter(({ services }) => Object.keys(services).length === 0).map(({ name }) => name);
  if (pools.length < 2 || open.length === 0) return [];
  return [
    finding(
      "load-balancer-pool-open",
      `${AT}.${open[0] ?? ""}`,
      `${open.join(", ")} of ${pools.length} pools ${open.length === 1 ? "takes" : "take"} every Service: which pool a Service gets its address from is chance, and so is who announces it`,
      "give every pool labels of its own Services",
    ),
  ];
}

/** One address that two clusters announce leads to either of them, wherever they are. */
function judgeSharing({ pools }: CiliumFacts, neighbours: readonly Neighbour[]): Finding[] {
  return [...neighbours]
    .sort((a, b) => (a.file < b.file ? -1 : 1))
    .flatMap(({ file, config }) =>
      Object.entries(config?.addons.cilium.loadBalancerPools ?? {})
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([other, { addresses: theirs }]) =>
          pools.flatMap(({ name, addresses }) => {
            const shared = addresses.find((mine) => theirs.some((each) => meet(blockOf(mine), blockOf(each))));
            if (shared === undefined) return [];
            return [
              finding(
                "load-balancer-shared",
                `${AT}.${name}`,
                `${shared} is in pool ${other} of ${file}, too: an address that two clusters announce leads to either of them`,
                "leave it out of one of the two; when an address moves, take it out there first",
              ),
            ];
          }),
        ),
    );
}
