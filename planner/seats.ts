import type { PoolConfig } from "../config/schema";
import type { MachineRole } from "./plan";
import type { Range } from "./ranges";

/** What a machine's identity is made of, by the keys of a pool. */
export const KINDS = ["ids", "addresses", "names"] as const;

/** What a pool's machines take theirs from. */
export interface Ranges {
  readonly ids: Range<number>;
  readonly addresses: Range<string>;
  readonly names: Range<string>;
}

/** What the whole stack may use. */
export type StackRanges = Omit<Ranges, "names">;

/** A machine's identity: nothing here depends on any other machine. */
export interface Seat {
  readonly name: string;
  /** Null for a machine that is no VM. */
  readonly vmId: number | null;
  readonly address: string;
  /** Position in the pool's ranges; also what placement goes by. */
  readonly index: number;
}

/** A pool with the ranges it owns; those it must still declare are missing. */
export interface RangedPool {
  /** `control-plane` or the worker pool's name. */
  readonly name: string;
  /** Path of the pool in the stack file. */
  readonly path: string;
  readonly role: MachineRole;
  readonly config: PoolConfig;
  readonly ranges: Partial<Ranges>;
}

/** A pool with its machines' identities; none while it must declare ranges. */
export interface AllocatedPool extends RangedPool {
  readonly seats: readonly Seat[];
}

/** How many machines a pool asks for. */
export function wanted({ count, machines }: PoolConfig): number {
  return machines ? Object.keys(machines).length : (count ?? 0);
}

/** The positions a pool's machines have in its ranges; -1 for a name that is in none. */
export function indexesOf({ count, machines }: PoolConfig, names: Range<string>): number[] {
  return machines ? Object.keys(machines).map((name) => names.indexOf(name)) : Array.from({ length: count ?? 0 }, (_, i) => i);
}

/** How many machines the ranges hold: the shortest decides. */
export function capacityOf(ranges: Ranges): number {
  return Math.min(...KINDS.map((kind) => ranges[kind].length));
}
