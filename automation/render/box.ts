import type { Style } from "./style";
import { displayWidth, pad, truncate } from "./text";

/** Cells a box takes beside its content: two borders, two spaces. */
export const BOX_FRAME = 4;

/** Space between boxes that stand side by side. */
const GAP = 2;

/** A titled frame around lines that fit `width - BOX_FRAME` cells. */
export function box(style: Style, width: number, title: string, note: string, lines: readonly string[]): string[] {
  const { glyphs, colors } = style;
  const inner = width - BOX_FRAME;
  const edge = colors.dim(glyphs.vertical);
  const line = (text: string): string => `${edge} ${pad(text, inner)} ${edge}`;
  const bottom = glyphs.bottomLeft + glyphs.horizontal.repeat(width - 2) + glyphs.bottomRight;
  return [top(style, width, title, note), ...lines.map(line), colors.dim(bottom)];
}

function top({ glyphs, colors }: Style, width: number, title: string, note: string): string {
  const { horizontal } = glyphs;
  // Corner, dash and space on either side of the title.
  const name = truncate(title, width - 6, glyphs.ellipsis);
  const room = width - 6 - displayWidth(name);
  const shownNote = room - displayWidth(note) >= 4 ? note : "";
  const line = shownNote === "" ? room : room - displayWidth(shownNote) - 2;
  return (
    colors.dim(`${glyphs.topLeft}${horizontal} `) +
    colors.bold(name) +
    colors.dim(` ${horizontal.repeat(line)}${shownNote === "" ? "" : ` ${shownNote} `}${horizontal}${glyphs.topRight}`)
  );
}

/** How many boxes of at least `minWidth` fit side by side, and how wide each may then be. */
export function columnsOf(total: number, minWidth: number, columns: number): { perRow: number; width: number } {
  const fitting = Math.max(1, Math.floor((columns + GAP) / (minWidth + GAP)));
  // Four boxes where three fit look better as two and two.
  const rows = Math.ceil(total / Math.min(fitting, Math.max(1, total)));
  const perRow = Math.ceil(total / Math.max(1, rows));
  return { perRow, width: Math.floor((columns - GAP * (perRow - 1)) / perRow) };
}

/** Joins blocks of lines of equal width side by side, `perRow` at a time. */
export function sideBySide(blocks: readonly (readonly string[])[], perRow: number): string[] {
  const lines: string[] = [];
  for (let first = 0; first < blocks.length; first += perRow) {
    const row = blocks.slice(first, first + perRow);
    const height = Math.max(...row.map((block) => block.length));
    for (let index = 0; index < height; index++) lines.push(row.map((block) => block[index] ?? "").join(" ".repeat(GAP)));
  }
  return lines;
}
