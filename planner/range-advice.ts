import type { UnplacedProblem } from "../config/problem";
import { problem } from "../config/problem";
import { CONTROL_PLANE_SEATS, defaultRanges } from "./default-ranges";
import { shareOut } from "./range-shares";
import type { Range } from "./ranges";
import { nameRange } from "./range-texts";
import { overlap, show } from "./ranges";
import type { RangedPool, Ranges, StackRanges } from "./seats";
import { KINDS, capacityOf, indexesOf, wanted } from "./seats";

/** A pool whose ranges do not follow from the stack's and that does not declare them all. */
export function mustDeclare(pool: RangedPool, pools: readonly RangedPool[], all: StackRanges): UnplacedProblem {
  const missing = list(KINDS.filter((kind) => pool.ranges[kind] === undefined));
  const isControl = pool.role === "controlplane";
  const isOneOfSeveral = !isControl && pools.filter(({ role }) => role === "worker").length > 1;
  const many = `more than ${CONTROL_PLANE_SEATS} control planes`;
  const reason = isControl ? many : isOneOfSeveral ? "one of several worker pools" : `a worker pool beside ${many}`;
  const [control, worker] = [defaultRanges("controlplane", all), defaultRanges("worker", all)];
  const byDefault = `up to ${CONTROL_PLANE_SEATS} control planes have ids ${show(control.ids)} and addresses ${show(control.addresses)} by default, a sole worker pool has ids ${show(worker.ids)} and addresses ${show(worker.addresses)}`;
  const advised = isOneOfSeveral ? amongSeveral(pool, pools, all) : alone(pool, pools, all);
  return problem(
    pool.path,
    null,
    `${reason}, without ${missing} of its own`,
    `ids, addresses and names; ${byDefault}`,
    advised ?? withoutAdvice(pool, missing, pools, all),
  );
}

/** The control plane, or the only worker pool: who runs with default ranges already is known. */
function alone(pool: RangedPool, pools: readonly RangedPool[], all: StackRanges): string | undefined {
  const ranges = candidate(pool, pools, all, false);
  if (!ranges) return undefined;
  const outcome = keepsMachines(ranges, pool, all) ? KEPT : LOST;
  return `declare ${written(ranges, pool)} (${outcome})`;
}

const KEPT = "machines that run with the default ranges stay what they are";
const LOST = "machines that run with the default ranges would be made anew, unless other pools leave these to them";

/** One of several: only whoever wrote the file knows which of them was the only one till now. */
function amongSeveral(pool: RangedPool, pools: readonly RangedPool[], all: StackRanges): string | undefined {
  const [fresh, former] = [candidate(pool, pools, all, false), candidate(pool, pools, all, true)];
  const kept = former && keepsMachines(former, pool, all) ? `declare ${written(former, pool)}` : undefined;
  if (!fresh || kept === undefined) return kept === undefined ? fresh && `declare ${written(fresh, pool)}` : `${kept} (${KEPT})`;
  return `if it was the only worker pool till now, ${kept} (${KEPT}); else declare ${written(fresh, pool)}`;
}

/** Ranges for a pool that hold all it asks for and take nothing that is another's. */
function candidate(pool: RangedPool, pools: readonly RangedPool[], all: StackRanges, isFormer: boolean): Ranges | undefined {
  const ids = pool.ranges.ids ?? shareOut(pools, all.ids, (each) => each.ranges.ids, pool, isFormer);
  const addresses = pool.ranges.addresses ?? shareOut(pools, all.addresses, (each) => each.ranges.addresses, pool, isFormer);
  if (!ids?.length || !addresses?.length) return undefined;
  const isOneOfSeveral = pool.role === "worker" && pools.filter(({ role }) => role === "worker").length > 1;
  const prefix = pool.role === "controlplane" ? "ctrl-" : isOneOfSeveral && !isFormer ? `${pool.name}-` : "work-";
  const names = pool.ranges.names ?? nameRange(namesText(prefix, ids.length));
  const ranges = { ids, addresses, names };
  const isTaken = pools.some((other) => other !== pool && other.ranges.names && overlap(other.ranges.names, names));
  const fits = indexesOf(pool.config, names).every((index) => index >= 0 && index < capacityOf(ranges));
  return fits && !isTaken ? ranges : undefined;
}

/** Whether the machines that a pool has by default are the same ones with these ranges. */
function keepsMachines(ranges: Ranges, pool: RangedPool, all: StackRanges): boolean {
  const before = defaultRanges(pool.role, all);
  return indexesOf(pool.config, ranges.names)
    .filter((index) => index < capacityOf(before))
    .every((index) => KINDS.every((kind) => ranges[kind].at(index) === before[kind].at(index)));
}

function withoutAdvice(pool: RangedPool, missing: string, pools: readonly RangedPool[], all: StackRanges): string {
  const needs = pools.map(({ role, config }) => Math.max(role === "controlplane" ? CONTROL_PLANE_SEATS : 0, wanted(config)));
  const needed = needs.reduce((sum, need) => sum + need, 0);
  if (needed > Math.min(all.ids.length, all.addresses.length))
    return `widen first: all pools together take ${needed} ids (proxmox.vm.idCount) and as many addresses (network.addresses)`;
  const count = wanted(pool.config);
  return `declare ${missing} for ${count} ${count === 1 ? "machine" : "machines"}, so that no other pool's growth can move them`;
}

/** The keys that are missing, as a stack file has them: a comma would end a value in a map on one line, so lists are quoted. */
function written(ranges: Ranges, pool: RangedPool): string {
  const text = { ids: spans(ranges.ids), addresses: spans(ranges.addresses), names: names(ranges) };
  return KINDS.filter((kind) => pool.ranges[kind] === undefined)
    .map((kind) => `${kind}: ${text[kind].includes(",") ? `"${text[kind]}"` : text[kind]}`)
    .join(", ");
}

function spans({ parts }: Range<number> | Range<string>): string {
  return parts.map((each) => `${each.at(0)}-${each.at(each.length - 1)}`).join(",");
}

function names({ names: { parts } }: Ranges): string {
  return parts.map((each) => `${each.at(0)}..${/\d+$/.exec(each.at(each.length - 1))?.[0] ?? ""}`).join(",");
}

/** Names that count up from 00, a range for every width. */
function namesText(prefix: string, count: number): string {
  const texts = [`${prefix}00..${String(Math.min(count, 100) - 1).padStart(2, "0")}`];
  for (let first = 100; first < count; first *= 10) texts.push(`${prefix}${first}..${Math.min(count, first * 10) - 1}`);
  return texts.join(",");
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;
}
