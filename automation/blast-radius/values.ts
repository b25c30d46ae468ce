/** Values of inputs, whatever they turn out to be: a resource may come from another version of the program. */

type Value = unknown;

/** A map, or an empty one. */
export function map(value: Value): Readonly<Record<string, Value>> {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Record<string, Value>) : {};
}

/** A list, or an empty one. */
export function list(value: Value): readonly Value[] {
  return Array.isArray(value) ? value : [];
}

/** A text or a number as text; empty for anything else. */
export function text(value: Value): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** The value at a path of keys. */
export function at(value: Value, ...path: readonly string[]): Value {
  return path.reduce((found: Value, key) => map(found)[key], value);
}

/** Whether two values say the same. */
export function same(a: Value, b: Value): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}
