import { familyOf, isAddress, toAddress, toOrdinal } from "./addresses";

/** Where ids, addresses and names come from, without gaps: the i-th machine of a pool takes the i-th of each. */
export interface Range<T> {
  readonly length: number;
  at(index: number): T;
  /** -1 for a value that is not in the range. */
  indexOf(value: T): number;
}

/** Ids `first` to `last`. */
export function idRange(text: string): Range<number> {
  const [first = 0, last = 0] = text.split("-").map(Number);
  return span(
    first,
    last,
    (id) => id,
    (id) => id,
  );
}

/** Addresses `first` to `last` of one family; none for an empty text. */
export function addressRange(text: string): Range<string> {
  const [first = "", last = ""] = text.split("-");
  if (first === "") return { length: 0, at: () => "", indexOf: () => -1 };
  const [family, base] = [familyOf(first), toOrdinal(first)];
  const length = Number(toOrdinal(last) - base) + 1;
  return {
    length,
    at: (index) => toAddress(base + BigInt(index), family),
    indexOf: (address) => {
      const index = isAddress(address) && familyOf(address) === family ? toOrdinal(address) - base : -1n;
      return index >= 0n && index < BigInt(length) ? Number(index) : -1;
    },
  };
}

/** Names `<prefix><first>..<last>`: numbers are at least as wide as the first one. */
export function nameRange(text: string): Range<string> {
  const [, prefix = "", first = "", last = ""] = /^(.*?)(\d+)\.\.(\d+)$/.exec(text) ?? [];
  const name = (number: number): string => `${prefix}${String(number).padStart(first.length, "0")}`;
  const number = (text_: string): number => (text_.startsWith(prefix) ? Number(text_.slice(prefix.length)) : Number.NaN);
  return span(Number(first), Number(last), name, number);
}

/** A part of a range: `length` values from `start` on, fewer where it ends before. */
export function part<T>(range: Range<T>, start: number, length = range.length): Range<T> {
  const size = Math.max(0, Math.min(length, range.length - start));
  return {
    length: size,
    at: (index) => range.at(index + start),
    indexOf: (value) => {
      const index = range.indexOf(value) - start;
      return index >= 0 && index < size ? index : -1;
    },
  };
}

/** Whether two ranges share a value. Neither has gaps: they do exactly when an end of one is in the other. */
export function overlap<T>(a: Range<T>, b: Range<T>): boolean {
  return ends(a).some((end) => b.indexOf(end) >= 0) || ends(b).some((end) => a.indexOf(end) >= 0);
}

/** Whether every value of `inner` is in `outer`. */
export function contains<T>(outer: Range<T>, inner: Range<T>): boolean {
  return ends(inner).every((end) => outer.indexOf(end) >= 0);
}

/** What is left of a range when others are taken away, as parts of it in rising order. */
export function without<T>(range: Range<T>, others: readonly Range<T>[]): Range<T>[] {
  const taken = others
    .filter((other) => overlap(range, other))
    .map((other) => {
      const [first, last] = [range.indexOf(other.at(0)), range.indexOf(other.at(other.length - 1))];
      return { first: Math.max(0, first), last: last < 0 ? range.length - 1 : last };
    })
    .sort((a, b) => a.first - b.first);
  const gaps: Range<T>[] = [];
  let next = 0;
  for (const { first, last } of taken) {
    if (first > next) gaps.push(part(range, next, first - next));
    next = Math.max(next, last + 1);
  }
  if (next < range.length) gaps.push(part(range, next));
  return gaps;
}

/** A range as text: `103-105`, or `103` when it holds one value. */
export function show<T>(range: Range<T>): string {
  if (range.length === 0) return "none";
  return [...new Set(ends(range))].map(String).join("-");
}

function ends<T>(range: Range<T>): T[] {
  return range.length === 0 ? [] : [range.at(0), range.at(range.length - 1)];
}

function span<T>(first: number, last: number, value: (ordinal: number) => T, ordinal: (value: T) => number): Range<T> {
  const length = Math.max(0, last - first + 1);
  return {
    length,
    at: (index) => value(first + index),
    indexOf: (candidate) => {
      const index = ordinal(candidate) - first;
      return index >= 0 && index < length && value(first + index) === candidate ? index : -1;
    },
  };
}
