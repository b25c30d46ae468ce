import { z } from "zod";
import { hostOrAddress, integer, ip, ipv6, subnet, whenRight } from "./fields";
import { haproxy } from "./haproxy";
import { addressRange } from "./range-fields";

/** The ways to the Kubernetes API, of which a stack has one. */
export const ENDPOINT_KINDS = ["address", "vip", "dns", "loadBalancer", "haproxy"] as const;

const endpoint = z
  .strictObject({
    address: ip("A control plane's own address").optional(),
    vip: ip("Virtual IP that the control planes share").optional(),
    dns: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/)
      .optional()
      .describe("DNS name that resolves to every control plane, for instance api.example.org"),
    loadBalancer: hostOrAddress("Load balancer in front of all control planes").optional(),
    haproxy: haproxy.optional(),
    /** The machines themselves always listen on 6443: another port only makes sense in front of them. */
    port: integer("Port of the load balancer", 1, 65_535).optional(),
  })
  .refine((value) => ENDPOINT_KINDS.filter((kind) => value[kind] !== undefined).length === 1, {
    when: whenRight(),
    error: ({ input }) => {
      const given = ENDPOINT_KINDS.filter((kind) => Object.hasOwn(input as object, kind));
      return given.length === 0 ? "no way to the API" : `${given.join(" and ")} at once`;
    },
  })
  .refine(({ port, loadBalancer }) => port === undefined || loadBalancer !== undefined, {
    when: whenRight(),
    path: ["port"],
    error: "only a load balancer has a port of its own",
  })
  .describe(
    "Where the Kubernetes API is reached: exactly one of address (a machine's own), vip (shared), dns, loadBalancer and haproxy",
  );

const secondary = z
  .strictObject({
    subnet: subnet("IPv6 network of the machines").refine((text) => text.includes(":"), { error: "no IPv6 network" }),
    gateway: ipv6("Default gateway"),
    addresses: addressRange
      .refine((text) => text.includes(":"), { error: "no IPv6 addresses" })
      .describe("IPv6 addresses of the machines as first-last, several separated by commas, as many as network.addresses has"),
  })
  .describe("IPv6 beside IPv4: each machine's position in network.addresses is also its position here");

/** The network all machines share. */
export const network = z
  .strictObject({
    /** Needed by every stack with VMs; machines that exist bring their addresses along. */
    subnet: subnet("Network of the machines").optional(),
    gateway: ip("Default gateway").optional(),
    addresses: addressRange
      .describe(
        "Addresses the machines of the stack may use as first-last, several separated by commas, for instance 192.168.68.100-192.168.68.109",
      )
      .optional(),
    ipv6: secondary.optional(),
    endpoint,
    nameservers: z.array(ip("DNS server")).min(1).optional().describe("DNS servers, at least one, by default the gateway"),
    searchDomains: z
      .array(hostOrAddress("Domain"))
      .default([])
      .describe("Domains that names without a dot are looked up in, by default none"),
    timeServers: z
      .array(z.string().min(1).describe("Name or address of an NTP server"))
      .min(1)
      // Talos' own default, written out so that the plan shows it.
      .default(["time.cloudflare.com"])
      .describe("NTP servers, at least one"),
    mtu: integer("Largest packet on the machines' network, by default that of the bridge, in bytes", 1280, 9216).optional(),
  })
  .refine(({ subnet: own, ipv6: second }) => second === undefined || own === undefined || !own.includes(":"), {
    when: whenRight("subnet", "ipv6"),
    path: ["ipv6"],
    error: "a second IPv6 network: network.subnet is IPv6 already",
  })
  .describe("Subnet, addresses and API endpoint");
