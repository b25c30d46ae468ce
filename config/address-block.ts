import { z } from "zod";
import { isAddress, isIpv4, isSubnet, ordinal } from "./fields";

/** One address, `first-last`, or a network in CIDR form, as lists of public addresses are written. */
export const addressBlock = z
  .string()
  .refine((text) => isSubnet(text) || ends(text).every(isAddress), {
    abort: true,
    error: "neither an address, a range nor a network",
  })
  .refine((text) => text.includes("/") || new Set(ends(text).map(isIpv4)).size === 1, {
    abort: true,
    error: "mixes IPv4 and IPv6",
  })
  .refine((text) => text.includes("/") || isRising(ends(text)), { error: "ends before it begins" })
  .describe(
    "One address, a range as first-last or a network in CIDR form, for instance 203.0.113.8/29 or 203.0.113.20-203.0.113.23",
  );

function ends(text: string): string[] {
  const [first = "", last = first, ...more] = text.split("-");
  return [first, last, ...more];
}

function isRising([first = "", last = first]: readonly string[]): boolean {
  return ordinal(first) <= ordinal(last);
}
