import { isInside } from "../addresses";
import type { Finding, Plan, PlannedBgp, PlannedBgpPeer } from "../plan";
import { finding } from "./catalog";

const AT = "addons.cilium.bgp";

/** Numbers that anybody may use inside of their own networks (RFC 6996). */
const PRIVATE_ASNS = [
  { first: 64_512, last: 65_534 },
  { first: 4_200_000_000, last: 4_294_967_294 },
] as const;

/** Image extension without which a machine is not in a tailnet. */
const TAILSCALE_EXTENSION = "siderolabs/tailscale";

type Judged = Pick<Plan, "addons" | "network" | "machines" | "talos">;

/** Whether sessions come up, and what is told to routers, and by how many. */
export function judgeBgp({ addons, network, machines, talos }: Judged): Finding[] {
  const bgp = addons.cilium?.bgp;
  if (!bgp) return [];
  return [
    ...judgeContent(bgp),
    ...judgeRedundancy(bgp),
    ...judgeNumber(bgp),
    ...bgp.peers.flatMap((peer) => judgePeer(peer, bgp, network)),
    ...judgeTailscale(bgp, machines, talos),
  ];
}

function judgeContent({ prefixes, podSubnets }: PlannedBgp): Finding[] {
  if (prefixes.length > 0 || podSubnets.length > 0) return [];
  return [
    finding(
      "bgp-nothing-advertised",
      `${AT}.advertise`,
      "routers are told nothing: there is no pool of addresses to announce, and podCidrs is false",
      "add addons.cilium.loadBalancerPools, or announce the pods' networks",
    ),
  ];
}

function judgeRedundancy({ peers, machines }: PlannedBgp): Finding[] {
  const [peer] = peers;
  const [machine] = machines;
  return [
    ...(peers.length === 1 && peer
      ? [
          finding(
            "bgp-single-peer",
            `${AT}.peers`,
            `${peer.name} is the only router: while its session is down, no announced address is reached`,
            "add a second router, or live with it where there is only one",
          ),
        ]
      : []),
    ...(machines.length < 2
      ? [
          finding(
            "bgp-single-machine",
            `${AT}.workers`,
            machine
              ? `${machine.name} alone speaks BGP: without it, no announced address is reached`
              : "no machine speaks BGP: the chosen pools have none",
            "choose pools with at least two machines",
          ),
        ]
      : []),
  ];
}

function judgeNumber({ localAsn }: PlannedBgp): Finding[] {
  if (PRIVATE_ASNS.some(({ first, last }) => localAsn >= first && localAsn <= last)) return [];
  return [
    finding(
      "bgp-asn-public",
      `${AT}.localAsn`,
      `${localAsn} is no private number: it belongs to somebody, and whoever hears of it believes that routes come from there`,
      "take one from 64512 to 65534 or from 4200000000 to 4294967294, unless it was given to you",
    ),
  ];
}

function judgePeer(
  { name, address, asn, multihop }: PlannedBgpPeer,
  { localAsn }: PlannedBgp,
  { subnets }: Plan["network"],
): Finding[] {
  const path = `${AT}.peers.${name}`;
  if (asn === localAsn) {
    const ignored = multihop === undefined ? "" : ", and multihop means nothing there";
    return [
      finding(
        "bgp-internal",
        path,
        `${name} has the cluster's own number ${asn}: by iBGP it tells no other iBGP router what it hears, unless it is a route reflector${ignored}`,
        "give the cluster a number of its own, or make the router a route reflector",
      ),
    ];
  }
  const isNear = subnets.length === 0 || subnets.some(({ subnet }) => isInside(address, subnet));
  if (isNear || multihop !== undefined) return [];
  return [
    finding(
      "bgp-multihop-missing",
      path,
      `${name} at ${address} is not in ${subnets.map(({ subnet }) => subnet).join(" or ")}: eBGP goes one hop far, so the session never comes up`,
      `add multihop: 2, or as many hops as there are to ${name}`,
    ),
  ];
}

function judgeTailscale(
  { peers, machines: speaking }: PlannedBgp,
  machines: Plan["machines"],
  { schematics }: Plan["talos"],
): Finding[] {
  const over = peers.filter(({ tailscale }) => tailscale).map(({ name }) => name);
  if (over.length === 0) return [];
  const has = new Set(schematics.filter(({ yaml }) => yaml.includes(`- ${TAILSCALE_EXTENSION}\n`)).map(({ key }) => key));
  const without = machines.filter(({ name, schematic }) => speaking.some((each) => each.name === name) && !has.has(schematic));
  if (without.length === 0) return [];
  return [
    finding(
      "bgp-tailscale-missing",
      "talos.extensions",
      `${over.join(", ")} ${over.length === 1 ? "is" : "are"} reached over Tailscale, which ${without.map(({ name }) => name).join(", ")} ${without.length === 1 ? "does" : "do"} not have`,
      "put these machines into the tailnet: talos.tailscale",
    ),
  ];
}
