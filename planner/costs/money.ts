import { Exact } from "./exact";

/** An amount, or what is known of it: at least `from`, at most `to`; null where there is no telling. */
export interface Money {
  readonly from: Exact;
  readonly to: Exact | null;
}

/** A price as the stack file has it. */
export type Price = number | { readonly from: number; readonly to?: number };

/** Nothing at all, which is not the same as not known. */
export const NOTHING: Money = { from: Exact.ZERO, to: Exact.ZERO };

/** What a stack file says of a price. */
export function moneyOf(price: Price): Money {
  if (typeof price === "number") return { from: Exact.of(price), to: Exact.of(price) };
  return { from: Exact.of(price.from), to: price.to === undefined ? null : Exact.of(price.to) };
}

/** What they come to: between the sum of the least and that of the most. */
export function added(all: readonly Money[]): Money {
  return all.reduce((sum, { from, to }) => ({ from: sum.from.plus(from), to: sum.to && to ? sum.to.plus(to) : null }), NOTHING);
}

/** So many times of it, or a share of it; never less than none. */
export function times({ from, to }: Money, factor: Exact): Money {
  // None of something of which nobody knows the most is nothing.
  if (factor.isZero()) return NOTHING;
  return { from: from.times(factor), to: to && to.times(factor) };
}

/** What one is more than another, negative for less; null where there is no telling. */
export interface Difference {
  readonly from: Exact | null;
  readonly to: Exact | null;
}

/** What `after` is more than `before`, at least and at most: the two are taken for independent of each other. */
export function difference(before: Money, after: Money): Difference {
  return { from: before.to && after.from.minus(before.to), to: after.to && after.to.minus(before.from) };
}

/** `433.30`, `25.00 to 30.00`, `50.00 or more`; of what nobody can tell, `not known`. */
export function moneyText({ from, to }: Difference): string {
  if (from === null) return to === null ? "not known" : `${to.toFixed()} or less`;
  if (to === null) return `${from.toFixed()} or more`;
  const [least, most] = [from.toFixed(), to.toFixed()];
  return least === most ? least : `${least} to ${most}`;
}
