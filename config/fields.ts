import ipaddr from "ipaddr.js";
import { z } from "zod";

/** Labels of at most 63 letters, digits and hyphens, joined by dots. */
const HOST_NAME = /^(?=.{1,253}$)[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;

/** Highest id Proxmox gives a VM. */
export const LAST_VM_ID = 999_999_999;

/** A whole number in a range, described with its unit. */
export function integer(what: string, minimum: number, maximum: number): z.ZodNumber {
  return z.int().min(minimum).max(maximum).describe(`${what}, a whole number from ${minimum} to ${maximum}`);
}

/** IPv4 address without prefix length. */
export function ipv4(what: string): z.ZodString {
  return z.string().refine(isIpv4, { error: "no IPv4 address" }).describe(`${what}, an IPv4 address such as 192.168.68.51`);
}

/** IPv6 address without prefix length. */
export function ipv6(what: string): z.ZodString {
  return z.string().refine(isIpv6, { error: "no IPv6 address" }).describe(`${what}, an IPv6 address such as fd00:68::1`);
}

/** Address of either family without prefix length. */
export function ip(what: string): z.ZodString {
  return z
    .string()
    .refine(isAddress, { error: "no IP address" })
    .describe(`${what}, an IP address such as 192.168.68.51 or fd00:68::51`);
}

/** Network of either family in CIDR form, without host bits. */
export function subnet(what: string): z.ZodString {
  return z
    .string()
    .refine(isSubnet, { error: "no IP network" })
    .describe(`${what} in CIDR form, for instance 192.168.68.0/24 or fd00:68::/64`);
}

/** Name or address of a machine. */
export function hostOrAddress(what: string): z.ZodString {
  return z
    .string()
    .refine((text) => isAddress(text) || HOST_NAME.test(text), { error: "neither a name nor an address" })
    .describe(`${what}, a DNS name such as api.example.org or an IP address`);
}

/**
 * When an object is judged as a whole: also while other keys of it are wrong, so that all is said at once, but never from keys that
 * are wrong themselves.
 *
 * @param reads keys the judgement reads
 */
export function whenRight(...reads: readonly string[]): (payload: z.core.ParsePayload) => boolean {
  return ({ value, issues }) =>
    value !== null &&
    typeof value === "object" &&
    !Array.isArray(value) &&
    !issues.some(({ path }) => path?.[0] !== undefined && reads.includes(String(path[0])));
}

/** Name that becomes part of host names and Kubernetes objects. */
export function label(what: string): z.ZodString {
  return z
    .string()
    .regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/)
    .describe(`${what}: lower-case letters, digits and hyphens, at most 40, beginning with a letter`);
}

/** Id of a Proxmox storage. */
export function storageId(what: string): z.ZodString {
  return z
    .string()
    .regex(/^[a-zA-Z][a-zA-Z0-9._-]*[a-zA-Z0-9]$/)
    .describe(`${what}: letters, digits, dots, hyphens and underscores, beginning with a letter`);
}

/** A number in a range, described with its unit. */
export function amount(what: string, minimum: number, maximum: number): z.ZodNumber {
  return z.number().min(minimum).max(maximum).describe(`${what}, a number from ${minimum} to ${maximum}`);
}

/** Map that is handed on as it is: whoever reads it judges it. */
export function freeMap(what: string): z.ZodRecord<z.ZodString, z.ZodUnknown> {
  return z.record(z.string().min(1), z.unknown().describe("Anything")).describe(`${what}, a map`);
}

/** Key of a Kubernetes label or taint: a name, with a DNS prefix before a slash if need be. */
export const qualifiedName = z
  .string()
  .regex(/^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[a-zA-Z0-9]([a-zA-Z0-9._-]{0,61}[a-zA-Z0-9])?$/)
  .describe(
    "Name of a label or taint: at most 63 letters, digits, dots, hyphens and underscores, after an optional DNS prefix and a slash",
  );

/** Value of a Kubernetes label or taint. */
export const labelValue = z
  .string()
  .regex(/^([a-zA-Z0-9]([a-zA-Z0-9._-]{0,61}[a-zA-Z0-9])?)?$/)
  .describe("Value of a label or taint: at most 63 letters, digits, dots, hyphens and underscores, or nothing");

/** Whether a text is an IPv4 address. */
export function isIpv4(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text);
}

function isIpv6(text: string): boolean {
  // A zone names a link of one machine, which means nothing in a stack file.
  return ipaddr.IPv6.isValid(text) && !text.includes("%");
}

/** Whether a text is an address of either family. */
export function isAddress(text: string): boolean {
  return isIpv4(text) || isIpv6(text);
}

/** Whether a text is a network of either family in CIDR form, without host bits. */
export function isSubnet(text: string): boolean {
  const [address = "", prefix] = text.split("/");
  if (prefix === undefined || !isAddress(address) || !ipaddr.isValidCIDR(text)) return false;
  return ordinal(address) === ordinal(network(text));
}

function network(cidr: string): string {
  return (cidr.includes(":") ? ipaddr.IPv6 : ipaddr.IPv4).networkAddressFromCIDR(cidr).toString();
}

/** Position of an address among all of its family. */
export function ordinal(address: string): bigint {
  return ipaddr
    .parse(address)
    .toByteArray()
    .reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
}
