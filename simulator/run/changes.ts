import { parseAllDocuments } from "yaml";
import type { Change } from "../report";
import type { Json } from "../values";
import { canonical } from "../values";
import type { Step } from "./steps";

/** What a step changes, value by value: texts that are YAML are looked into, secrets only said to differ. */
export function changesOf({ changes, known, kept }: Pick<Step, "changes" | "known" | "kept">): Change[] {
  if (!known || !kept) return [];
  return changes.flatMap((name) => compare(name, known.inputs[name] ?? null, kept[name] ?? null));
}

function compare(path: string, before: Json, after: Json): Change[] {
  if (canonical(before) === canonical(after)) return [];
  const texts = typeof before === "string" && typeof after === "string" ? [documents(before), documents(after)] : [];
  const [was = before, is = after] = texts.every((text) => text !== undefined) ? texts : [];
  if (!isCompound(was) || !isCompound(is) || isSecret(was) || isSecret(is)) {
    return [{ path, before: shown(before), after: shown(after) }];
  }
  const [left, right] = [entries(was), entries(is)];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((key) =>
    compare(`${path}.${key}`, left[key] ?? null, right[key] ?? null),
  );
}

/** Lists are compared by position: their order matters to whoever reads them. */
function entries(value: Json): { readonly [key: string]: Json } {
  return Array.isArray(value) ? Object.fromEntries(value.entries()) : (value as { [key: string]: Json });
}

/** What a YAML text of maps says: one map, or the list of several. */
function documents(text: string): Json | undefined {
  if (!text.includes(":")) return undefined;
  const parsed = parseAllDocuments(text, { version: "1.1" });
  const values = parsed.filter(({ errors }) => errors.length === 0).map((document) => document.toJS() as Json);
  if (values.length !== parsed.length || !values.every(isCompound)) return undefined;
  return values.length === 1 ? values[0] : values;
}

function isCompound(value: Json | undefined): boolean {
  return value !== null && typeof value === "object";
}

/** Kept secrets are hashes: that they differ is all that may be told. */
function isSecret(value: Json): boolean {
  return isCompound(value) && !Array.isArray(value) && /^{"secret":"[0-9a-f]{64}"}$/.test(JSON.stringify(value));
}

/** A kept value as it may be shown: hashes of secrets are `[secret]`. */
export function shown(value: Json): Json {
  if (value === null || typeof value !== "object") return value;
  if (isSecret(value)) return "[secret]";
  return Array.isArray(value)
    ? value.map(shown)
    : Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shown(each)]));
}
