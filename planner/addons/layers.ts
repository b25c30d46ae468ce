import type { ByClass, EnvironmentClass } from "../../config/metadata";
import { BASE, LAYERS, Sourced, later, originText } from "./sourced";
import type { Layer, Origin } from "./sourced";

/** What stands at the end of a path: a text, number, truth value or nothing, or a list, which is taken whole. */
export type LeafValue = string | number | boolean | null | readonly unknown[];

/** Values of a chart as an add-on writes them: `undefined` says nothing, a {@link Sourced} leaf brings its own layer. */
export interface Values {
  readonly [key: string]: LeafValue | Sourced<LeafValue> | Values | undefined;
}

/** What an add-on's values are made of. */
export interface Layers {
  /** What this platform and Talos need. */
  readonly base: Values;
  /** What a class of environments wants on top. */
  readonly overlays: ByClass<Values>;
  readonly environmentClass: EnvironmentClass;
  /** The stack file's own values, the last word, and where they stand in it. */
  readonly own: Readonly<Record<string, unknown>>;
  readonly ownPath: string;
}

/** One value of the merged ones and where it comes from. */
export interface MergedLeaf {
  /** Keys from the top. */
  readonly keys: readonly string[];
  readonly value: LeafValue | Readonly<Record<string, never>>;
  readonly origin: Origin;
}

/** Values merged, and every leaf of them with its origin. */
export interface MergedValues {
  readonly values: Readonly<Record<string, unknown>>;
  /** In order of path. */
  readonly leaves: readonly MergedLeaf[];
}

interface Leaf {
  readonly value: LeafValue;
  readonly origin: Origin;
}

/** A map; its origin counts where it is empty. */
interface Branch {
  readonly entries: ReadonlyMap<string, Leaf | Branch>;
  readonly origin: Origin;
}

/**
 * Merges as Helm merges several files of values: maps key by key, everything else replaced whole. A `null` is kept: it is what tells
 * Helm to take the chart's own value away. A leaf's origin travels with it through the merge.
 */
export function mergeLayers({ base, overlays, environmentClass, own, ownPath }: Layers): MergedValues {
  const overlay: Origin = { layer: "overlay", environmentClass };
  const written = LAYERS.flatMap((layer) => [branch(base, BASE, layer), branch(overlays[environmentClass], overlay, layer)]);
  const merged = [...written, ownBranch(own, ownPath)].reduce(merge, { entries: new Map(), origin: BASE });
  return { values: plain(merged) as Readonly<Record<string, unknown>>, leaves: leavesOf(merged, []) };
}

/** Keys as one path, as `helm --set` writes it: dots that belong to a key have a backslash before them. */
export function pathText(keys: readonly string[]): string {
  return keys.map((key) => key.replaceAll(".", "\\.")).join(".");
}

/** Values that were all decided in one place, leaf by leaf. */
export function decidedBy(origin: Origin, values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      value === undefined || value instanceof Sourced
        ? value
        : isValues(value)
          ? decidedBy(origin, value)
          : new Sourced(value, origin),
    ]),
  );
}

/** The value at keys joined by dots; undefined where there is none. */
export function valueAt(values: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, key) => (isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined), values);
}

/** Leaves as documents have them. */
export function originsOf(leaves: readonly MergedLeaf[]): { readonly path: string; readonly from: string }[] {
  return leaves.map(({ keys, origin }) => ({ path: pathText(keys), from: originText(origin) }));
}

/** What of a tree was decided in one layer. */
function branch(values: Values, written: Origin, layer: Layer): Branch {
  const entries = new Map<string, Leaf | Branch>();
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined) continue;
    if (isValues(value)) {
      const below = branch(value, written, layer);
      const isWritten = Object.keys(value).length === 0 && written.layer === layer;
      if (below.entries.size > 0 || isWritten) entries.set(key, below);
      continue;
    }
    const leaf =
      value instanceof Sourced ? { value: value.value, origin: later(written, value.origin) } : { value, origin: written };
    if (leaf.origin.layer === layer) entries.set(key, leaf);
  }
  return { entries, origin: written };
}

/** Values from the stack file: each leaf's path there is its origin. */
function ownBranch(values: Readonly<Record<string, unknown>>, path: string): Branch {
  const entries = Object.entries(values).map(([key, value]): [string, Leaf | Branch] => {
    const below = `${path}.${pathText([key])}`;
    return [key, isMap(value) ? ownBranch(value, below) : { value: value as LeafValue, origin: { layer: "stack", path: below } }];
  });
  return { entries: new Map(entries), origin: { layer: "stack", path } };
}

function merge(under: Branch, over: Branch): Branch {
  const entries = new Map(under.entries);
  for (const [key, value] of over.entries) {
    const before = entries.get(key);
    entries.set(key, before && "entries" in before && "entries" in value ? merge(before, value) : value);
  }
  return { entries, origin: over.origin };
}

/** In order of key, so that neither the file's order nor the engine's shows. */
function sorted({ entries }: Branch): [string, Leaf | Branch][] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}

function plain(node: Leaf | Branch): unknown {
  return "entries" in node ? Object.fromEntries(sorted(node).map(([key, each]) => [key, plain(each)])) : node.value;
}

function leavesOf(node: Leaf | Branch, keys: readonly string[]): MergedLeaf[] {
  if (!("entries" in node)) return [{ keys, ...node }];
  if (node.entries.size === 0) return keys.length === 0 ? [] : [{ keys, value: {}, origin: node.origin }];
  return sorted(node).flatMap(([key, each]) => leavesOf(each, [...keys, key]));
}

function isValues(value: Values[string]): value is Values {
  return isMap(value) && !(value instanceof Sourced);
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
