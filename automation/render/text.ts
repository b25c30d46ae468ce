import { stripVTControlCharacters } from "node:util";

/** Text measured in terminal cells. Everything here expects plain text: colour is put on after the layout is done. */

/** East Asian wide and emoji ranges; rough on purpose, names in a stack file are nearly always ASCII. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u;

/** Cells a text takes in a terminal, colour codes not counted. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of stripVTControlCharacters(text)) {
    if (/\p{Mn}|\p{Me}|\u200d/u.test(character)) continue;
    width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}

/** Fills up with spaces to `width` cells; text on the left unless told otherwise. */
export function pad(text: string, width: number, align: "left" | "right" = "left"): string {
  const spaces = " ".repeat(Math.max(0, width - displayWidth(text)));
  return align === "left" ? text + spaces : spaces + text;
}

/** Cuts to at most `width` cells, the cut marked by `ellipsis`. */
export function truncate(text: string, width: number, ellipsis: string): string {
  if (displayWidth(text) <= width) return text;
  let kept = "";
  for (const character of text) {
    if (displayWidth(kept + character + ellipsis) > width) break;
    kept += character;
  }
  return width > 0 ? kept + ellipsis : "";
}

/** Breaks at spaces into lines of at most `width` cells; a word that is longer than a line is cut into pieces. */
export function wrap(text: string, width: number): string[] {
  const room = Math.max(1, width);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (displayWidth(longer) <= room) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    const pieces = cut(word, room);
    line = pieces.pop() ?? "";
    lines.push(...pieces);
  }
  return line === "" ? lines : [...lines, line];
}

/** Wraps behind `first`; later lines are indented as far as the text of the first one. */
export function hang(first: string, text: string, width: number): string[] {
  const indent = displayWidth(first);
  const lines = wrap(text, width - indent);
  return lines.map((line, index) => (index === 0 ? first : " ".repeat(indent)) + line);
}

/** `1 host`, `2 hosts`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

function cut(word: string, width: number): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const character of word) {
    if (piece !== "" && displayWidth(piece + character) > width) {
      pieces.push(piece);
      piece = "";
    }
    piece += character;
  }
  return [...pieces, piece];
}
