/** A part of a kind's schema, as definitions have it. */
export interface Schema {
  readonly [key: string]: unknown;
}

/** An object with these fields and no others; names that end with `!` are required. */
export function object(fields: Readonly<Record<string, Schema>>, more: Schema = {}): Schema {
  const entries = Object.entries(fields);
  const required = entries.filter(([name]) => name.endsWith("!")).map(([name]) => name.slice(0, -1));
  return {
    type: "object",
    properties: Object.fromEntries(entries.map(([name, schema]) => [name.replace(/!$/, ""), schema])),
    ...(required.length > 0 ? { required } : {}),
    ...more,
  };
}

/** A list. */
export function list(items: Schema, more: Schema = {}): Schema {
  return { type: "array", items, ...more };
}

/** A list whose entries have names: server-side apply knows them by these. */
export function named(items: Schema, more: Schema = {}): Schema {
  return list(items, { "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"], ...more });
}

/** A text, one of those given where any are. */
export function text(...values: readonly string[]): Schema {
  return { type: "string", ...(values.length > 0 ? { enum: values } : {}) };
}

/** A whole number. */
export function integer(minimum: number, maximum: number, more: Schema = {}): Schema {
  return { type: "integer", minimum, maximum, ...more };
}

/** True or false. */
export const FLAG: Schema = { type: "boolean" };

/** Texts by name. */
export const TEXTS: Schema = { type: "object", additionalProperties: { type: "string" } };

/** Whatever there is: nobody here makes anything of it. */
export const ANYTHING: Schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

/** A selector by labels. */
export const SELECTOR: Schema = object(
  {
    matchLabels: TEXTS,
    matchExpressions: list(
      object({ "key!": text(), "operator!": text("In", "NotIn", "Exists", "DoesNotExist"), values: list(text()) }),
    ),
  },
  { "x-kubernetes-map-type": "atomic" },
);

/** A condition that holds among fields, in the language of admission policies. */
export function rule(of: string, message: string): Schema {
  return { "x-kubernetes-validations": [{ rule: of, message }] };
}
