import type { UnplacedProblem } from "../config/problem";
import { problem } from "../config/problem";
import type { Range } from "./ranges";
import { contains, overlap, show, without } from "./ranges";
import { isSame } from "./addresses";
import { defaultRanges } from "./default-ranges";
import type { AllocatedPool, RangedPool, Ranges, StackRanges } from "./seats";
import { capacityOf, indexesOf } from "./seats";
import type { KINDS } from "./seats";

/** Machines a pool asks for and its ranges do not hold. */
export function judgeSeats(pool: RangedPool, ranges: Ranges, pools: readonly RangedPool[], all: StackRanges): UnplacedProblem[] {
  const indexes = indexesOf(pool.config, ranges.names);
  const names = Object.keys(pool.config.machines ?? {});
  const problems = names
    .filter((_, position) => indexes[position] === -1)
    .map((name): UnplacedProblem => ({
      path: `${pool.path}.machines.${name}`,
      value: name,
      message: "a name outside of the pool's range",
      allowed: ranges.names.parts.map((each) => `${each.at(0)} to ${each.at(each.length - 1)}`).join(", "),
      remedy: "take a name of the range, or widen the pool's names",
    }));
  const capacity = capacityOf(ranges);
  if (indexes.some((index) => index >= capacity)) {
    const { ids, addresses } = ranges;
    problems.push({
      path: pool.config.machines ? `${pool.path}.machines` : `${pool.path}.count`,
      value: pool.config.machines ? names : (pool.config.count ?? null),
      message: `${plural(indexes.length, "machine")} for ${plural(ids.length, "id")} (${show(ids)}), ${plural(addresses.length, "address", "es")} (${show(addresses)}) and ${plural(ranges.names.length, "name")}`,
      allowed: `at most ${capacity}; beyond that, ${free(pools, all)}`,
      remedy: "lower the number, or widen proxmox.vm.idCount, network.addresses or the pool's own ranges",
    });
  }
  return problems;
}

/** Ranges that leave the stack's, or that two pools share: also where no machine is yet, for one will be. */
export function judgeRanges(pools: readonly RangedPool[], all: StackRanges, addresses: string): UnplacedProblem[] {
  return pools.flatMap((pool, position) => [
    ...leaving(pool, "ids", all.ids, `${show(all.ids)}, from proxmox.vm`, "proxmox.vm"),
    ...leaving(pool, "addresses", all.addresses, `${addresses}, from network.addresses`, "network.addresses"),
    ...pools
      .slice(0, position)
      .flatMap((other) => [
        ...shared(pool, other, "ids", (ranges) => ranges.ids),
        ...shared(pool, other, "addresses", (ranges) => ranges.addresses),
        ...shared(pool, other, "names", (ranges) => ranges.names),
      ]),
  ]);
}

function leaving<K extends "ids" | "addresses">(
  pool: RangedPool,
  kind: K,
  stack: StackRanges[K],
  allowed: string,
  owner: string,
): UnplacedProblem[] {
  const value = pool.config[kind];
  const range = pool.ranges[kind] as Range<unknown> | undefined;
  if (value === undefined || range === undefined || contains<unknown>(stack, range)) return [];
  const remedy = `take ${kind} of the range, or widen ${owner}`;
  return [{ path: `${pool.path}.${kind}`, value, message: "outside of the stack's range", allowed, remedy }];
}

function shared<T>(
  pool: RangedPool,
  other: RangedPool,
  kind: (typeof KINDS)[number],
  rangeOf: (ranges: Partial<Ranges>) => Range<T> | undefined,
): UnplacedProblem[] {
  const [mine, theirs] = [rangeOf(pool.ranges), rangeOf(other.ranges)];
  if (!mine || !theirs || !overlap(mine, theirs)) return [];
  return [
    {
      path: pool.config[kind] === undefined ? pool.path : `${pool.path}.${kind}`,
      value: pool.config[kind] ?? show(mine),
      message: `${kind} ${pool.config[kind] ?? show(mine)} overlap those of ${other.path} (${other.config[kind] ?? show(theirs)})`,
      allowed: `${kind} no other pool owns, used or not`,
      remedy: "give the pools ranges that do not overlap",
    },
  ];
}

/** Existing machines whose address or name another machine of the stack has or could get. */
export function judgeExisting(
  existing: readonly AllocatedPool[],
  vms: readonly RangedPool[],
  all: StackRanges,
): UnplacedProblem[] {
  const seats = existing.flatMap(({ path, seats: each }) =>
    each.map((seat) => ({ ...seat, path: `${path}.machines.${seat.name}` })),
  );
  return seats.flatMap(({ name, address, path }, position) => {
    const before = seats.slice(0, position);
    const owner = vms.find(({ ranges }) => (ranges.names?.indexOf(name) ?? -1) >= 0);
    const problems: UnplacedProblem[] = [];
    if (all.addresses.indexOf(address) >= 0) {
      const remedy = "move the range network.addresses";
      problems.push(
        problem(`${path}.address`, address, "among the VMs' addresses", `an address outside of ${show(all.addresses)}`, remedy),
      );
    }
    const twin = before.find((other) => isSame(other.address, address));
    if (twin)
      problems.push(
        problem(`${path}.address`, address, `the same address as ${twin.path}`, "one address each", "correct one of the two"),
      );
    if (before.some((other) => other.name === name) || owner) {
      const where = owner ? `${owner.path}.names` : "another pool";
      problems.push(problem(path, name, `a name of ${where} too`, "a name no other machine has or could get", "rename it"));
    }
    return problems;
  });
}

/** What no pool owns, by its own words or by default. */
function free(pools: readonly RangedPool[], all: StackRanges): string {
  const owned = pools.map(({ role, ranges }) => ({ ...defaultRanges(role, all), ...ranges }));
  const ids = without(
    all.ids,
    owned.map((each) => each.ids),
  );
  const addresses = without(
    all.addresses,
    owned.map((each) => each.addresses),
  );
  return ids.length + addresses.length === 0 ? "nothing is free" : `free are ids ${show(ids)} and addresses ${show(addresses)}`;
}

function plural(count: number, noun: string, ending = "s"): string {
  return `${count} ${noun}${count === 1 ? "" : ending}`;
}
