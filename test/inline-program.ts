import assert from "node:assert/strict";
import { join } from "node:path";
import type { Program, Rehearsal } from "../simulator";
import { PROJECT } from "./stacks";

/** Files that declare when they are loaded; all else creates nothing and may stay. */
const declares = (path: string): boolean =>
  path === join(PROJECT, "index.ts") || path.startsWith(join(PROJECT, "test", "programs"));

/**
 * A program file as a function: evaluated anew at every call, as the language host does once per process. What it imports stays
 * loaded, which is where the time goes.
 *
 * @param main path relative to the project. @default the project's own program
 */
export function inlineProgram(main = "index.ts"): Program {
  return () => {
    const outputs = module.require(join(PROJECT, main)) as Record<string, unknown>;
    // Forgotten on every path to it: its outputs hold on to all of its resources.
    for (const path of Object.keys(require.cache).filter(declares)) Reflect.deleteProperty(require.cache, path);
    module.children = module.children.filter(({ filename }) => !declares(filename));
    return Promise.resolve(outputs);
  };
}

/** Compares byte for byte and shows the first difference: a test runner's own comparison of texts this long takes minutes. */
export function assertSame(actual: Rehearsal, expected: Rehearsal): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  const at = Array.from(a).findIndex((character, index) => character !== b[index]);
  if (a !== b) assert.fail(`at ${at}: …${a.slice(at - 40, at + 200)}\ninstead of …${b.slice(at - 40, at + 200)}`);
}
