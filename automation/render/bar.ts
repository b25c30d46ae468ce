import type { Style } from "./style";

/** What a part of a bar stands for. */
export type SegmentKind = "full" | "reserved" | "free" | "over";

/** A bar of `width` cells for what is used and reserved of a capacity; what goes beyond the capacity is drawn as such. */
export function bar(style: Style, width: number, capacity: number, used: number, reserved = 0): string {
  const scale = Math.max(capacity, used + reserved, 1);
  const taken = used + reserved;
  const segments: [SegmentKind, number][] = [
    ["full", Math.min(used, capacity)],
    ["reserved", Math.max(0, Math.min(taken, capacity) - used)],
    ["free", Math.max(0, capacity - taken)],
    ["over", Math.max(0, taken - capacity)],
  ];
  return cells(
    segments.map(([, size]) => size / scale),
    width,
  )
    .map((length, index) => paint(style, segments[index]?.[0] ?? "free", length))
    .join("");
}

/** Cells for each share, none of them lost: a share above zero gets at least one, taken from the largest. */
export function cells(shares: readonly number[], width: number): number[] {
  let before = 0;
  const lengths = shares.map((share) => {
    const start = Math.round(before * width);
    before += share;
    return Math.round(before * width) - start;
  });
  for (const [index, share] of shares.entries()) {
    if (share <= 0 || (lengths[index] ?? 0) > 0) continue;
    const largest = lengths.indexOf(Math.max(...lengths));
    if ((lengths[largest] ?? 0) < 2) break;
    lengths[index] = 1;
    lengths[largest] = (lengths[largest] ?? 0) - 1;
  }
  return lengths;
}

function paint({ glyphs, colors }: Style, kind: SegmentKind, length: number): string {
  const text = glyphs[kind].repeat(length);
  if (length === 0) return "";
  return { full: colors.green, reserved: colors.blue, free: colors.dim, over: colors.red }[kind](text);
}
