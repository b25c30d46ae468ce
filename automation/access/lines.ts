import { stringify } from "yaml";

/** A piece of a text, as offsets. */
export interface Span {
  readonly start: number;
  /** Behind its last character. */
  readonly end: number;
}

/** A text with something in the place of a piece of it. */
export function spliced(text: string, { start, end }: Span, by: string): string {
  return text.slice(0, start) + by + text.slice(end);
}

/** The whole lines that a piece of a text is in, with the end of the last one. */
export function linesOf(text: string, { start, end }: Span): Span {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  return { start: from, end: end > start && text[end - 1] === "\n" ? end : lineEnd(text, end) };
}

/** The offset behind the end of the line that an offset is in. */
export function lineEnd(text: string, offset: number): number {
  const newline = text.indexOf("\n", offset);
  return newline < 0 ? text.length : newline + 1;
}

/** A text with lines put in where one begins, or at its end; one that ends without a newline still does. */
export function withLines(text: string, at: number, lines: readonly string[]): string {
  const newline = newlineOf(text);
  const block = lines.join(newline);
  const isBehindText = at > 0 && text[at - 1] !== "\n" && text !== "\uFEFF";
  return spliced(text, { start: at, end: at }, isBehindText ? newline + block : block + newline);
}

/** A text without lines; one that ends without a newline still does. */
export function withoutLines(text: string, { start, end }: Span): string {
  const isUnended = end === text.length && text[end - 1] !== "\n";
  return spliced(text, { start: isUnended ? text.slice(0, start).replace(/\r?\n$/, "").length : start, end }, "");
}

/** How lines of a text end. */
export function newlineOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** A value as lines of a block, as kubectl and talosctl lay it out; words that YAML 1.1 takes for something else are quoted. */
export function blockLines(value: unknown, indent = ""): string[] {
  const text = stringify(value, { compat: "yaml-1.1", indentSeq: false, lineWidth: 0 });
  return text
    .trimEnd()
    .split("\n")
    .map((line) => indent + line);
}
