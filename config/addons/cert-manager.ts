import { z } from "zod";
import { integer, ip, label } from "../fields";
import { CHARTS } from "../versions";
import { credentialSecret, domain, rfc2136Shape } from "./dns";
import { oneOf } from "./one-of";
import { byClass, namespace, releaseShape } from "./release";

/** Servers of Let's Encrypt by the names a stack file has for them; what staging signs nobody trusts, and it has hardly any limits. */
export const ACME_SERVERS = {
  production: "https://acme-v02.api.letsencrypt.org/directory",
  staging: "https://acme-staging-v02.api.letsencrypt.org/directory",
} as const;

/** What the planner takes where the stack file says nothing; never more pods than machines. */
export const CERT_MANAGER_DEFAULTS = { replicas: { homelab: 1, prod: 2 }, acmeServer: "production", caYears: 10 } as const;

/** Where a DNS name can be shown to be one's own. */
export const DNS01_PROVIDERS = ["cloudflare", "digitalocean", "rfc2136", "route53"] as const;

const selfSigned = z
  .strictObject({
    commonName: z
      .string()
      .regex(/^[ -~]{1,64}$/)
      .optional()
      .describe("Name of the authority in its certificate, by default that of the cluster and the issuer; at most 64 characters"),
    years: integer(
      `Years the authority's certificate is good for, by default ${CERT_MANAGER_DEFAULTS.caYears}`,
      1,
      30,
    ).optional(),
  })
  .describe("An authority of the cluster's own, which nobody trusts who was not told to");

const dns01 = oneOf(
  z.strictObject({
    cloudflare: z
      .strictObject({ credentialSecret: credentialSecret("cloudflare") })
      .optional()
      .describe("Cloudflare"),
    digitalocean: z
      .strictObject({ credentialSecret: credentialSecret("digitalocean") })
      .optional()
      .describe("DigitalOcean"),
    rfc2136: z.strictObject(rfc2136Shape).optional().describe("A DNS server that takes updates (RFC 2136)"),
    route53: z
      .strictObject({
        credentialSecret: credentialSecret("route53"),
        hostedZoneId: z
          .string()
          .regex(/^Z[A-Z0-9]{1,31}$/)
          .optional()
          .describe("Id of the zone, by default found by its name: Z, digits and capitals"),
      })
      .optional()
      .describe("Route 53"),
    zones: z.array(domain("A domain")).min(1).optional().describe("Domains it is for, by default all"),
  }),
  DNS01_PROVIDERS,
  "no DNS provider",
).describe(
  `By a record in DNS, for names that nobody reaches and for *.: exactly one of ${DNS01_PROVIDERS.join(", ")}, and zones`,
);

const acme = z
  .strictObject({
    email: z.email().describe("Where warnings of the authority go, an e-mail address"),
    server: z
      .string()
      .regex(/^(production|staging|https:\/\/[a-zA-Z0-9.-]+(:\d+)?(\/\S*)?)$/)
      .optional()
      .describe("production (default) or staging of Let's Encrypt, or the URL of another authority's directory"),
    http01: z
      .strictObject({
        ingressClass: label(
          "Class of the Ingress that answers, by default the stack's own ingress controller's, or a route at Cilium's Gateway",
        ).optional(),
      })
      .optional()
      .describe("By an answer on port 80, for names that the authority reaches"),
    dns01: dns01.optional(),
  })
  .refine(({ http01, dns01: dns }) => http01 !== undefined || dns !== undefined, {
    error: "no way to show whose a name is",
  })
  .describe("An authority that others trust: http01, dns01 or both");

const issuer = oneOf(
  z.strictObject({ selfSigned: selfSigned.optional(), acme: acme.optional() }),
  ["selfSigned", "acme"],
  "no kind of issuer",
).describe("An issuer of certificates: selfSigned or acme");

/** cert-manager: certificates, and those who sign them. */
export const certManager = z
  .strictObject({
    ...releaseShape("certManager", "cert-manager"),
    /** Published with its v, and found by no other name. */
    version: z
      .string()
      .regex(/^v\d+\.\d+\.\d+$/)
      .default(CHARTS.certManager.pinned)
      .describe(`Version of the chart cert-manager, for instance ${CHARTS.certManager.pinned}`),
    namespace: namespace("cert-manager"),
    replicas: integer(
      `Pods of each of its parts (controller, webhook, cainjector), by default ${byClass(CERT_MANAGER_DEFAULTS.replicas)}`,
      1,
      5,
    ).optional(),
    nameservers: z
      .array(ip("DNS server"))
      .min(1)
      .optional()
      .describe(
        "DNS servers that are asked whether a record is there, by default the cluster's; for names with another answer inside",
      ),
    issuers: z
      .record(label("Name of the ClusterIssuer"), issuer)
      .default({})
      .describe("Issuers for certificates of any namespace, by name; by default none"),
  })
  .describe("cert-manager: certificates, kept in Secrets and renewed");
