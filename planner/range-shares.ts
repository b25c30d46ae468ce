import { CONTROL_PLANE_SEATS } from "./default-ranges";
import type { Range } from "./ranges";
import { joined, part, without } from "./ranges";
import type { RangedPool } from "./seats";
import { indexesOf, wanted } from "./seats";

/**
 * A pool's share of what nobody has declared. The control plane keeps its first ones and takes further ones from the end; what is
 * between them begins with those of the worker pool that was alone till now, and is shared by need.
 *
 * @param own what a pool has declared or has by default
 * @param isFormer whether the pool was the only worker pool till now
 * @returns undefined where there is not enough for all
 */
export function shareOut<T>(
  pools: readonly RangedPool[],
  whole: Range<T>,
  own: (pool: RangedPool) => Range<T> | undefined,
  pool: RangedPool,
  isFormer: boolean,
): Range<T> | undefined {
  const declared = pools.flatMap((each) => own(each) ?? []);
  const open = pools.filter((each) => own(each) === undefined);
  const control = open.find(({ role }) => role === "controlplane");
  const front = without(part(whole, 0, CONTROL_PLANE_SEATS), declared);
  const rest = without(part(whole, CONTROL_PLANE_SEATS), declared);
  const further = control ? Math.max(0, needOf(control) - front.length) : 0;
  const room = rest.length - further;
  const workers = open.filter(({ role }) => role === "worker");
  const needs = workers.map(needOf);
  if (pool === control) {
    if (divide(room, 0, needs) === undefined) return undefined;
    const own = joined([front, part(rest, room)]);
    // Whatever is not left out: where nothing is between them, both are one.
    return without(whole, [without(whole, [own])]);
  }
  const isOneOfSeveral = pools.filter(({ role }) => role === "worker").length > 1;
  // Any of several may be the one that was alone: the first share is for the largest of them, unless that leaves too little.
  const sizes =
    divide(room, isOneOfSeveral ? Math.max(0, ...needs) : 0, needs) ?? (isFormer ? undefined : divide(room, 0, needs));
  if (!sizes) return undefined;
  const position = isFormer ? 0 : workers.indexOf(pool) + 1;
  const start = sizes.slice(0, position).reduce((sum, size) => sum + size, 0);
  return part(rest, start, sizes[position]);
}

/** Sizes of shares that cover the room, the former's first: each what it needs and as much again as the others. */
function divide(room: number, former: number, needs: readonly number[]): number[] | undefined {
  const left = room - former - needs.reduce((sum, need) => sum + need, 0);
  if (left < 0) return undefined;
  const spare = Math.floor(left / (needs.length + (former > 0 ? 1 : 0)));
  const sizes = [former > 0 ? former + spare : 0, ...needs.map((need) => need + spare)];
  const unshared = room - sizes.reduce((sum, size) => sum + size, 0);
  return sizes.with(-1, (sizes.at(-1) ?? 0) + unshared);
}

/** Seats up to the last one that is taken: machines by name may leave some out. */
function needOf({ config, ranges }: RangedPool): number {
  if (!config.machines) return wanted(config);
  const indexes = ranges.names
    ? indexesOf(config, ranges.names)
    : Object.keys(config.machines).map((name) => Number(/\d+$/.exec(name)?.[0] ?? 0));
  return Math.max(wanted(config), ...indexes.map((index) => index + 1));
}
