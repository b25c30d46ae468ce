import ipaddr from "ipaddr.js";
import { z } from "zod";

/** A whole number in a range, described with its unit. */
export function integer(what: string, minimum: number, maximum: number): z.ZodNumber {
  return z.int().min(minimum).max(maximum).describe(`${what}, a whole number from ${minimum} to ${maximum}`);
}

/** IPv4 address without prefix length. */
export function ipv4(what: string): z.ZodString {
  return z
    .string()
    .refine((text) => ipaddr.IPv4.isValidFourPartDecimal(text))
    .describe(`${what}, an IPv4 address such as 192.168.68.51`);
}

/** `first-last`, both IPv4. */
export const addressRange = z
  .string()
  .regex(/^\d{1,3}(\.\d{1,3}){3}-\d{1,3}(\.\d{1,3}){3}$/)
  .describe("Range of IPv4 addresses as first-last, for instance 192.168.68.100-192.168.68.109");

/** `first-last`, both VM ids. */
export const idRange = z
  .string()
  .regex(/^\d+-\d+$/)
  .describe('Range of VM ids as "first-last", for instance "103-105"');

/** `<prefix><first>..<last>`, both numbers with the same number of digits. */
export const nameRange = z
  .string()
  .regex(/^[a-z]([a-z0-9-]*-)?\d+\.\.\d+$/)
  .describe("Range of machine names as prefix, first and last number, for instance work-03..06");

/** Name that becomes part of host names and Kubernetes objects. */
export function label(what: string): z.ZodString {
  return z
    .string()
    .regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/)
    .describe(`${what}: lower-case letters, digits and hyphens, at most 40, beginning with a letter`);
}
