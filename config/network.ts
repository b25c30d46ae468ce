import ipaddr from "ipaddr.js";
import { z } from "zod";
import { addressRange, ipv4 } from "./fields";

const endpoint = z
  .strictObject({
    address: ipv4("A control plane's own address").optional(),
    vip: ipv4("Virtual IP that the control planes share").optional(),
  })
  .refine((value) => (value.address === undefined) !== (value.vip === undefined), {
    error: ({ input }) => (Object.keys(input as object).length === 0 ? "neither address nor vip" : "both address and vip"),
  })
  .describe("Where the Kubernetes API is reached: exactly one of address (a machine's own) and vip (shared)");

/** Keys that will mean something: who writes one deserves better than "unknown key". Paths as in problems. */
export const notYet: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "network.endpoint.dns": "a name in front of the API is not supported yet",
    "network.endpoint.loadBalancer": "a load balancer in front of the API is not supported yet",
  }),
);

/** The network all machines share. */
export const network = z
  .strictObject({
    subnet: z
      .string()
      .refine(
        (text) => ipaddr.IPv4.isValidCIDR(text) && ipaddr.IPv4.networkAddressFromCIDR(text).toString() === text.split("/")[0],
        { error: "no IPv4 network" },
      )
      .describe("Network of the machines in CIDR form, for instance 192.168.68.0/24"),
    gateway: ipv4("Default gateway"),
    addresses: addressRange.describe(
      "Addresses the machines of the stack may use as first-last, for instance 192.168.68.100-192.168.68.109",
    ),
    endpoint,
    nameservers: z.array(ipv4("DNS server")).min(1).optional().describe("DNS servers, at least one, by default the gateway"),
    timeServers: z
      .array(z.string().min(1).describe("Name or address of an NTP server"))
      .min(1)
      // Talos' own default, written out so that the plan shows it.
      .default(["time.cloudflare.com"])
      .describe("NTP servers, at least one"),
  })
  .describe("Subnet, addresses and API endpoint");
