import ipaddr from "ipaddr.js";

/** How Cilium hands out addresses (operator/pkg/lbipam), for the datacenter and for nodes at a real API server alike. */

/** A pool of addresses as its custom resource has it. */
export interface AddressPool {
  readonly name: string;
  readonly blocks: readonly { readonly cidr?: string; readonly start?: string; readonly stop?: string }[];
  /** Labels of the Services it is for; none for all. */
  readonly labels: Readonly<Record<string, string>>;
}

/** A Service of type LoadBalancer. */
export interface BalancedService {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Addresses it asks for; none for any. */
  readonly wanted: readonly string[];
  /** Addresses it has; none as long as it waits. */
  readonly addresses: readonly string[];
}

/** Where Cilium reads which addresses a Service is to have. */
export const WANTED = "lbipam.cilium.io/ips";

interface Range {
  readonly first: bigint;
  readonly last: bigint;
  readonly isV6: boolean;
}

/**
 * Services with the addresses they get: who has some keeps them as long as a pool has them, then come those that ask for certain ones.
 *
 * @param isV6 family of Services that ask for none
 */
export function assign(
  services: readonly BalancedService[],
  pools: readonly AddressPool[],
  isV6: boolean,
): readonly BalancedService[] {
  const taken = new Set<string>();
  const served = new Map<BalancedService, readonly string[]>();
  const rank = ({ addresses, wanted }: BalancedService): number => (addresses.length > 0 ? 0 : wanted.length > 0 ? 1 : 2);
  const inOrder = [...services].sort((a, b) => rank(a) - rank(b) || (labelOf(a) < labelOf(b) ? -1 : 1));
  for (const service of inOrder) {
    const ranges = pools.filter((pool) => selects(pool, service)).flatMap(rangesOf);
    const isFree = (address: string): boolean => !taken.has(address) && ranges.some((range) => holds(range, address));
    const fixed = service.wanted.length > 0 ? service.wanted : service.addresses;
    const addresses =
      fixed.length > 0 && fixed.every(isFree) ? fixed : service.wanted.length > 0 ? [] : first(ranges, isV6, taken);
    for (const each of addresses) taken.add(each);
    served.set(service, addresses);
  }
  return services.map((service) => ({ ...service, addresses: served.get(service) ?? [] }));
}

/** A Service's name with its namespace. */
export function labelOf({ namespace, name }: Pick<BalancedService, "namespace" | "name">): string {
  return `${namespace}/${name}`;
}

/** A pool finds a Service by its name and namespace, too. */
function selects({ labels }: AddressPool, { namespace, name, labels: own }: BalancedService): boolean {
  const all: Readonly<Record<string, string>> = {
    ...own,
    "io.kubernetes.service.name": name,
    "io.kubernetes.service.namespace": namespace,
  };
  return Object.entries(labels).every(([key, value]) => all[key] === value);
}

function rangesOf({ blocks }: AddressPool): Range[] {
  return blocks.map(({ cidr, start = "", stop = start }) => {
    if (cidr === undefined) return { first: ordinal(start), last: ordinal(stop), isV6: start.includes(":") };
    const isV6 = cidr.includes(":");
    const kind = isV6 ? ipaddr.IPv6 : ipaddr.IPv4;
    return {
      first: ordinal(kind.networkAddressFromCIDR(cidr).toString()),
      last: ordinal(kind.broadcastAddressFromCIDR(cidr).toString()),
      isV6,
    };
  });
}

function holds({ first: from, last, isV6 }: Range, address: string): boolean {
  return address.includes(":") === isV6 && from <= ordinal(address) && ordinal(address) <= last;
}

function first(ranges: readonly Range[], isV6: boolean, taken: ReadonlySet<string>): string[] {
  for (const range of ranges.filter((each) => each.isV6 === isV6)) {
    for (let next = range.first; next <= range.last; next++) {
      const address = textOf(next, isV6);
      if (!taken.has(address)) return [address];
    }
  }
  return [];
}

function ordinal(address: string): bigint {
  return ipaddr
    .parse(address)
    .toByteArray()
    .reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

function textOf(value: bigint, isV6: boolean): string {
  const bytes = Array.from({ length: isV6 ? 16 : 4 }, (_, index) => Number((value >> BigInt(8 * index)) & 255n));
  return ipaddr.fromByteArray(bytes.reverse()).toString();
}
