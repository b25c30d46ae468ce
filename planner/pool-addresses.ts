import { blockOf } from "./address-blocks";
import type { AddressBlock } from "./address-blocks";
import type { Family } from "./addresses";
import { familyOf, toAddress, toOrdinal } from "./addresses";
import type { PlannedAddressPool, PlannedService } from "./plan";

/** A Service and the addresses it gets; or why it gets none. */
export interface BalancedService {
  readonly service: PlannedService;
  readonly addresses: readonly string[];
  /** Why it waits. @default it waits for nothing */
  readonly pending?: string;
}

/**
 * Hands out addresses as Cilium does: a Service gets what it asks for, if a pool that selects it has it and nobody else does, else the
 * first free one. Those that ask come first here; which of several others Cilium serves first is chance.
 *
 * @param family of a Service that asks for no address: that of the first network of Services
 */
export function handOut(
  services: readonly PlannedService[],
  pools: readonly PlannedAddressPool[],
  family: Family,
): readonly BalancedService[] {
  const taken = new Map<bigint, string>();
  const place = ({ namespace, name }: PlannedService): string => `${namespace}/${name}`;
  const serve = (service: PlannedService): BalancedService => {
    const fitting = pools.filter((pool) => selects(pool, service));
    if (fitting.length === 0) return { service, addresses: [], pending: "no pool of addresses has its labels" };
    const blocks = fitting.flatMap(({ addresses }) => addresses.map(blockOf));
    const names = fitting.map(({ name }) => name).join(", ");
    if (service.addresses.length > 0) {
      const strange = service.addresses.find((each) => !blocks.some((block) => holds(block, each)));
      if (strange !== undefined) return { service, addresses: [], pending: `${strange} is in none of its pools (${names})` };
      const owned = service.addresses.find((each) => taken.has(toOrdinal(each)));
      if (owned !== undefined) {
        return { service, addresses: [], pending: `${owned} is that of ${taken.get(toOrdinal(owned)) ?? ""} already` };
      }
      for (const each of service.addresses) taken.set(toOrdinal(each), place(service));
      return { service, addresses: service.addresses };
    }
    const free = firstFree(blocks, family, taken);
    if (free === undefined) return { service, addresses: [], pending: `its pools (${names}) have no IPv${family} address left` };
    taken.set(free, place(service));
    return { service, addresses: [toAddress(free, family)] };
  };
  const asking = (service: PlannedService): number => (service.addresses.length > 0 ? 0 : 1);
  return [...services].sort((a, b) => asking(a) - asking(b) || (place(a) < place(b) ? -1 : 1)).map(serve);
}

function selects({ services }: PlannedAddressPool, { labels }: PlannedService): boolean {
  return Object.entries(services).every(([key, value]) => labels[key] === value);
}

function holds(block: AddressBlock, address: string): boolean {
  if (block.family !== familyOf(address)) return false;
  const ordinal = toOrdinal(address);
  return toOrdinal(block.first) <= ordinal && ordinal <= toOrdinal(block.last);
}

/** The lowest address that is free; a pool may be as large as a network of IPv6, the Services are few. */
function firstFree(blocks: readonly AddressBlock[], family: Family, taken: ReadonlyMap<bigint, string>): bigint | undefined {
  for (const block of blocks.filter((each) => each.family === family)) {
    const last = toOrdinal(block.last);
    for (let next = toOrdinal(block.first); next <= last; next++) if (!taken.has(next)) return next;
  }
  return undefined;
}
