import type { z } from "zod";
import { nearest } from "./problem";
import type { UnplacedProblem } from "./problem";
import { remedyOf } from "./remedies";
import { SECRET, encryptedPaths, isCredential, isWithheld, redacted } from "./redact";
import type { Path } from "./redact";
import { NAMESPACE, concerns, stackConfig } from "./schema";
import type { StackConfig } from "./schema";
import { description, keysAt, nameDescription, valueAt } from "./walk";

/** A valid configuration or everything that is wrong with it. */
export type Validation =
  { readonly ok: true; readonly config: StackConfig } | { readonly ok: false; readonly problems: readonly UnplacedProblem[] };

type Issue = z.core.$ZodIssue;

/**
 * Judges the concerns of a stack, keys without their namespace.
 *
 * @returns all problems, never only the first; no value of theirs holds anything encrypted
 */
export function validate(values: Readonly<Record<string, unknown>>): Validation {
  const encrypted = encryptedPaths(values);
  const result = stackConfig.safeParse(values);
  const problems = [
    ...encrypted.map((path) =>
      problem(
        path,
        SECRET,
        "an encrypted value",
        `a plain value: nothing under ${NAMESPACE} is a secret`,
        path[0] === "secrets"
          ? "name its key among keys, and set the value as secret:<namespace>/<name>/<key>"
          : "write the value itself, or keep the secret under its provider's namespace",
      ),
    ),
    ...(result.success ? [] : result.error.issues)
      .filter((issue) => !encrypted.some((path) => path.every((key, index) => issue.path[index] === key)))
      .filter((issue) => !isExplained(issue, values))
      .flatMap((issue) => problemsOf(issue, values)),
  ];
  if (problems.length > 0) return { ok: false, problems: problems.map((each) => ({ ...each, value: redacted(each.value) })) };
  if (!result.success) throw new Error("a failed validation has problems");
  return { ok: true, config: result.data };
}

/** Where a map has none of its keys but others, those are reported: that something is missing says nothing more. */
function isExplained(issue: Issue, values: unknown): boolean {
  if (issue.code !== "custom") return false;
  const value = valueAt(values, issue.path);
  const known = keysAt(issue.path);
  if (value === null || typeof value !== "object" || known.length === 0) return false;
  return Object.keys(value).length > 0 && !Object.keys(value).some((key) => known.includes(key));
}

function problemsOf(issue: Issue, values: unknown): UnplacedProblem[] {
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(issue.path, key, values));
  if (issue.code === "invalid_key")
    return [problem(issue.path, String(issue.path.at(-1)), "not a valid name", nameDescription(issue.path), "rename it")];
  const value = valueAt(values, issue.path);
  const allowed = description(issue.path);
  if (value === undefined) {
    const key = String(issue.path.at(-1));
    return [problem(issue.path, null, "missing", allowed, `add ${issue.path.length === 1 ? `${NAMESPACE}:${key}` : key}`)];
  }
  if (value === null) {
    const isMap = keysAt(issue.path).length > 0;
    const remedy = isMap ? "write {} for all of its defaults, or remove the key" : "give it a value, or remove the key";
    return [problem(issue.path, null, "empty", allowed, remedy)];
  }
  return [problem(issue.path, value, reason(issue), allowed, remedyOf(issue, value))];
}

function reason(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return `not ${article(issue.expected)}`;
    case "too_small":
      return issue.origin === "string" || issue.origin === "array" ? "too short" : "too small";
    case "too_big":
      return issue.origin === "string" || issue.origin === "array" ? "too long" : "too large";
    case "invalid_format":
      return "not in the form asked for";
    case "custom":
      return issue.message;
    default:
      return "not allowed here";
  }
}

function unknownKey(path: Path, key: string, values: unknown): UnplacedProblem {
  const known = path.length === 0 ? Object.keys(concerns) : keysAt(path);
  const own = [...path, key];
  const value = valueAt(values, own) ?? null;
  const meant = nearest(key, known);
  return problem(
    own,
    value,
    `unknown key ${path.length === 0 ? `${NAMESPACE}:` : ""}${key}`,
    known.length === 0 ? description(path) : known.join(", "),
    // A comma ends a value in a map on one line: what follows it is read as a key.
    RANGE.test(key)
      ? "put the list of ranges before it in quotes, this one included"
      : isCredential(own)
        ? CREDENTIALS_ELSEWHERE
        : meant === undefined
          ? "remove it"
          : `did you mean ${meant}?`,
  );
}

const CREDENTIALS_ELSEWHERE =
  "take it out, and another one, for this one was readable: credentials come from the environment (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, PULUMI_ACCESS_TOKEN)";

const RANGE = /^[0-9a-f.:]+-[0-9a-f.:]+$|^[a-z0-9-]+\.\.\d+$/i;

function problem(path: Path, value: unknown, message: string, allowed: string, remedy: string): UnplacedProblem {
  return { path: path.map(String).join("."), value: isWithheld(path, value) ? SECRET : value, message, allowed, remedy };
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
