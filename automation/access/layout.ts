import type { Pair, ParsedNode, YAMLMap, YAMLSeq } from "yaml";
import { isCollection, isMap, isPair, isScalar } from "yaml";
import type { Step } from "./data";
import type { Span } from "./lines";
import { linesOf } from "./lines";

/** What holds entries, as it was parsed: block or flow (`[…]`, `{…}`, so all of JSON). */
export type Container = YAMLMap.Parsed | YAMLSeq.Parsed;

/** Where an entry of a map or list is in the text: from its key or dash to the end of its value. */
export interface Slot extends Span {
  readonly value: ParsedNode | null;
  /** Behind a map's key. */
  readonly keyEnd?: number;
}

/** Whether a node holds entries; an alias of one that does holds none itself. */
export function isContainer(node: ParsedNode | null | undefined): node is Container {
  return isCollection(node);
}

/** Every entry of a map or list, in order. */
export function slotsOf(container: Container): Slot[] {
  if (isMap(container)) return container.items.map(slotOfPair);
  const tokens = container.srcToken?.type === "block-seq" ? container.srcToken.items : [];
  const dashes = tokens.flatMap(({ start }) => start.filter(({ type }) => type === "seq-item-ind"));
  return container.items.map((item, index) => {
    const value: ParsedNode | null = isPair(item) ? null : item;
    const start = dashes[index]?.offset ?? value?.range[0] ?? 0;
    return { start, end: endOf(value) ?? start, value };
  });
}

function slotOfPair({ key, value }: Pair<ParsedNode, ParsedNode | null>): Slot {
  return { start: key.range[0], end: endOf(value) ?? key.range[1], value, keyEnd: key.range[1] };
}

/** Which entry of a map has a key, or of a list an index; negative when there is none. */
export function indexOf(container: Container, step: Step): number {
  if (typeof step === "number") return step < container.items.length ? step : -1;
  if (!isMap(container)) return -1;
  return container.items.findIndex(({ key }) => isScalar(key) && String(key.value) === step);
}

/** Where the last thing of a value ends; a block's own range goes on over comments and empty lines. */
function endOf(node: ParsedNode | null): number | undefined {
  if (!node) return undefined;
  if (!isContainer(node) || node.flow === true) return node.range[1];
  return slotsOf(node).at(-1)?.end ?? node.range[1];
}

/** What stands before an entry in its line, where that is nothing but spaces; undefined where it is not. */
export function indentOf(text: string, slot: Span): string | undefined {
  const before = text.slice(linesOf(text, slot).start, slot.start).replace(/^\uFEFF/, "");
  return /^ *$/.test(before) ? before : undefined;
}

/** The offset behind a key's colon, and the anchor or tag of its value. */
export function behindColon(text: string, keyEnd: number): number {
  return keyEnd + (/^\s*:(?:[ \t]+[&!]\S+)*/.exec(text.slice(keyEnd))?.[0].length ?? 0);
}
