import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../stacks";
import { SHELLS, commandLines, parsed } from "./commands";
import type { CommandLine } from "./commands";
import { applied } from "./edits";
import { ENDS_WITH, kindOf } from "./kinds";
import type { Kind } from "./kinds";
import type { Block, Document } from "./markdown";
import { difference, renewed } from "./output";
import type { Clone, Typed } from "./shell";

/** Ways to begin a command that is to be typed where a table shows it. */
const TYPED = /^(npx|npm) /;

/** Commands in the tables of a document, each once. */
export function tableCommands({ file, rows }: Document): CommandLine[] {
  const texts = new Set(rows.flat().filter((code) => TYPED.test(code) && !/[<…]/.test(code)));
  return [...texts].map((text) => ({ file, line: 0, ...parsed(text) }));
}

/** How a document is followed. */
export interface Following {
  readonly kinds: readonly Kind[];
  /** Programs for elsewhere that are here. @default none */
  readonly also?: readonly string[];
  /** What is typed where a command asks. @default nothing */
  readonly input?: string;
  /** What is in tables is typed as well, after everything else, unless it is in here; it is put in here. @default nothing of it is typed */
  readonly tables?: Set<string>;
}

/** Does in a clone what a document says, in its order, and holds what it shows against what comes of it. */
export async function follow(document: Document, clone: Clone, { kinds, also = [], input, tables }: Following): Promise<void> {
  const runs = (line: CommandLine): boolean =>
    kinds.includes(kindOf(line) ?? "elsewhere") || line.invocations.every(({ words }) => also.includes(words[0] ?? ""));
  const outdated: { block: Block; text: string }[] = [];
  let last: Typed | undefined;
  for (const block of document.blocks) {
    const { language, attributes, text } = block;
    const path = attributes["file"];
    if (SHELLS.includes(language)) {
      const lines = commandLines(block);
      const typed = lines.filter(runs);
      last =
        typed.length === 0
          ? undefined
          : await clone.type(
              typed.map((line) => line.text),
              input,
            );
      if (last) assert.equal(last.code, Number(attributes["exit"] ?? 0), `${at(block)}: ${last.output}`);
      // What is shown next is what the last line printed.
      if (typed.at(-1) !== lines.at(-1)) last = undefined;
    } else if (language === "diff" && path !== undefined) {
      clone.write(path, applied(readFileSync(join(clone.dir, path), "utf8"), text));
    } else if (path !== undefined) {
      clone.write(path, `${text}\n`);
    } else if ("output" in attributes && last) {
      const wrong = difference(text, last.output);
      if (wrong !== undefined && process.env["UPDATE_DOCS"]) outdated.push({ block, text: renewed(text, last.output) });
      else assert.equal(wrong, undefined, `${at(block)} shows another output (npm run docs writes it anew): ${wrong ?? ""}`);
    }
  }
  if (outdated.length > 0) rewrite(document.file, outdated);
  for (const line of tables ? tableCommands(document).filter((each) => runs(each) && !tables.has(each.text)) : []) {
    tables?.add(line.text);
    const { code, output } = await clone.type([line.text], input);
    assert.equal(code, ENDS_WITH[line.text] ?? 0, `${line.file}: ${line.text}: ${output}`);
  }
}

function at({ file, line }: Block): string {
  return `${file}:${line}`;
}

/** Puts other texts into blocks, the last one first: the lines of those before stay where they are. */
function rewrite(file: string, outdated: readonly { readonly block: Block; readonly text: string }[]): void {
  const path = join(PROJECT, file);
  const lines = readFileSync(path, "utf8").split("\n");
  for (const { block, text } of [...outdated].reverse()) {
    const indent = /^\s*/.exec(lines[block.line - 1] ?? "")?.[0] ?? "";
    const end = lines.findIndex((line, index) => index >= block.line && line.trim() === "```");
    lines.splice(block.line, end - block.line, ...text.split("\n").map((line) => (line === "" ? "" : indent + line)));
  }
  writeFileSync(path, lines.join("\n"));
}
