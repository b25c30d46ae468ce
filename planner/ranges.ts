import ipaddr from "ipaddr.js";

/** Where a stack's ids, addresses and names come from: the i-th machine of a pool takes the i-th of each. */
export interface Range<T> {
  readonly length: number;
  at(index: number): T;
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

/** Addresses `first` to `last`. */
export function addressRange(text: string): Range<string> {
  const [first = "", last = ""] = text.split("-");
  return span(toNumber(first), toNumber(last), toAddress, toNumber);
}

/** Names `<prefix><first>..<last>`, numbers keeping their width. */
export function nameRange(text: string): Range<string> {
  const [, prefix = "", first = "", last = ""] = /^(.*?)(\d+)\.\.(\d+)$/.exec(text) ?? [];
  const name = (number: number): string => `${prefix}${String(number).padStart(first.length, "0")}`;
  const number = (text_: string): number => (text_.startsWith(prefix) ? Number(text_.slice(prefix.length)) : Number.NaN);
  return span(Number(first), Number(last), name, number);
}

/** A part of a range, from an index on. */
export function from<T>(range: Range<T>, start: number): Range<T> {
  return {
    length: Math.max(0, range.length - start),
    at: (index) => range.at(index + start),
    indexOf: (value) => Math.max(-1, range.indexOf(value) - start),
  };
}

/** The values of a range. */
export function values<T>(range: Range<T>): T[] {
  return Array.from({ length: range.length }, (_, index) => range.at(index));
}

/** Sorted values as text, consecutive ones joined: `103-105, 108`. */
export function describe<T>(sorted: readonly T[], ordinal: (value: T) => number): string {
  const runs: T[][] = [];
  for (const value of sorted) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last !== undefined && ordinal(value) === ordinal(last) + 1) run.push(value);
    else runs.push([value]);
  }
  if (runs.length === 0) return "none";
  return runs.map((run) => (run.length === 1 ? String(run[0]) : `${String(run[0])}-${String(run.at(-1))}`)).join(", ");
}

/** An IPv4 address as a number. */
export function toNumber(address: string): number {
  return ipaddr.IPv4.parse(address).octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

function toAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
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
