import { familyOf, isAddress, toAddress, toOrdinal } from "./addresses";
import type { Range } from "./ranges";
import { gapless, joined } from "./ranges";

/** Ids `first` to `last`, or several such ranges separated by commas. */
export function idRange(text: string): Range<number> {
  return listed(text, (each) => {
    const [first = 0, last = 0] = each.split("-").map(Number);
    return span(
      first,
      last,
      (id) => id,
      (id) => id,
    );
  });
}

/** Addresses `first` to `last` of one family, or several such ranges separated by commas; none for an empty text. */
export function addressRange(text: string): Range<string> {
  return listed(text, (each) => {
    const [first = "", last = ""] = each.split("-");
    const [family, base] = [familyOf(first), toOrdinal(first)];
    const length = Number(toOrdinal(last) - base) + 1;
    return gapless({
      length,
      at: (index) => toAddress(base + BigInt(index), family),
      indexOf: (address) => {
        const index = isAddress(address) && familyOf(address) === family ? toOrdinal(address) - base : -1n;
        return index >= 0n && index < BigInt(length) ? Number(index) : -1;
      },
    });
  });
}

/** Names `<prefix><first>..<last>`, numbers at least as wide as the first one, or several such ranges separated by commas. */
export function nameRange(text: string): Range<string> {
  return listed(text, (each) => {
    const [, prefix = "", first = "", last = ""] = /^(.*?)(\d+)\.\.(\d+)$/.exec(each) ?? [];
    const name = (number: number): string => `${prefix}${String(number).padStart(first.length, "0")}`;
    const number = (text_: string): number => (text_.startsWith(prefix) ? Number(text_.slice(prefix.length)) : Number.NaN);
    return span(Number(first), Number(last), name, number);
  });
}

function listed<T>(text: string, single: (text: string) => Range<T>): Range<T> {
  return joined(text === "" ? [] : text.split(",").map(single));
}

function span<T>(first: number, last: number, value: (ordinal: number) => T, ordinal: (value: T) => number): Range<T> {
  const length = Math.max(0, last - first + 1);
  return gapless({
    length,
    at: (index) => value(first + index),
    indexOf: (candidate) => {
      const index = ordinal(candidate) - first;
      return index >= 0 && index < length && value(first + index) === candidate ? index : -1;
    },
  });
}
