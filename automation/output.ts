import type { Style } from "./render/style";
import { detectStyle } from "./render/style";

/** Options every command has. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly color: boolean;
  readonly ascii?: boolean;
}

/** How results are drawn on stdout. */
export function stdoutStyle({ color, ascii }: CommonOptions): Style {
  return detectStyle(process.stdout, process.env, { color, ascii: ascii === true });
}

/** Prints lines of a result. */
export function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** Prints the one JSON document of a command. */
export function printJson(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}
