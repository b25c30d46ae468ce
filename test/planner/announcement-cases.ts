import type { stackFile } from "../stacks";

/** One finding about announced addresses: its code, when it is reported, what Cilium is told, what is said. */
export type AnnouncementCase = readonly [
  code: string,
  when: string,
  cilium: string,
  expected: string[],
  more?: Parameters<typeof stackFile>[0],
];

const PEERS = "peers: { a: { address: 192.168.1.1, asn: 64513 }, b: { address: 192.168.1.3, asn: 64513 } }";
const ROUTED = "pub: { addresses: [203.0.113.8/29] }";
const ON_LINK = "pub: { addresses: [192.168.1.200-192.168.1.209] }";

const bgp = (more: string, pools = ROUTED): string => `{ loadBalancerPools: { ${pools} }, bgp: { localAsn: 64512, ${more} } }`;

/** What is known of announcing addresses, one case for each code. */
export const ANNOUNCEMENT_CASES: readonly AnnouncementCase[] = [
  [
    "load-balancer-announced-twice",
    "L2 and BGP announce the same addresses",
    `{ loadBalancerPools: { ${ON_LINK} }, l2: {}, bgp: { localAsn: 64512, ${PEERS} } }`,
    [
      "addons.cilium.loadBalancerPools.pub: both L2 and BGP announce pub: the two do not choose the same machine for an address, and when one fails the other hides it",
    ],
  ],
  [
    "load-balancer-unannounced",
    "nobody announces addresses",
    `{ loadBalancerPools: { ${ROUTED} } }`,
    [
      "addons.cilium.loadBalancerPools.pub: nobody announces pub: Services get addresses of it that nothing outside of the cluster finds the way to",
    ],
  ],
  [
    "load-balancer-off-link",
    "addresses announced by L2 are of another network",
    `{ loadBalancerPools: { pub: { addresses: [203.0.113.8/29, 192.168.1.200] } }, l2: {} }`,
    [
      "addons.cilium.loadBalancerPools.pub: 203.0.113.8/29 of pub is not in 192.168.1.0/24: nobody there asks by ARP for it, unless routers take it for their own network",
    ],
  ],
  [
    "load-balancer-on-link",
    "addresses announced by BGP are of the machines' own network",
    bgp(PEERS, ON_LINK),
    [
      "addons.cilium.loadBalancerPools.pub: 192.168.1.200-192.168.1.209 of pub is in the machines' own network 192.168.1.0/24: whoever is in it asks by ARP instead of a router, and nobody answers",
    ],
  ],
  [
    "load-balancer-pending",
    "there is no address for a Service",
    "{ loadBalancerPools: { pub: { addresses: [192.168.1.200] } }, l2: {}, gateway: {} }, gatewayApi: {}, traefik: { addresses: [192.168.1.200] }, ingressNginx: { addresses: [192.168.1.9] }",
    [
      "addons.cilium.loadBalancerPools: the Service ingress-nginx/ingress-nginx-controller gets no address: 192.168.1.9 is in none of its pools (pub)",
      "addons.cilium.loadBalancerPools: the Service gateway-api/cilium-gateway-shared gets no address: its pools (pub) have no IPv4 address left",
    ],
  ],
  [
    "load-balancer-pool-open",
    "one of several pools takes every Service",
    bgp(PEERS, `${ROUTED}, web: { addresses: [203.0.113.20], services: { web: "1" } }`),
    [
      "addons.cilium.loadBalancerPools.pub: pub of 2 pools takes every Service: which pool a Service gets its address from is chance, and so is who announces it",
    ],
  ],
  [
    "bgp-nothing-advertised",
    "routers are told nothing",
    bgp(PEERS, ""),
    ["addons.cilium.bgp.advertise: routers are told nothing: there is no pool of addresses to announce, and podCidrs is false"],
  ],
  [
    "bgp-single-peer",
    "there is one router",
    bgp("peers: { a: { address: 192.168.1.1, asn: 64513 } }"),
    ["addons.cilium.bgp.peers: a is the only router: while its session is down, no announced address is reached"],
  ],
  [
    "bgp-single-machine",
    "one machine speaks BGP",
    bgp(PEERS),
    ["addons.cilium.bgp.workers: work-00 alone speaks BGP: without it, no announced address is reached"],
    { workers: "{ main: { count: 1, cores: 2, memoryGiB: 4, diskGiB: 20, hosts: [pve-1] } }" },
  ],
  [
    "bgp-asn-public",
    "the cluster's number is somebody else's",
    bgp(PEERS).replace("64512", "3320"),
    [
      "addons.cilium.bgp.localAsn: 3320 is no private number: it belongs to somebody, and whoever hears of it believes that routes come from there",
    ],
  ],
  [
    "bgp-internal",
    "a router has the cluster's own number",
    bgp("peers: { a: { address: 192.168.1.1, asn: 64512, multihop: 3 }, b: { address: 192.168.1.3, asn: 64513 } }"),
    [
      "addons.cilium.bgp.peers.a: a has the cluster's own number 64512: by iBGP it tells no other iBGP router what it hears, unless it is a route reflector, and multihop means nothing there",
    ],
  ],
  [
    "bgp-multihop-missing",
    "an eBGP router is more than one hop away",
    bgp("peers: { a: { address: 10.9.0.1, asn: 64513 }, b: { address: 10.9.0.2, asn: 64513, multihop: 2 } }"),
    ["addons.cilium.bgp.peers.a: a at 10.9.0.1 is not in 192.168.1.0/24: eBGP goes one hop far, so the session never comes up"],
  ],
  [
    "bgp-tailscale-missing",
    "a router is reached over Tailscale and machines have none",
    bgp("peers: { a: { address: 100.64.0.1, asn: 64513 }, b: { address: 192.168.1.1, asn: 64513 } }"),
    ["talos.extensions: a is reached over Tailscale, which work-00, work-01 do not have"],
  ],
];
