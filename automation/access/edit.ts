import { isDeepStrictEqual } from "node:util";
import { isMap } from "yaml";
import type { Path, Step } from "./data";
import { nested, valueAt, withValue, without } from "./data";
import type { Source } from "./document";
import { leftAsItIs, readSource } from "./document";
import type { Container, Slot } from "./layout";
import { indentOf, indexOf, isContainer, slotsOf } from "./layout";
import type { Span } from "./lines";
import { blockLines, lineEnd, linesOf, newlineOf, spliced, withLines, withoutLines } from "./lines";

/**
 * A configuration with another value in one place; what is not there yet is made. Whatever else is in the text stays to the letter: it
 * is the text that changes, not a document that would be laid out anew.
 *
 * @param path an index that is a list's length adds to it
 * @throws {Failure} `invalid-file` where that would change something else, too
 */
export function put(source: Source, path: Path, value: unknown): Source {
  return checked(source, putText(source, path, value), withValue(source.data, path, value));
}

/**
 * A configuration without one entry.
 *
 * @throws {Failure} `invalid-file` where that would change something else, too
 */
export function drop(source: Source, path: Path): Source {
  return checked(source, dropText(source, path), without(source.data, path));
}

/** A text, held to what it is meant to be read as. */
function checked({ file }: Source, text: string | undefined, meant: unknown): Source {
  const changed = text === undefined ? undefined : readOrNothing(text, file);
  if (changed && isDeepStrictEqual(changed.data, meant)) return changed;
  const why = "what would change is shared with other entries (& and *), or laid out in a rare way";
  throw leftAsItIs(file, why, "write it out as kubectl and talosctl do, or choose another file with --file");
}

function readOrNothing(text: string, file: string): Source | undefined {
  try {
    return readSource(text, file);
  } catch {
    // Broken by the change, which is thus not made.
    return undefined;
  }
}

function putText({ text, document, data }: Source, path: Path, value: unknown): string | undefined {
  const root = document.contents;
  if (!isContainer(root)) return withLines(text, text.length, blockLines(nested(path, value)));
  let container: Container = root;
  for (const [depth, step] of path.entries()) {
    const rest = path.slice(depth + 1);
    const slot = slotsOf(container)[indexOf(container, step)];
    if (!slot) return inserted(text, container, step, nested(rest, value));
    if (rest.length === 0 || !isContainer(slot.value) || slot.value.items.length === 0)
      return revalued(text, container, step, slot, withValue(valueAt(data, path.slice(0, depth + 1)), rest, value));
    container = slot.value;
  }
  return undefined;
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

function dropText({ text, document }: Source, path: Path): string | undefined {
  let container = document.contents as Slot["value"] | undefined;
  let outer: Slot | undefined;
  for (const step of path.slice(0, -1)) {
    if (!isContainer(container)) return undefined;
    outer = slotsOf(container)[indexOf(container, step)];
    container = outer?.value;
  }
  if (!isContainer(container)) return undefined;
  const slots = slotsOf(container);
  const index = indexOf(container, path.at(-1) ?? "");
  const [before, slot, after] = [slots[index - 1], slots[index], slots[index + 1]];
  if (!slot) return undefined;
  if (container.flow === true) {
    if (after) return spliced(text, { start: slot.start, end: after.start }, "");
    if (before) return spliced(text, { start: before.end, end: slot.end }, "");
    return spliced(text, { start: container.range[0] + 1, end: container.range[1] - 1 }, "");
  }
  if (indentOf(text, slot) === undefined) return undefined;
  const rest = withoutLines(text, linesOf(text, slot));
  if (slots.length > 1 || outer?.keyEnd === undefined) return rest;
  // Empty is written out, for a key without value would be null.
  const at = behindColon(text, outer.keyEnd);
  return spliced(rest, { start: at, end: at }, isMap(container) ? " {}" : " []");
}

/** Where the value of an entry is, or would be. */
function spanOf(text: string, { value, end, keyEnd }: Slot): Span {
  const [from, to] = value?.range ?? [end, end];
  if (from < to || keyEnd === undefined) return { start: from, end: to };
  const at = behindColon(text, keyEnd);
  return { start: at, end: at };
}

/** The offset behind a key's colon, and the anchor or tag of its value. */
function behindColon(text: string, keyEnd: number): number {
  return keyEnd + (/^\s*:(?:[ \t]+[&!]\S+)*/.exec(text.slice(keyEnd))?.[0].length ?? 0);
}
