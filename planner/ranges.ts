/** Where ids, addresses and names come from: the i-th machine of a pool takes the i-th of each. */
export interface Range<T> {
  readonly length: number;
  at(index: number): T;
  /** -1 for a value that is not in the range. */
  indexOf(value: T): number;
  /** What it consists of, in order, none of it with gaps or empty. */
  readonly parts: readonly Range<T>[];
}

/** Ranges one after the other. */
export function joined<T>(ranges: readonly Range<T>[]): Range<T> {
  const parts = ranges.flatMap((range) => range.parts);
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const starts = parts.map((_, index) => parts.slice(0, index).reduce((sum, { length }) => sum + length, 0));
  const length = parts.reduce((sum, each) => sum + each.length, 0);
  return {
    length,
    parts,
    at: (index) => {
      const position = Math.max(
        0,
        starts.findLastIndex((start) => start <= index),
      );
      const found = parts[position];
      if (!found) throw new Error("nothing is in an empty range");
      return found.at(index - (starts[position] ?? 0));
    },
    indexOf: (value) => {
      const position = parts.findIndex((each) => each.indexOf(value) >= 0);
      return position < 0 ? -1 : (starts[position] ?? 0) + (parts[position]?.indexOf(value) ?? 0);
    },
  };
}

/** A part of a range: `length` values from `start` on, fewer where it ends before. */
export function part<T>(range: Range<T>, start: number, length = range.length): Range<T> {
  let [skip, left] = [start, length];
  return joined(
    range.parts.map((each) => {
      const piece = slice(each, skip, left);
      skip = Math.max(0, skip - each.length);
      left -= piece.length;
      return piece;
    }),
  );
}

/** Whether two ranges share a value. */
export function overlap<T>(a: Range<T>, b: Range<T>): boolean {
  return a.parts.some((mine) => b.parts.some((theirs) => meet(mine, theirs)));
}

/** Whether every value of `inner` is in `outer`. */
export function contains<T>(outer: Range<T>, inner: Range<T>): boolean {
  return without(inner, [outer]).length === 0;
}

/** What is left of a range when others are taken away. */
export function without<T>(range: Range<T>, others: readonly Range<T>[]): Range<T> {
  const taken = others.flatMap(({ parts }) => parts);
  return joined(range.parts.flatMap((each) => gapsIn(each, taken)));
}

/** A range as stack files have it, but for a single value: `103-105,108`. */
export function show<T>(range: Range<T>): string {
  if (range.length === 0) return "none";
  return range.parts.map((each) => [...new Set(ends(each))].map(String).join("-")).join(",");
}

/** Whether two ranges without gaps share a value: they do exactly when an end of one is in the other. */
function meet<T>(a: Range<T>, b: Range<T>): boolean {
  return ends(a).some((end) => b.indexOf(end) >= 0) || ends(b).some((end) => a.indexOf(end) >= 0);
}

/** What is left of a range without gaps, in rising order. */
function gapsIn<T>(range: Range<T>, others: readonly Range<T>[]): Range<T>[] {
  const taken = others
    .filter((other) => meet(range, other))
    .map((other) => {
      const [first, last] = [range.indexOf(other.at(0)), range.indexOf(other.at(other.length - 1))];
      return { first: Math.max(0, first), last: last < 0 ? range.length - 1 : last };
    })
    .sort((a, b) => a.first - b.first);
  const gaps: Range<T>[] = [];
  let next = 0;
  for (const { first, last } of taken) {
    if (first > next) gaps.push(slice(range, next, first - next));
    next = Math.max(next, last + 1);
  }
  if (next < range.length) gaps.push(slice(range, next, range.length));
  return gaps;
}

function slice<T>(range: Range<T>, start: number, length: number): Range<T> {
  const size = Math.max(0, Math.min(length, range.length - start));
  return gapless({
    length: size,
    at: (index) => range.at(index + start),
    indexOf: (value) => {
      const index = range.indexOf(value) - start;
      return index >= 0 && index < size ? index : -1;
    },
  });
}

function ends<T>(range: Range<T>): T[] {
  return range.length === 0 ? [] : [range.at(0), range.at(range.length - 1)];
}

/** A range that has no gaps. */
export function gapless<T>(range: Omit<Range<T>, "parts">): Range<T> {
  const whole: Range<T> = { ...range, parts: [] };
  return range.length === 0 ? whole : Object.assign(whole, { parts: [whole] });
}
