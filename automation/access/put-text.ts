import { isMap } from "yaml";
import type { Path, Step } from "./data";
import { nested, valueAt, withValue } from "./data";
import type { Source } from "./document";
import type { Container, Slot } from "./layout";
import { behindColon, indentOf, indexOf, isContainer, slotsOf } from "./layout";
import type { Span } from "./lines";
import { blockLines, lineEnd, linesOf, newlineOf, spliced, withLines, withoutLines } from "./lines";

/** The text of a configuration with another value in one place; undefined where it is laid out in a way that is not known. */
export function putText({ text, document, data }: Source, path: Path, value: unknown): string | undefined {
  const root = document.contents;
  if (!isContainer(root)) return withLines(text, text.length, blockLines(nested(path, value)));
  let container: Container = root;
  for (const [depth, step] of path.entries()) {
    const rest = path.slice(depth + 1);
    const slot = slotsOf(container)[indexOf(container, step)];
    if (!slot) return inserted(text, container, step, nested(rest, value));
    if (rest.length === 0 || !isContainer(slot.value) || isBlank(text, slot.value))
      return revalued(text, container, step, slot, withValue(valueAt(data, path.slice(0, depth + 1)), rest, value));
    container = slot.value;
  }
  return undefined;
}

/** Whether brackets have nothing between them, no comment either. */
function isBlank(text: string, { items, range }: Container): boolean {
  return items.length === 0 && !text.slice(range[0], range[1]).includes("#");
}

/** A new entry behind the last one. */
function inserted(text: string, container: Container, step: Step, value: unknown): string | undefined {
  const last = slotsOf(container).at(-1);
  if (container.flow === true || !last) {
    const entry = isMap(container) ? `${JSON.stringify(step)}: ${JSON.stringify(value)}` : JSON.stringify(value);
    const start = last ? last.end : container.range[0] + 1;
    const before = last ? text.slice(linesOf(text, last).start, last.start) : "";
    const space = /^\s*$/.test(before) ? newlineOf(text) + before : " ";
    return spliced(text, { start, end: start }, last ? `,${space}${entry}` : entry);
  }
  const indent = indentOf(text, last);
  if (indent === undefined) return undefined;
  const at = behindComments(text, linesOf(text, last).end, indent.length);
  return withLines(text, at, blockLines(isMap(container) ? { [step]: value } : [value], indent));
}

/** Comments that are further in than an entry are that entry's. */
function behindComments(text: string, offset: number, column: number): number {
  let at = offset;
  for (;;) {
    const space = /^( *)#/.exec(text.slice(at, lineEnd(text, at)))?.[1] ?? "";
    if (space.length <= column) return at;
    at = lineEnd(text, at);
  }
}

/** An entry with another value. */
function revalued(text: string, container: Container, step: Step, slot: Slot, value: unknown): string | undefined {
  const { start, end } = spanOf(text, slot);
  if (container.flow === true) return spliced(text, { start, end }, (slot.value ? "" : ": ") + JSON.stringify(value));
  const indent = indentOf(text, slot);
  if (indent === undefined) return undefined;
  const isList = Array.isArray(value);
  const lines = blockLines(value, indent + (isMap(container) && isList ? "" : "  "));
  if (text.slice(start, end).includes("\n")) {
    const span = linesOf(text, slot);
    const rest = withoutLines(text, span);
    return withLines(rest, Math.min(span.start, rest.length), blockLines(isMap(container) ? { [step]: value } : [value], indent));
  }
  const isBlock = typeof value === "object" && value !== null && Object.keys(value).length > 0;
  if (!isBlock) return spliced(text, { start, end }, `${text[start - 1] === " " ? "" : " "}${(lines[0] ?? "").trimStart()}`);
  // Below the key, whose line keeps its comment.
  const cut = text.slice(0, start).replace(/ +$/, "").length;
  return withLines(spliced(text, { start: cut, end }, ""), lineEnd(text, end) - (end - cut), lines);
}

/** Where the value of an entry is, or would be. */
function spanOf(text: string, { value, end, keyEnd }: Slot): Span {
  const [from, to] = value?.range ?? [end, end];
  if (from < to || keyEnd === undefined) return { start: from, end: to };
  const at = behindColon(text, keyEnd);
  return { start: at, end: at };
}
