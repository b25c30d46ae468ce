import assert from "node:assert/strict";
import { parse } from "shell-quote";
import type { Block } from "./markdown";

/** One program that a line runs. */
export interface Invocation {
  /** Program and arguments; variables stay as they are written. */
  readonly words: readonly string[];
}

/** One line to be typed. */
export interface CommandLine {
  readonly file: string;
  readonly line: number;
  /** As it is typed, without its comment. */
  readonly text: string;
  readonly invocations: readonly Invocation[];
}

/** Languages of blocks that are typed into a shell. */
export const SHELLS = ["console", "sh", "bash"];

/** The lines of a block that are typed: those that end with a backslash, a pipe, `&&` or `||` go on, comments are left out. */
export function commandLines({ file, line, text }: Block): CommandLine[] {
  const found: CommandLine[] = [];
  let begun = "";
  text.split("\n").forEach((each, index) => {
    const whole = begun + each.trim();
    begun = whole.endsWith("\\") ? whole.slice(0, -1) : /(\||&&)$/.test(whole) ? `${whole} ` : "";
    if (begun === "" && whole !== "" && !whole.startsWith("#")) {
      found.push({ file, line: line + index + 1, ...parsed(whole) });
    }
  });
  assert.equal(begun, "", `${file}:${line}: the block's last command does not end`);
  return found;
}

/** The programs that a text runs, if it were typed. */
export function parsed(text: string): Pick<CommandLine, "text" | "invocations"> {
  const invocations: { words: string[] }[] = [{ words: [] }];
  let redirected = false;
  for (const token of parse(text, (name) => `$${name}`)) {
    const last = invocations.at(-1);
    if (typeof token === "string" || ("op" in token && token.op === "glob")) {
      const word = typeof token === "string" ? token : token.pattern;
      if (redirected || (last?.words.length === 0 && /^\w+=/.test(word))) redirected = false;
      else last?.words.push(word);
    } else if ("op" in token) {
      if (/^[0-9]*[<>]/.test(token.op)) redirected = true;
      else invocations.push({ words: [] });
    }
  }
  return { text: text.replace(/\s+# .*$/, ""), invocations: invocations.filter(({ words }) => words.length > 0) };
}

/** What `lab` is called with, where a program is a way to call it; undefined otherwise. */
export function labArguments(words: readonly string[]): readonly string[] | undefined {
  const [program, ...rest] = words;
  if (program === "lab") return rest;
  if (program === "npx" && rest[0] === "lab") return rest.slice(1);
  if (program !== "npm") return undefined;
  const script = rest.filter((word) => word !== "--silent" && word !== "run");
  const [name = "", ...more] = script;
  const own = more.filter((word) => word !== "--");
  if (name === "start") return ["rehearse", ...own];
  if (name === "lab") return own;
  return name === "plan" || name === "rehearse" ? [name, ...own] : undefined;
}
