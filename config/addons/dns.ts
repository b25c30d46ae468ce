import { z } from "zod";
import { hostOrAddress, integer, label } from "../fields";

/** Keys that the Secret with a DNS provider's credentials has, by provider. */
export const CREDENTIAL_KEYS = {
  cloudflare: ["api-token"],
  digitalocean: ["access-token"],
  route53: ["access-key-id", "secret-access-key"],
  rfc2136: ["tsig-secret"],
  pihole: ["password"],
} as const;

/** Algorithms of keys for updates of DNS servers, as BIND names them. */
export const TSIG_ALGORITHMS = ["hmac-sha256", "hmac-sha512", "hmac-sha1"] as const;

/** What the planner takes where the stack file says nothing. */
export const DNS_DEFAULTS = { port: 53, algorithm: "hmac-sha256", region: "us-east-1" } as const;

/** Name of the Secret with credentials; what is in it never is in the stack file. */
export function credentialSecret(provider: keyof typeof CREDENTIAL_KEYS): z.ZodString {
  const keys = CREDENTIAL_KEYS[provider];
  return label(
    `Secret with the ${keys.length > 1 ? "keys" : "key"} ${keys.join(" and ")}, in the add-on's namespace; the stack's own (secrets) or made by hand`,
  );
}

/** A domain name. */
export function domain(what: string): z.ZodString {
  return z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/)
    .describe(`${what}, for instance example.org`);
}

/** Settings of a DNS server that takes updates by TSIG, such as BIND, Knot or PowerDNS. */
export const rfc2136Shape = {
  server: hostOrAddress("DNS server that takes updates"),
  port: integer(`Port of the server, by default ${DNS_DEFAULTS.port}`, 1, 65_535).optional(),
  keyName: z
    .string()
    .regex(/^[a-zA-Z0-9]([a-zA-Z0-9._-]*[a-zA-Z0-9.])?$/)
    .describe("Name of the key as the server knows it: letters, digits, dots, hyphens and underscores"),
  algorithm: z
    .enum(TSIG_ALGORITHMS)
    .optional()
    .describe(`Algorithm of the key, by default ${DNS_DEFAULTS.algorithm}: ${TSIG_ALGORITHMS.join(", ")}`),
  credentialSecret: credentialSecret("rfc2136"),
};
