import type { Edits, Knob } from "./table";

const AT = "addons.cilium";
const PEER = `${AT}.bgp.peers.router`;

/** Two pools of addresses, announced by L2 and by BGP. */
const GIVEN: Edits = {
  [`${AT}.loadBalancerPools`]: {
    near: { addresses: ["10.0.0.200-10.0.0.209"], services: { tier: "near" } },
    far: { addresses: ["203.0.113.8/29"], services: { tier: "far" } },
  },
  [`${AT}.l2`]: { pools: ["near"] },
  [`${AT}.bgp`]: {
    localAsn: 64512,
    peers: { router: { address: "10.0.0.1", asn: 64513 } },
    advertise: { pools: ["far"] },
  },
};

/** A Gateway and its certificate. */
const GATEWAY: Edits = {
  "addons.gatewayApi": {},
  "addons.certManager": { issuers: { one: { selfSigned: {} }, two: { selfSigned: {} } } },
  [`${AT}.gateway`]: { https: { issuer: "one", hostnames: ["*.example.org"] } },
};

const GATEWAY_TURNED: Readonly<Record<string, Edits>> = {
  name: { [`${AT}.gateway.name`]: "public" },
  "https.issuer": { [`${AT}.gateway.https.issuer`]: "two" },
  "https.hostnames[]": { [`${AT}.gateway.https.hostnames`]: ["example.net"] },
  "addresses[]": { [`${AT}.gateway.addresses`]: ["10.0.0.200"] },
  "labels.*": { [`${AT}.gateway.labels`]: { tier: "near" } },
};

const TURNED: Readonly<Record<string, Edits>> = {
  "loadBalancerPools.*.addresses[]": { [`${AT}.loadBalancerPools.far.addresses`]: ["203.0.113.16/29"] },
  "loadBalancerPools.*.services.*": { [`${AT}.loadBalancerPools.far.services.tier`]: "further" },
  "l2.pools[]": { [`${AT}.l2.pools`]: ["near", "far"] },
  "l2.interfaces[]": { [`${AT}.l2.interfaces`]: ["^eth0$"] },
  "l2.workers[]": { [`${AT}.l2.workers`]: ["main"] },
  "bgp.localAsn": { [`${AT}.bgp.localAsn`]: 64514 },
  "bgp.workers[]": { [`${AT}.bgp.workers`]: ["main"] },
  "bgp.advertise.pools[]": { [`${AT}.bgp.advertise.pools`]: ["near"] },
  "bgp.advertise.podCidrs": { [`${AT}.bgp.advertise.podCidrs`]: true },
  ...Object.fromEntries(
    Object.entries({
      address: "10.0.0.3",
      asn: 64515,
      port: 1790,
      multihop: 3,
      passwordSecret: "bgp",
      holdSeconds: 9,
      keepAliveSeconds: 3,
      connectRetrySeconds: 5,
      gracefulRestartSeconds: 60,
    }).map(([key, value]): [string, Edits] => [`bgp.peers.*.${key}`, { [`${PEER}.${key}`]: value }]),
  ),
};

/** Knobs of what Cilium announces. */
export const ANNOUNCEMENT_KNOBS: Readonly<Record<string, Knob>> = {
  ...knobs(AT, GIVEN, TURNED),
  ...knobs(`${AT}.gateway`, GATEWAY, GATEWAY_TURNED),
};

function knobs(at: string, given: Edits, all: Readonly<Record<string, Edits>>): Readonly<Record<string, Knob>> {
  return Object.fromEntries(Object.entries(all).map(([path, turned]): [string, Knob] => [`${at}.${path}`, { given, turned }]));
}
