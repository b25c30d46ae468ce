import ipaddr from "ipaddr.js";
import { LAST_VM_ID } from "../config/fields";
import type { StackConfig } from "../config/schema";
import { blockOf } from "./address-blocks";
import type { Family } from "./addresses";
import { familyOf, toAddress, toOrdinal } from "./addresses";
import { macByte } from "./machines";
import { fixedAddresses } from "./network";
import { poolsOf, siteOf } from "./site";

/** Whole numbers without gaps, both ends included: VM ids, or addresses as numbers. None where the last is before the first. */
export interface Span {
  readonly first: bigint;
  readonly last: bigint;
}

/** Addresses that belong to a stack, by the path that says so. */
export interface Claim extends Span {
  readonly path: string;
  /** As written in the stack file; of several ranges under one path, this one. */
  readonly text: string;
  /** `pool`: of Services. `fixed` is what is there already (hosts, gateways) and may be in several stack files. */
  readonly kind: "range" | "vip" | "machine" | "pool" | "fixed";
}

/** IPv4 comes after all of IPv6: no number is an address of both. */
const IPV4_BASE = 1n << 128n;

/** Whether two spans share a number. */
export function overlap(a: Span, b: Span): boolean {
  return a.first <= b.last && b.first <= a.last && a.first <= a.last && b.first <= b.last;
}

/** The VM ids a stack owns. */
export function idSpan(config: StackConfig): Span {
  const { idBase, idCount } = siteOf(config).proxmox.vm;
  return { first: BigInt(idBase), last: BigInt(idBase + idCount - 1) };
}

/** All addresses a stack file lays claim to. */
export function claims(config: StackConfig): Claim[] {
  const { network } = config;
  const single = (path: string, text: string, kind: Claim["kind"]): Claim => ({ path, text, kind, ...spanOf(text, text) });
  const range = (path: string, text = ""): Claim[] =>
    text.split(",").flatMap((part) => {
      const [first, last] = part.split("-");
      return first === undefined || last === undefined ? [] : [{ path, text: part, kind: "range", ...spanOf(first, last) }];
    });
  return [
    ...range("network.addresses", network.addresses),
    ...range("network.ipv6.addresses", network.ipv6?.addresses),
    ...(network.endpoint.vip === undefined ? [] : [single("network.endpoint.vip", network.endpoint.vip, "vip")]),
    ...(network.endpoint.haproxy === undefined
      ? []
      : [single("network.endpoint.haproxy.vip", network.endpoint.haproxy.vip, "vip")]),
    ...poolsOf(config).flatMap(({ path, config: { machines = {} } }) =>
      Object.entries(machines).flatMap(([name, { address }]) =>
        address === undefined ? [] : [single(`${path}.machines.${name}.address`, address, "machine")],
      ),
    ),
    ...servicePools(config),
    ...fixedAddresses(siteOf(config)).map(([path, address]) => single(path, address, "fixed")),
  ];
}

/** Addresses that Services of type LoadBalancer get, by name of their pool: the engine hands maps on sorted. */
function servicePools({ addons: { cilium } }: StackConfig): Claim[] {
  return Object.entries(cilium.loadBalancerPools)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, { addresses }]) =>
      addresses.map((text): Claim => {
        const { first, last } = blockOf(text);
        return { path: `addons.cilium.loadBalancerPools.${name}.addresses`, text, kind: "pool", ...spanOf(first, last) };
      }),
    );
}

/** The ids nearest to a stack's own, as many as it has, that none of the others owns. */
export function freeIds(config: StackConfig, others: readonly StackConfig[]): Span | undefined {
  return nearestFree(idSpan(config), { first: 100n, last: BigInt(LAST_VM_ID) }, others.map(idSpan));
}

/** The addresses nearest to what a stack claims, as many, in the same subnet, that nobody claims nor would when others move. */
export function freeAddresses(config: StackConfig, claim: Claim, others: readonly StackConfig[]): Span | undefined {
  const own = claims(config);
  const range = own.find(({ path, text }) => path === claim.path && text === claim.text);
  const within = subnetSpans(config).find((span) => range && overlap(span, range));
  if (!range || !within) return undefined;
  const [addresses] = own.filter(({ kind }) => kind === "range");
  // A virtual IP must not land where the range is about to go.
  const next = claim.kind === "vip" && addresses ? freeAddresses(config, addresses, others) : undefined;
  const taken = [...own.filter((each) => each !== range), ...(next ? [next] : []), ...others.flatMap(claims)];
  return nearestFree(range, room(within), taken);
}

/** A name like the given one that no other stack has, and that leads to other MAC addresses than theirs. */
export function freeName(name: string, others: readonly StackConfig[]): string {
  const taken = others.map(({ metadata }) => metadata.name);
  for (let number = 2; ; number++) {
    const candidate = `${name.slice(0, 36)}-${number}`;
    // More than 256 names cannot all have a byte of their own.
    const clashes = (other: string): boolean => other === candidate || (number < 999 && macByte(other) === macByte(candidate));
    if (!taken.some(clashes)) return candidate;
  }
}

/** A span of addresses as stack files have it. */
export function showAddresses({ first, last }: Span): string {
  return first === last ? show(first) : `${show(first)}-${show(last)}`;
}

/** All addresses of a stack's subnets. */
export function subnetSpans({ network }: StackConfig): Span[] {
  return [network.subnet, network.ipv6?.subnet].flatMap((subnet) => {
    if (subnet === undefined) return [];
    const kind = familyOf(subnet) === 4 ? ipaddr.IPv4 : ipaddr.IPv6;
    return [spanOf(kind.networkAddressFromCIDR(subnet).toString(), kind.broadcastAddressFromCIDR(subnet).toString())];
  });
}

/** Addresses of the subnet that can be given away: small ones keep none for themselves. */
export function room({ first, last }: Span): Span {
  const kept = last - first > 1n ? 1n : 0n;
  return { first: first + kept, last: last - kept };
}

/** Nearest to where it is now: where it is, or right behind or before something that is taken. */
export function nearestFree(own: Span, within: Span, taken: readonly Span[]): Span | undefined {
  const length = own.last - own.first + 1n;
  const distance = ({ first }: Span): bigint => (first < own.first ? own.first - first : first - own.first);
  return [own.first, ...taken.flatMap(({ first, last }) => [last + 1n, first - length])]
    .map((first) => ({ first, last: first + length - 1n }))
    .filter((span) => span.first >= within.first && span.last <= within.last && !taken.some((each) => overlap(span, each)))
    .sort((a, b) => compare(distance(a), distance(b)) || compare(b.first, a.first))[0];
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** One address as a span. */
export function spanAt(address: string): Span {
  return spanOf(address, address);
}

function spanOf(first: string, last: string): Span {
  return { first: numberOf(first), last: numberOf(last) };
}

function numberOf(address: string): bigint {
  return toOrdinal(address) + (familyOf(address) === 4 ? IPV4_BASE : 0n);
}

function show(number: bigint): string {
  const family: Family = number >= IPV4_BASE ? 4 : 6;
  return toAddress(family === 4 ? number - IPV4_BASE : number, family);
}
