import { isMap } from "yaml";
import type { Path } from "./data";
import type { Source } from "./document";
import type { Slot } from "./layout";
import { behindColon, indentOf, indexOf, isContainer, slotsOf } from "./layout";
import type { Span } from "./lines";
import { linesOf, spliced, withoutLines } from "./lines";

/** The text of a configuration without one entry; undefined where it is laid out in a way that is not known. */
export function dropText({ text, document }: Source, path: Path): string | undefined {
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
    const [open, close] = [container.range[0] + 1, container.range[1] - 1];
    if (after)
      return withoutPiece(text, { start: slot.start, end: after.start }, { ...slot, end: text.indexOf(",", slot.end) + 1 });
    return withoutPiece(text, before ? { start: before.end, end: slot.end } : { start: open, end: close }, slot);
  }
  if (indentOf(text, slot) === undefined) return undefined;
  const rest = withoutLines(text, linesOf(text, slot));
  if (slots.length > 1 || outer?.keyEnd === undefined) return rest;
  // Empty is written out, for a key without value would be null.
  const at = behindColon(text, outer.keyEnd);
  return spliced(rest, { start: at, end: at }, isMap(container) ? " {}" : " []");
}

/** A text without an entry in brackets and what is around it; without as little as must be where that has comments. */
function withoutPiece(text: string, around: Span, least: Span): string {
  const kept = text.slice(around.start, least.start) + text.slice(least.end, around.end);
  return spliced(text, kept.includes("#") ? least : around, "");
}
