import ipaddr from "ipaddr.js";
import type { Family } from "./addresses";
import { familyOf, isInside, toAddress, toOrdinal } from "./addresses";

/** An entry of a list of addresses: one, a range or a network. */
export interface AddressBlock {
  /** As written. */
  readonly text: string;
  readonly family: Family;
  readonly first: string;
  readonly last: string;
}

/** Networks whose addresses Tailscale gives away (its documentation, IP pool). */
const TAILSCALE = ["100.64.0.0/10", "fd7a:115c:a1e0::/48"];

/** Reads an entry that the schema has let through. */
export function blockOf(text: string): AddressBlock {
  const family = familyOf(text);
  if (text.includes("/")) {
    const kind = family === 4 ? ipaddr.IPv4 : ipaddr.IPv6;
    const [first, last] = [kind.networkAddressFromCIDR(text), kind.broadcastAddressFromCIDR(text)];
    return { text, family, first: first.toString(), last: last.toString() };
  }
  const [first = text, last = first] = text.split("-");
  return { text, family, first, last };
}

/** Whether two blocks share an address. */
export function meet(a: AddressBlock, b: AddressBlock): boolean {
  return a.family === b.family && toOrdinal(a.first) <= toOrdinal(b.last) && toOrdinal(b.first) <= toOrdinal(a.last);
}

/** Whether all of a block is in a network. */
export function isWithin(block: AddressBlock, subnet: string): boolean {
  return isInside(block.first, subnet) && isInside(block.last, subnet);
}

/** The networks that a block consists of, as few as there can be, in rising order. */
export function networksOf({ family, first, last }: AddressBlock): string[] {
  const bits = family === 4 ? 32 : 128;
  const networks: string[] = [];
  const end = toOrdinal(last);
  for (let next = toOrdinal(first); next <= end;) {
    let free = 0;
    // The largest that begins here and does not go past the end.
    while (free < bits && next % (1n << BigInt(free + 1)) === 0n && next + (1n << BigInt(free + 1)) - 1n <= end) free++;
    networks.push(`${toAddress(next, family)}/${bits - free}`);
    next += 1n << BigInt(free);
  }
  return networks;
}

/** Whether an address is one of Tailscale's. */
export function isTailscale(address: string): boolean {
  return TAILSCALE.some((subnet) => isInside(address, subnet));
}
