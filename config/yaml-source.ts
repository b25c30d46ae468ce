import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument, visit } from "yaml";
import type { Alias, Document, Node, YAMLError } from "yaml";
import type { Problem, UnplacedProblem } from "./problem";
import { NAMESPACE } from "./schema";

/** A YAML text with the places of everything in it. */
export interface YamlSource {
  /** What the text says; undefined when it cannot be read. */
  readonly root: unknown;
  /** What is wrong with the YAML itself. */
  readonly problems: readonly Problem[];
  /** Gives a problem its place: that of the deepest part of its path that is there. */
  readonly place: (problem: UnplacedProblem) => Problem;
}

/** Reads a YAML text as the engine does: merge keys count, all keys are text. */
export function readYaml(text: string, file: string): YamlSource {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, merge: true, stringKeys: true });
  const place = (problem: UnplacedProblem): Problem => {
    const outside = problem.path.startsWith("/");
    const path = outside ? problem.path.slice(1) : problem.path;
    const keys = outside ? [path] : ["config", ...path.split(".").filter(Boolean)];
    return located({ ...problem, path }, file, counter, offsetOf(document, keys));
  };
  const twice = document.errors.filter(({ code }) => code === "DUPLICATE_KEY");
  // One slip makes a parser stumble again and again: only its first complaint is about the text.
  const broken = document.errors.filter(({ code }) => code !== "DUPLICATE_KEY").slice(0, 1);
  const problems = [...twice, ...broken].map((error) => located(notYaml(messageOf(error, text)), file, counter, error.pos[0]));
  if (broken.length > 0) return { root: undefined, problems, place };
  const endless = endlessAlias(document);
  if (endless) {
    const message = `*${endless.source} stands inside of &${endless.source}: it would hold itself, without end`;
    return { root: undefined, problems: [...problems, located(notYaml(message), file, counter, endless.range?.[0] ?? 0)], place };
  }
  try {
    return { root: document.toJS() as unknown, problems, place };
  } catch (error) {
    // Aliases are followed only here: one leads nowhere, or they multiply without end.
    const message = (error as Error).message.replace(/ \(.*\)/, "");
    return { root: undefined, problems: [...problems, located(notYaml(message), file, counter, badAlias(document))], place };
  }
}

/** Problems in the order of the file. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort(
    (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0) || (a.path < b.path ? -1 : 1),
  );
}

function located(
  { path, value, message, allowed, remedy }: UnplacedProblem,
  file: string,
  counter: LineCounter,
  offset: number,
): Problem {
  const { line, col } = counter.linePos(offset);
  return { file, path, line, column: col, value, message, allowed, remedy };
}

function notYaml(message: string): UnplacedProblem {
  return { path: "", value: null, message: `not YAML: ${message}`, allowed: "one YAML document", remedy: "mend this line" };
}

function messageOf({ code, message, pos }: YAMLError, text: string): string {
  if (code === "DUPLICATE_KEY") return `the key ${/^[^\s,}]*[^\s,}:]/.exec(text.slice(pos[0]))?.[0] ?? ""} is there already`;
  // The library's own words speak to programmers here.
  if (code === "MULTIPLE_DOCS") return "a second document begins here";
  if (code === "NON_STRING_KEY") return "this key is no text";
  return message.replace(/\.$/, "");
}

/** An alias that stands inside of what it names. Anchors come before aliases, so that there is no other way to go in circles. */
function endlessAlias(document: Document.Parsed): Alias | undefined {
  let found: Alias | undefined;
  visit(document, {
    Alias(_, alias, path) {
      const target = alias.resolve(document);
      if (!target || !path.includes(target)) return undefined;
      found = alias;
      return visit.BREAK;
    },
  });
  return found;
}

function badAlias(document: Document.Parsed): number {
  let first: number | undefined;
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document)) return undefined;
      first = alias.range?.[0];
      return visit.BREAK;
    },
  });
  return first ?? 0;
}

/** Where the deepest part of a path that is there begins. A key may hold dots: the longest that fits is taken. */
function offsetOf(document: Document.Parsed, path: readonly string[]): number {
  let node: Node | null | undefined = document.contents;
  let offset = 0;
  for (let rest = path; rest.length > 0;) {
    const step = stepInto(isAlias(node) ? node.resolve(document) : node, rest);
    if (!step) break;
    offset = step.offset ?? offset;
    node = step.node;
    rest = rest.slice(step.length);
  }
  return offset;
}

function stepInto(
  node: Node | null | undefined,
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
