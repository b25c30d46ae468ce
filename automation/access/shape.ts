import { isNode } from "yaml";
import type { z } from "zod";
import { valueAt } from "./data";
import type { Source } from "./document";
import { leftAsItIs } from "./document";

/**
 * Holds a user's file to what the programs that read it hold it to: what they would refuse or read in two ways is not built upon.
 *
 * @param shape what a file must be; the message of an issue is what is allowed there, that of a custom one the whole sentence
 * @throws {Failure} `invalid-file` with everything that is wrong; never with a value of the file
 */
export function checkShape(source: Source, shape: z.ZodType): void {
  const result = shape.safeParse(source.data);
  if (result.success) return;
  const wrong = result.error.issues.map(({ code, path, message }) => {
    const is = code === "invalid_value" ? "something else" : typeOf(valueAt(source.data, path));
    const found = code === "custom" ? message : `is ${is}, and must be ${message}`;
    return `${pathText(path)}${placeOf(source, path)} ${found}`;
  });
  throw leftAsItIs(source.file, wrong.join("; "));
}

function typeOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "a text";
  if (typeof value === "boolean") return "true or false";
  return typeof value === "object" ? "a map" : "a number";
}

/** For instance `clusters[0].name`. */
function pathText(path: readonly PropertyKey[]): string {
  return path.map((key, index) => (typeof key === "number" ? `[${key}]` : `${index === 0 ? "" : "."}${String(key)}`)).join("");
}

/** The line of a value, or of the nearest that is there and holds it. */
function placeOf({ document, lines }: Source, path: readonly PropertyKey[]): string {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return ` (line ${lines.linePos(node.range[0]).line})`;
  }
  return "";
}
