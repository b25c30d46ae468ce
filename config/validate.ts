import type { z } from "zod";
import { nearest } from "./problem";
import type { UnplacedProblem } from "./problem";
import { NAMESPACE, concerns, stackConfig } from "./schema";
import type { StackConfig } from "./schema";

/** A valid configuration or everything that is wrong with it. */
export type Validation =
  { readonly ok: true; readonly config: StackConfig } | { readonly ok: false; readonly problems: readonly UnplacedProblem[] };

type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;

/** Judges the concerns of a stack, keys without their namespace. Reports all problems, never only the first. */
export function validate(values: Readonly<Record<string, unknown>>): Validation {
  const encrypted = encryptedPaths(values, []);
  const result = stackConfig.safeParse(values);
  const problems = [
    ...encrypted.map((path): UnplacedProblem => ({
      path: path.join("."),
      value: "[secret]",
      message: "an encrypted value",
      allowed: "a plain value: nothing under proxmox-talos is a secret",
      remedy: "write the value itself, or keep the secret under its provider's namespace",
    })),
    ...(result.success ? [] : result.error.issues)
      .filter((issue) => !encrypted.some((path) => path.every((key, index) => issue.path[index] === key)))
      .flatMap((issue) => problemsOf(issue, values)),
  ];
  if (problems.length > 0) return { ok: false, problems };
  if (!result.success) throw new Error("a failed validation has problems");
  return { ok: true, config: result.data };
}

function problemsOf(issue: Issue, values: unknown): UnplacedProblem[] {
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(issue.path, key, values));
  if (issue.code === "invalid_key") {
    const key = String(issue.path.at(-1));
    return [
      problem(
        issue.path,
        key,
        "not a valid name",
        "lower-case letters, digits and hyphens, beginning with a letter",
        "rename it",
      ),
    ];
  }
  const value = at(values, issue.path);
  const allowed = description(issue.path);
  if (value === undefined) {
    const key = String(issue.path.at(-1));
    const name = issue.path.length === 1 ? `${NAMESPACE}:${key}` : key;
    return [problem(issue.path, null, "missing", allowed, `add ${name}`)];
  }
  if (issue.code === "invalid_type")
    return [problem(issue.path, value, `not ${article(issue.expected)}`, allowed, "write one that is allowed")];
  return [problem(issue.path, value, "not allowed here", allowed, "write one that is allowed")];
}

function unknownKey(path: Path, key: string, values: unknown): UnplacedProblem {
  const known = path.length === 0 ? Object.keys(concerns) : keysAt(path);
  const meant = nearest(key, known);
  const shown = path.length === 0 ? `${NAMESPACE}:${key}` : key;
  return {
    path: [...path, key].map(String).join("."),
    value: at(values, [...path, key]) ?? null,
    message: `unknown key ${shown}`,
    allowed: known.join(", "),
    remedy: meant === undefined ? "remove it" : `did you mean ${meant}?`,
  };
}

function problem(path: Path, value: unknown, message: string, allowed: string, remedy: string): UnplacedProblem {
  return { path: path.map(String).join("."), value, message, allowed, remedy };
}

function article(expected: string): string {
  const names: Record<string, string> = {
    int: "a whole number",
    number: "a number",
    object: "a map",
    record: "a map",
    array: "a list",
    string: "text",
    boolean: "true or false",
  };
  return names[expected] ?? expected;
}

/** The value at a path of the raw input. */
function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((parent, key) => (parent as Record<PropertyKey, unknown> | null | undefined)?.[key], value);
}

/** What the schema says about the place at a path; the nearest described one above it when it says nothing. */
function description(path: Path): string {
  for (let length = path.length; length > 0; length--) {
    const schema = schemaAt(path.slice(0, length));
    const text = schema?.description ?? unwrap(schema)?.description;
    if (text !== undefined) return text;
  }
  return "see config/stack.schema.json";
}

function keysAt(path: Path): string[] {
  const schema = unwrap(schemaAt(path));
  return schema?.def.type === "object" ? Object.keys((schema as z.ZodObject).shape) : [];
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

/** Where an encrypted value (`{ secure: … }`) stands. */
function encryptedPaths(value: unknown, path: Path): Path[] {
  if (value === null || typeof value !== "object") return [];
  if (!Array.isArray(value) && Object.keys(value).length === 1 && "secure" in value) return [path];
  return Object.entries(value).flatMap(([key, entry]) =>
    encryptedPaths(entry, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}
