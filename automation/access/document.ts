import type { Document, LineCounter } from "yaml";
import { LineCounter as Lines, isMap, parseDocument } from "yaml";
import { EXIT, Failure } from "../failure";

/** A configuration that somebody else edits as well. */
export interface Source {
  /** Where it is from, for reports. */
  readonly file: string;
  /** As it is, to the letter; empty where there is no such file. */
  readonly text: string;
  /** The same with the place of everything in the text. */
  readonly document: Document.Parsed;
  /** The same as plain data, aliases (`*`) resolved. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly lines: LineCounter;
}

/**
 * Reads a configuration.
 *
 * @throws {Failure} `invalid-file` when it is no YAML, several documents, or no map; never with anything of it
 */
export function readSource(text: string, file: string): Source {
  const lines = new Lines();
  const document = parseDocument(text, { keepSourceTokens: true, lineCounter: lines, logLevel: "error", merge: true });
  const [error] = document.errors;
  if (error) {
    const line = error.linePos?.[0].line;
    throw leftAsItIs(file, `it is ${WRONG[error.code] ?? BROKEN}${line === undefined ? "" : ` (line ${line})`}`);
  }
  const data = plainOf(document, file);
  if (data !== null && !isMap(document.contents)) throw leftAsItIs(file, `it is ${BROKEN}`);
  return { file, text, document, data: (data ?? {}) as Record<string, unknown>, lines };
}

const BROKEN = "no such file, or broken";

/** What is wrong where it could be read after all, but not by every program as the same. */
const WRONG: Partial<Record<string, string>> = {
  MULTIPLE_DOCS: "several documents (---), of which programs read the first alone",
  DUPLICATE_KEY: "ambiguous: it has a key twice",
};

function plainOf(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS();
  } catch {
    // An alias of nothing, or aliases of aliases that would fill the memory.
    throw leftAsItIs(file, "an alias (*) in it cannot be resolved");
  }
}

/** The failure for a file that is not touched. */
export function leftAsItIs(file: string, why: string, remedy = "mend or move it, or choose another one with --file"): Failure {
  return new Failure("invalid-file", `${file} is left as it is: ${why}; ${remedy}`, EXIT.usage);
}

/**
 * Reads what a stack puts out.
 *
 * @throws {Failure} `invalid-output` when that is none
 */
export function readOutput(content: string, output: string): Source {
  try {
    return readSource(content, output);
  } catch {
    throw invalidOutput(output);
  }
}

/** The failure for what a stack puts out and nobody can use. */
export function invalidOutput(output: string): Failure {
  return new Failure("invalid-output", `the stack's ${output} is none: lab refresh has it read again`, EXIT.failed);
}
