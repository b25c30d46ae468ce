import type { z } from "zod";
import { stackConfig } from "./schema";
import type { Path } from "./redact";

/** What the schema says about the place at a path; the nearest described one above it when it says nothing. */
export function description(path: Path): string {
  for (let length = path.length; length > 0; length--) {
    const schema = schemaAt(path.slice(0, length));
    const text = schema?.description ?? unwrap(schema)?.description;
    if (text !== undefined) return text;
  }
  return "see config/stack.schema.json";
}

/** The keys a map at a path may have; none where names are free. */
export function keysAt(path: Path): string[] {
  const schema = unwrap(schemaAt(path));
  return schema?.def.type === "object" ? Object.keys((schema as z.ZodObject).shape) : [];
}

/** What the schema says about the names in the map that the path's last key is in. */
export function nameDescription(path: Path): string {
  const record = unwrap(schemaAt(path.slice(0, -1)));
  const text = record?.def.type === "record" ? ((record as z.ZodRecord).keyType as z.ZodType).description : undefined;
  return text ?? "another name";
}

/** The value at a path of the raw input. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (parent, key) =>
      parent !== null && typeof parent === "object" && Object.hasOwn(parent, key)
        ? (parent as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  );
}

function schemaAt(path: Path): z.ZodType | undefined {
  let schema: z.ZodType | undefined = stackConfig;
  for (const key of path) {
    const inner = unwrap(schema);
    if (inner?.def.type === "object") schema = (inner as z.ZodObject).shape[String(key)] as z.ZodType | undefined;
    else if (inner?.def.type === "record") schema = (inner as z.ZodRecord).valueType as z.ZodType;
    else if (inner?.def.type === "array") schema = (inner as z.ZodArray).element as z.ZodType;
    else return undefined;
  }
  return schema;
}

/** The schema under defaults and optionality. */
function unwrap(schema: z.ZodType | undefined): z.ZodType | undefined {
  let inner = schema;
  while (inner && ["optional", "default", "prefault"].includes(inner.def.type)) {
    inner = (inner as z.ZodOptional).unwrap() as z.ZodType;
  }
  return inner;
}
