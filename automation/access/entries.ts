import type { Path } from "./data";
import { valueAt } from "./data";
import type { Source } from "./document";
import type { AccessKind, Section } from "./kind";

/** An entry of a name, and where it is. */
export interface Found {
  readonly fields: Readonly<Record<string, unknown>>;
  /** Of the entry as a whole. */
  readonly path: Path;
  /** Of its fields. */
  readonly inner: Path;
}

/** The entry of a name; undefined where there is none. */
export function entryOf({ data }: Source, { key, field }: Section, name: string): Found | undefined {
  const entries = data[key];
  if (typeof entries !== "object" || entries === null) return undefined;
  const step = Array.isArray(entries) ? namesIn(entries).indexOf(name) : name;
  if (step === -1 || !Object.hasOwn(entries, step)) return undefined;
  const path = [key, step];
  const inner = field === undefined ? path : [...path, field];
  return { path, inner, fields: (valueAt(data, inner) ?? {}) as Record<string, unknown> };
}

/** The names of all entries, section by section, as `<section> <name>`. */
export function namesOf({ sections }: AccessKind, { data }: Source): string[] {
  return sections.flatMap(({ key }) => {
    const entries = data[key];
    if (typeof entries !== "object" || entries === null) return [];
    const names = Array.isArray(entries) ? namesIn(entries) : Object.keys(entries);
    return names.map((name) => `${one(key)} ${String(name)}`);
  });
}

/** The file that has a cluster's context. */
export function fileWith({ sections }: AccessKind, sources: readonly Source[], name: string): string | undefined {
  const contexts = sections.find(({ key }) => key === "contexts");
  return contexts && sources.find((source) => entryOf(source, contexts, name))?.file;
}

/** For instance `cluster` for `clusters`. */
export function one(section: string): string {
  return section.replace(/s$/, "");
}

function namesIn(entries: readonly unknown[]): unknown[] {
  return entries.map((entry) => valueAt(entry, ["name"]));
}
