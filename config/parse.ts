import type { Problem, UnplacedProblem } from "./problem";
import { nearest, problem } from "./problem";
import { redacted } from "./redact";
import { NAMESPACE } from "./schema";
import type { StackConfig } from "./schema";
import { bareSecrets } from "./secrets";
import { validate } from "./validate";
import { inOrder, readYaml } from "./yaml-source";

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
  const { root, problems: broken, place } = readYaml(text, file);
  if (root === undefined) return { ok: false, problems: inOrder(broken) };
  if (!isMap(root)) {
    const whole = problem("", redacted(root), "not a stack file", "a map with the key config", "begin with `config:`");
    return { ok: false, problems: [{ ...whole, file, line: 1, column: 1 }] };
  }
  const problems = Object.keys(root)
    .filter((key) => !FILE_KEYS.includes(key))
    .map((key) => problem(`/${key}`, null, `unknown key ${key}`, FILE_KEYS.join(", "), suggestion(nearest(key, FILE_KEYS))));
  const config = root["config"];
  if (!isMap(config)) {
    const remedy = `add ${NAMESPACE}:metadata and what follows it`;
    problems.push(problem("/config", redacted(config ?? null), "no configuration", `a map of ${NAMESPACE}: keys`, remedy));
  } else {
    const own = ownValues(config);
    const result = validate(own.values);
    problems.push(...own.problems, ...bareSecrets(config), ...(result.ok ? [] : result.problems));
    if (result.ok && problems.length === 0 && broken.length === 0) return result;
  }
  return { ok: false, problems: inOrder([...broken, ...problems.map(place)]) };
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
  return inOrder(problems.map(readYaml(text, file).place));
}

/** The project's own keys without their namespace; other namespaces belong to the providers. */
function ownValues(config: Record<string, unknown>): { values: Record<string, unknown>; problems: UnplacedProblem[] } {
  const values = new Map<string, unknown>();
  const problems: UnplacedProblem[] = [];
  for (const [key, value] of Object.entries(config)) {
    const colon = key.indexOf(":");
    // Without a namespace a key belongs to the project, as for the engine.
    const namespace = colon < 0 ? NAMESPACE : key.slice(0, colon);
    const name = key.slice(colon + 1);
    if (namespace !== NAMESPACE) {
      if (nearest(namespace, [NAMESPACE], 2) === undefined) continue;
      const allowed = `${NAMESPACE}, or a provider's namespace`;
      problems.push(problem(key, null, `unknown namespace ${namespace}`, allowed, `did you mean ${NAMESPACE}:${name}?`));
    }
    if (values.has(name)) {
      const message = `${name} is there twice, with and without ${NAMESPACE}:`;
      problems.push(problem(name, null, message, "one of the two", `remove ${name}, keep ${NAMESPACE}:${name}`));
    }
    values.set(name, value);
  }
  return { values: Object.fromEntries(values), problems };
}

function isMap(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function suggestion(meant: string | undefined): string {
  return meant === undefined ? "remove it" : `did you mean ${meant}?`;
}
