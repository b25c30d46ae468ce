import { z } from "zod";
import { hostOrAddress } from "../fields";
import { credentialSecret, domain, rfc2136Shape } from "./dns";
import { oneOf } from "./one-of";
import { namespace, releaseShape } from "./release";

/** Where names can be written. */
export const DNS_PROVIDERS = ["cloudflare", "route53", "rfc2136", "pihole"] as const;

/** What names are read from. */
const SOURCES = [
  "service",
  "ingress",
  "gateway-httproute",
  "gateway-grpcroute",
  "gateway-tlsroute",
  "traefik-proxy",
  "crd",
] as const;

const POLICIES = ["upsert-only", "sync", "create-only"] as const;

/** What the planner takes where the stack file says nothing: no name is ever deleted. */
export const EXTERNAL_DNS_DEFAULTS = { sources: ["service", "ingress"], policy: "upsert-only" } as const;

const provider = oneOf(
  z.strictObject({
    cloudflare: z
      .strictObject({
        credentialSecret: credentialSecret("cloudflare"),
        proxied: z.boolean().optional().describe("Have Cloudflare stand in between, by default false: true or false"),
      })
      .optional()
      .describe("Cloudflare"),
    route53: z
      .strictObject({
        credentialSecret: credentialSecret("route53"),
        zoneType: z.enum(["public", "private"]).optional().describe("Zones that are written, by default both: public or private"),
      })
      .optional()
      .describe("Route 53"),
    rfc2136: z
      .strictObject(rfc2136Shape)
      .optional()
      .describe("A DNS server that takes updates (RFC 2136), zones as domainFilters"),
    pihole: z
      .strictObject({
        server: z
          .string()
          .regex(/^https?:\/\/[a-zA-Z0-9.-]+(:\d+)?\/?$/)
          .describe("URL of Pi-hole 6 or newer, for instance http://pihole.example.org"),
        credentialSecret: credentialSecret("pihole"),
      })
      .optional()
      .describe("Pi-hole, which keeps no record of who wrote a name"),
  }),
  DNS_PROVIDERS,
  "no DNS provider",
).describe(`Where names are written: exactly one of ${DNS_PROVIDERS.join(", ")}`);

/** external-dns: names in DNS for what is reached from outside. */
export const externalDns = z
  .strictObject({
    ...releaseShape("externalDns", "external-dns"),
    namespace: namespace("external-dns"),
    provider,
    /** Required: without any, it writes to whatever the credentials reach. */
    domainFilters: z.array(domain("A domain whose names it writes")).min(1).describe("Domains it writes names of, at least one"),
    sources: z
      .array(z.enum(SOURCES).describe(`What names are read from: ${SOURCES.join(", ")}`))
      .min(1)
      .optional()
      .describe(
        `What names are read from, by default ${EXTERNAL_DNS_DEFAULTS.sources.join(" and ")}, and gateway-httproute where Cilium has a Gateway`,
      ),
    targets: z
      .array(hostOrAddress("An address or name"))
      .min(1)
      .optional()
      .describe(
        "What all names lead to, by default the addresses that Services and Ingresses have; needed behind expose hostPort",
      ),
    policy: z
      .enum(POLICIES)
      .optional()
      .describe(
        "What it may do: upsert-only (default: names stay when what they are for goes), sync (deletes its own) or create-only",
      ),
  })
  .describe("external-dns: names in DNS for Services and Ingresses, marked as the cluster's own");
