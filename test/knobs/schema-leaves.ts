import type { z } from "zod";

/** Every place of a schema where a single value can be written: `*` for a name, `[]` for an entry of a list. */
export function leavesOf(schema: z.ZodType, path = ""): string[] {
  const inner = unwrap(schema);
  switch (inner.def.type) {
    case "object":
      return Object.entries((inner as z.ZodObject).shape).flatMap(([key, each]) =>
        leavesOf(each as z.ZodType, path === "" ? key : `${path}.${key}`),
      );
    case "record": {
      const value = (inner as z.ZodRecord).valueType as z.ZodType;
      return value.def.type === "unknown" ? [path] : leavesOf(value, `${path}.*`);
    }
    case "array":
      return leavesOf((inner as z.ZodArray).element as z.ZodType, `${path}[]`);
    default:
      return [path];
  }
}

function unwrap(schema: z.ZodType): z.ZodType {
  let inner = schema;
  while (["optional", "default", "prefault"].includes(inner.def.type)) inner = (inner as z.ZodOptional).unwrap() as z.ZodType;
  return inner;
}
