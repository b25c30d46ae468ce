import { z } from "zod";
import { addressBlock } from "../address-block";
import { integer, ip, label, labelValue, qualifiedName, whenRight } from "../fields";

/** Seconds Cilium itself takes: its definition of CiliumBGPPeerConfig. */
export const BGP_TIMERS = { holdSeconds: 90, keepAliveSeconds: 30 } as const;

/** Numbers that nobody may use: RFC 7607, RFC 6793 and RFC 7300. */
const RESERVED_ASNS = [23_456, 65_535, 4_294_967_295];

const poolNames = (what: string): z.ZodOptional<z.ZodArray<z.ZodString>> =>
  z.array(label("Name of a pool under addons.cilium.loadBalancerPools")).min(1).optional().describe(`${what}, by default all`);

const workers = z
  .array(label("Name of a worker pool"))
  .min(1)
  .optional()
  .describe("Worker pools whose machines announce addresses, by default all, and the control plane where there are no workers");

function asn(what: string): z.ZodNumber {
  return integer(`Autonomous system number ${what}`, 1, 4_294_967_295).refine((number) => !RESERVED_ASNS.includes(number), {
    error: "reserved: nobody may use it",
  });
}

/** Addresses for Services of type LoadBalancer. */
export const loadBalancerPools = z
  .record(
    label("Name of the pool"),
    z
      .strictObject({
        addresses: z.array(addressBlock).min(1).describe("Addresses of the pool, at least one entry"),
        services: z
          .record(qualifiedName, labelValue)
          .optional()
          .describe("Labels of the Services that get addresses of it, by default all Services"),
      })
      .describe("One pool of addresses"),
  )
  .default({})
  .describe("Pools of addresses for Services of type LoadBalancer, by name");

/** Answers for addresses of the machines' own network. */
export const l2 = z
  .strictObject({
    pools: poolNames("Pools that are announced"),
    interfaces: z
      .array(z.string().min(1).describe("Regular expression that interfaces match, for instance ^eth[0-9]+"))
      .min(1)
      .optional()
      .describe("Interfaces of the machines on which they answer, by default all"),
    workers,
  })
  .optional()
  .describe("Announce addresses on the machines' own network, by ARP and NDP: one machine answers for each, by default off");

const peer = z
  .strictObject({
    address: ip("Address of the router"),
    asn: asn("of the router, the cluster's own for iBGP"),
    port: integer("Port the router listens on, by default 179", 1, 65_535).optional(),
    multihop: integer("Hops to an eBGP router at most, by default 2 over Tailscale and 1 elsewhere", 2, 255).optional(),
    passwordSecret: label(
      "Secret in kube-system with the password of the session under its key password, by default none",
    ).optional(),
    holdSeconds: integer(
      `Silence after which the session is over, by default ${BGP_TIMERS.holdSeconds} seconds`,
      3,
      65_535,
    ).optional(),
    keepAliveSeconds: integer(
      `Time between signs of life, by default a third of holdSeconds and at most ${BGP_TIMERS.keepAliveSeconds} seconds`,
      1,
      65_535,
    ).optional(),
    connectRetrySeconds: integer("Time between attempts to connect, by default 120 seconds", 1, 65_535).optional(),
    gracefulRestartSeconds: integer(
      "How long the router keeps routes while an agent restarts, by default not at all, in seconds",
      1,
      4095,
    ).optional(),
  })
  .refine(({ holdSeconds = BGP_TIMERS.holdSeconds, keepAliveSeconds = 1 }) => keepAliveSeconds <= holdSeconds, {
    when: whenRight("holdSeconds", "keepAliveSeconds"),
    path: ["keepAliveSeconds"],
    error: "longer than the silence that ends the session",
  })
  .describe("One router");

/** Routes to addresses, told to routers. */
export const bgp = z
  .strictObject({
    localAsn: asn("of the cluster"),
    peers: z
      .record(label("Name of the router"), peer)
      .refine((peers) => Object.keys(peers).length > 0, { error: "no router" })
      .describe("Routers the machines speak to, by name, at least one"),
    workers,
    advertise: z
      .strictObject({
        pools: poolNames("Pools whose addresses are announced"),
        podCidrs: z
          .boolean()
          .optional()
          .describe("Also announce each machine's part of the pod network, by default false: true or false"),
      })
      .prefault({})
      .describe("What routers are told"),
  })
  .optional()
  .describe("Announce addresses to routers by BGP, by default off");
