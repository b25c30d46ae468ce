import { LineCounter, isMap, isScalar, isSeq, parseDocument } from "yaml";
import type { Document, Node } from "yaml";
import type { Problem, UnplacedProblem } from "./problem";
import { nearest } from "./problem";
import { NAMESPACE } from "./schema";
import type { StackConfig } from "./schema";
import { validate } from "./validate";

/** A stack file read, or all that is wrong with it. */
export type Parsed =
  { readonly ok: true; readonly config: StackConfig } | { readonly ok: false; readonly problems: readonly Problem[] };

/** What the engine itself keeps in a stack file besides `config`. */
const FILE_KEYS = ["config", "encryptionsalt", "secretsprovider", "encryptedkey", "environment"];

/**
 * Reads a stack file.
 *
 * @param text the file's content
 * @param file its name, for reports
 * @returns the configuration with defaults filled in, or every problem in the order of the file
 */
export function parseStackFile(text: string, file: string): Parsed {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const broken = document.errors.map((error): Problem => {
    const { line, col } = counter.linePos(error.pos[0]);
    const message = (error.message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/, "").replace(/\.$/, "");
    return {
      file,
      path: "",
      line,
      column: col,
      value: null,
      message: `not YAML: ${message}`,
      allowed: "YAML 1.2 without duplicate keys",
      remedy: "mend this line",
    };
  });
  if (broken.length > 0) return { ok: false, problems: broken };

  const root = document.toJS() as unknown;
  if (root === null || typeof root !== "object" || Array.isArray(root)) {
    const whole = unplaced("", root, "not a stack file", "a map with the key config", "begin with `config:`");
    return { ok: false, problems: [{ ...whole, file, line: 1, column: 1 }] };
  }
  const { config } = root as { config?: unknown };
  const problems = Object.keys(root)
    .filter((key) => !FILE_KEYS.includes(key))
    .map((key): UnplacedProblem => {
      const meant = nearest(key, FILE_KEYS);
      return unplaced(
        `/${key}`,
        null,
        `unknown key ${key}`,
        FILE_KEYS.join(", "),
        meant === undefined ? "remove it" : `did you mean ${meant}?`,
      );
    });
  const values: Record<string, unknown> = {};
  if (config === undefined || config === null || typeof config !== "object" || Array.isArray(config)) {
    problems.push(
      unplaced(
        "/config",
        config ?? null,
        "no configuration",
        `a map of ${NAMESPACE}: keys`,
        `add ${NAMESPACE}:metadata and what follows it`,
      ),
    );
  } else {
    for (const [key, value] of Object.entries(config)) {
      if (key.startsWith(`${NAMESPACE}:`)) values[key.slice(NAMESPACE.length + 1)] = value;
      // Without a namespace a key belongs to the project, as for the engine.
      else if (!key.includes(":")) values[key] = value;
    }
    const result = validate(values);
    if (result.ok && problems.length === 0) return result;
    if (!result.ok) problems.push(...result.problems);
  }
  return { ok: false, problems: inOrder(problems.map((each) => place(each, document, counter, file))) };
}

/**
 * Reads the concerns as the engine hands them to a program.
 *
 * @param values the concerns by name, without namespace
 */
export function parseConfigValues(values: Readonly<Record<string, unknown>>, file: string): Parsed {
  const result = validate(values);
  return result.ok
    ? result
    : { ok: false, problems: result.problems.map((each) => ({ ...each, file, line: null, column: null })) };
}

/** Gives problems found later, by the planner, their place in the text. */
export function locateProblems(problems: readonly UnplacedProblem[], text: string, file: string): Problem[] {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  return inOrder(problems.map((each) => place(each, document, counter, file)));
}

function unplaced(path: string, value: unknown, message: string, allowed: string, remedy: string): UnplacedProblem {
  return { path, value, message, allowed, remedy };
}

function place(problem: UnplacedProblem, document: Document.Parsed, counter: LineCounter, file: string): Problem {
  const outside = problem.path.startsWith("/");
  const path = outside ? problem.path.slice(1) : problem.path;
  const offset = offsetOf(document.contents, outside ? [path] : ["config", ...path.split(".").filter(Boolean)]);
  const { line, col } = counter.linePos(offset);
  const { value, message, allowed, remedy } = problem;
  return { file, path, line, column: col, value, message, allowed, remedy };
}

/** Where the deepest part of a path that is there begins. A key may hold dots: the longest that fits is taken. */
function offsetOf(root: Node | null, path: readonly string[]): number {
  let node: Node | null = root;
  let offset = 0;
  for (let rest = path; rest.length > 0;) {
    const step = stepInto(node, rest);
    if (!step) break;
    offset = step.offset ?? offset;
    node = step.node;
    rest = rest.slice(step.length);
  }
  return offset;
}

function stepInto(
  node: Node | null,
  path: readonly string[],
): { node: Node | null; offset?: number; length: number } | undefined {
  if (isSeq<Node>(node)) {
    const item = node.items[Number(path[0])];
    return item && { node: item, offset: item.range?.[0], length: 1 };
  }
  if (!isMap<Node, Node | null>(node)) return undefined;
  for (let length = path.length; length > 0; length--) {
    const key = path.slice(0, length).join(".");
    const pair = node.items.find((item) => isScalar(item.key) && [key, `${NAMESPACE}:${key}`].includes(String(item.key.value)));
    if (pair) return { node: pair.value, offset: pair.key.range?.[0], length };
  }
  return undefined;
}

function inOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort(
    (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0) || (a.path < b.path ? -1 : 1),
  );
}
