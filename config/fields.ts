import ipaddr from "ipaddr.js";
import { z } from "zod";

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

/** `first-last`, both IPv4. */
export const addressRange = z
  .string()
  // A text of another form is one problem, not three: what follows is asked only when this holds.
  .regex(/^\d{1,3}(\.\d{1,3}){3}-\d{1,3}(\.\d{1,3}){3}$/, { abort: true })
  .refine((text) => text.split("-").every(isIpv4), {
    abort: true,
    error: ({ input }) => `${ends(input).find((end) => !isIpv4(end)) ?? ""} is no IPv4 address`,
  })
  .refine((text) => isRising(ends(text).map(ordinal)), { error: "ends before it begins" })
  .describe("Range of IPv4 addresses as first-last, for instance 192.168.68.100-192.168.68.109");

/** `first-last`, both VM ids. */
export const idRange = z
  .string()
  .regex(/^\d+-\d+$/, { abort: true })
  .refine((text) => ends(text).every((end) => Number(end) >= 100 && Number(end) <= LAST_VM_ID), {
    abort: true,
    error: "not all of these are VM ids",
  })
  .refine((text) => isRising(ends(text).map(Number)), { error: "ends before it begins" })
  .describe(`Range of VM ids from 100 to ${LAST_VM_ID} as first-last, for instance 103-105`);

/** `<prefix><first>..<last>`, both numbers with the same number of digits. */
export const nameRange = z
  .string()
  .regex(/^[a-z]([a-z0-9-]{0,40}-)?\d{1,6}\.\.\d{1,6}$/, { abort: true })
  .refine((text) => new Set(digits(text).map(({ length }) => length)).size === 1, {
    abort: true,
    error: "the two numbers have different widths",
  })
  .refine((text) => isRising(digits(text).map(Number)), { error: "ends before it begins" })
  .describe("Range of machine names as prefix, first and last number of equal width, for instance work-03..06");

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

function isIpv4(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text);
}

function ends(range: unknown): string[] {
  return String(range).split("-");
}

function digits(range: string): string[] {
  return range.match(/\d+(?=\.\.)|(?<=\.\.)\d+/g) ?? [];
}

function ordinal(address: string): number {
  return ipaddr.IPv4.parse(address).octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

function isRising([first = 0, last = 0]: readonly number[]): boolean {
  return first <= last;
}
