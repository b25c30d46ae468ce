import ipaddr from "ipaddr.js";

/** Address family. */
export type Family = 4 | 6;

/** Family of an address or of a network in CIDR form. */
export function familyOf(address: string): Family {
  return address.includes(":") ? 6 : 4;
}

/** Position of an address among all of its family. */
export function toOrdinal(address: string): bigint {
  return ipaddr
    .parse(address)
    .toByteArray()
    .reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

/** The address at a position, in its shortest form. */
export function toAddress(ordinal: bigint, family: Family): string {
  const length = family === 4 ? 4 : 16;
  const bytes = Array.from({ length }, (_, index) => Number((ordinal >> BigInt(8 * (length - 1 - index))) & 0xffn));
  return ipaddr.fromByteArray(bytes).toString();
}

/** Whether two texts mean the same address: IPv6 has many forms of one. */
export function isSame(a: string, b: string): boolean {
  return a === b || (familyOf(a) === familyOf(b) && isAddress(a) && isAddress(b) && toOrdinal(a) === toOrdinal(b));
}

/** Whether a text is an address rather than a name. */
export function isAddress(text: string): boolean {
  return ipaddr.isValid(text);
}

/** Whether an address belongs to a network. */
export function isInside(address: string, subnet: string): boolean {
  return familyOf(address) === familyOf(subnet) && ipaddr.parse(address).match(ipaddr.parseCIDR(subnet));
}

/** Whether two networks share an address. */
export function overlaps(a: string, b: string): boolean {
  return familyOf(a) === familyOf(b) && (isInside(baseOf(a), b) || isInside(baseOf(b), a));
}

/** Prefix length of a network in CIDR form. */
export function prefixOf(subnet: string): number {
  return Number(subnet.split("/")[1]);
}

/** What an address is for when no machine can have it. Subnets of one or two addresses keep none for themselves. */
export function purposeOf(address: string, subnet: string): string | undefined {
  if (familyOf(address) !== familyOf(subnet)) return undefined;
  // IPv6 knows no broadcast; its first address is every router's.
  if (familyOf(subnet) === 6) {
    return prefixOf(subnet) < 127 && isSame(address, baseOf(subnet)) ? "the subnet's router anycast address" : undefined;
  }
  if (prefixOf(subnet) > 30) return undefined;
  if (address === baseOf(subnet)) return "the subnet's own address";
  if (address === ipaddr.IPv4.broadcastAddressFromCIDR(subnet).toString()) return "the subnet's broadcast address";
  return undefined;
}

/** An address as part of a URL. */
export function inUrl(host: string): string {
  return isAddress(host) && familyOf(host) === 6 ? `[${host}]` : host;
}

function baseOf(subnet: string): string {
  return subnet.split("/")[0] ?? "";
}
