import type { UnplacedProblem } from "../../config/problem";
import { problem } from "../../config/problem";
import type { StackConfig } from "../../config/schema";
import { addressRange, idRange, nameRange } from "../range-texts";
import { contains, overlap, part, show, without } from "../ranges";
import type { Ranges, Seat, StackRanges } from "../seats";
import { KINDS, capacityOf } from "../seats";

/** What the stack file says of the balancers. */
export type HaproxyConfig = NonNullable<StackConfig["network"]["endpoint"]["haproxy"]>;

/** Ids and addresses at the end of the ranges that belong to the balancers, however many there are. */
const BALANCER_SEATS = 3;

/** Path of the balancers in the stack file. */
export const PATH = "network.endpoint.haproxy";

/** What the balancers take theirs from: what they declare, or the last ones of the stack. */
export function balancerRanges({ ids, addresses, names }: HaproxyConfig, all: StackRanges): Ranges {
  const last = ({ length }: { readonly length: number }): number => Math.max(0, length - BALANCER_SEATS);
  return {
    ids: ids === undefined ? part(all.ids, last(all.ids)) : idRange(ids),
    addresses: addresses === undefined ? part(all.addresses, last(all.addresses)) : addressRange(addresses),
    names: nameRange(names),
  };
}

/** What is left of the stack's ranges for pools. */
export function withoutBalancers(all: StackRanges, haproxy: HaproxyConfig | undefined): StackRanges {
  if (!haproxy) return all;
  const own = balancerRanges(haproxy, all);
  return { ids: without(all.ids, [own.ids]), addresses: without(all.addresses, [own.addresses]) };
}

/** Identities of the balancers: nothing here depends on any other machine. */
export function balancerSeats(haproxy: HaproxyConfig, all: StackRanges): Seat[] {
  const { ids, addresses, names } = balancerRanges(haproxy, all);
  const count = Math.min(haproxy.count, capacityOf({ ids, addresses, names }));
  return Array.from({ length: count }, (_, index) => ({
    name: names.at(index),
    vmId: ids.at(index),
    address: addresses.at(index),
    index,
  }));
}

/**
 * Ranges that leave the stack's or are too short, and names of a pool; its ids and addresses are judged with the pool.
 *
 * @param pools what pools have, by path
 */
export function judgeBalancerSeats(
  haproxy: HaproxyConfig,
  all: StackRanges,
  pools: readonly { readonly path: string; readonly ranges: Partial<Ranges> }[],
): UnplacedProblem[] {
  const own = balancerRanges(haproxy, all);
  const leaving = (["ids", "addresses"] as const)
    .filter((kind) => haproxy[kind] !== undefined && !contains<unknown>(all[kind], own[kind]))
    .map((kind) =>
      problem(
        `${PATH}.${kind}`,
        haproxy[kind],
        "outside of the stack's range",
        show<unknown>(all[kind]),
        `take ${kind} of the range`,
      ),
    );
  if (leaving.length > 0) return leaving;
  const short = KINDS.filter((kind) => own[kind].length < haproxy.count).map((kind) =>
    problem(
      `${PATH}.${kind}`,
      haproxy[kind] ?? null,
      `${own[kind].length} for ${haproxy.count} balancers`,
      `at least ${haproxy.count} ${kind}`,
      "widen the range, or lower the number of balancers",
    ),
  );
  return [...short, ...pools.flatMap(({ path, ranges }) => shared(haproxy, own, path, ranges))];
}

function shared(haproxy: HaproxyConfig, own: Ranges, path: string, ranges: Partial<Ranges>): UnplacedProblem[] {
  if (!ranges.names || !overlap(own.names, ranges.names)) return [];
  return [problem(`${PATH}.names`, haproxy.names, `names of ${path}, too`, "a range no pool has", "correct one of the two")];
}
