import type { PlannedOverride } from "../plan-addons";
import type { Layers, MergedLeaf } from "./layers";
import { mergeLayers, pathText } from "./layers";
import { originText } from "./sourced";

/** Characters of a value that are shown. */
const SHOWN = 60;

/** One of the stack file's own values, and what of the plan it hides. */
interface Hidden {
  readonly keys: readonly string[];
  readonly value: unknown;
  readonly leaves: readonly MergedLeaf[];
}

/**
 * The stack file's own values that stand where the plan has decided something for the platform, or by a setting: whatever else follows
 * from that decision goes on as if nothing had happened. What a class of environments wishes may be anybody's own.
 */
export function overridesOf(layers: Layers): PlannedOverride[] {
  const { own, ownPath } = layers;
  if (Object.keys(own).length === 0) return [];
  return hiddenBy(own, mergeLayers({ ...layers, own: {} }).leaves).flatMap(({ keys, value, leaves }): PlannedOverride[] => {
    const path = `${ownPath}.${pathText(keys)}`;
    const [first] = leaves;
    if (!first) return [];
    const isWhole = leaves.length === 1 && first.keys.length === keys.length;
    if (value !== null && (!isWhole || kindOf(value) !== kindOf(first.value))) {
      return [
        { path, planned: isWhole ? shown(first.value) : countOf(leaves), from: originText(first.origin), misfit: kindOf(value) },
      ];
    }
    const decided = leaves.filter(({ origin }) => origin.layer !== "overlay");
    if (decided.length === 0 || JSON.stringify(value) === JSON.stringify(first.value)) return [];
    const from = originText(decided[0]?.origin ?? first.origin);
    return [{ path, planned: isWhole ? shown(first.value) : countOf(decided), from }];
  });
}

/** Every own value that is no map, or stands where the plan has none, with the planned ones in its place. */
function hiddenBy(own: unknown, leaves: readonly MergedLeaf[], keys: readonly string[] = []): Hidden[] {
  const below = leaves.filter((leaf) => keys.every((key, index) => leaf.keys[index] === key));
  if (below.length === 0) return [];
  const isLeaf = below.some((leaf) => leaf.keys.length === keys.length && kindOf(leaf.value) !== "map");
  if (kindOf(own) !== "map" || isLeaf) return [{ keys, value: own, leaves: below.filter(({ value }) => value !== null) }];
  return Object.entries(own as object).flatMap(([key, value]) => hiddenBy(value, below, [...keys, key]));
}

function kindOf(value: unknown): NonNullable<PlannedOverride["misfit"]> {
  if (Array.isArray(value)) return "list";
  return value !== null && typeof value === "object" ? "map" : "single value";
}

function countOf(leaves: readonly MergedLeaf[]): string {
  const [first] = leaves;
  const path = first ? pathText(first.keys) : "";
  return leaves.length === 1 ? path : `${path} and ${leaves.length - 1} more`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
