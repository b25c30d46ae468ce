import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { isMap, parseDocument } from "yaml";
import { parseStackFile } from "../../config/parse";
import { planStack } from "../../planner";
import { PROJECT, stackFile } from "../stacks";
import { documents } from "./markdown";
import type { Block } from "./markdown";

const BLOCKS = documents()
  .filter(({ file }) => !file.startsWith("docs/adr/"))
  .flatMap(({ blocks }) => blocks);

/** Languages that blocks may have, and what becomes of them. */
const LANGUAGES: Readonly<Record<string, string>> = {
  console: "typed",
  text: "held against what is printed where it says `output`, a drawing elsewhere",
  diff: "done to the file that it names",
  yaml: "planned: as a stack file, or within one",
  json: "parsed",
  mermaid: "held against what it draws",
};

describe("files in documents", () => {
  it("are of a language that something is done with", () => {
    for (const { file, line, language } of BLOCKS) assert.ok(language in LANGUAGES, `${file}:${line}: a block of ${language}`);
  });

  it("are valid stack files, or valid pieces of one", () => {
    for (const block of BLOCKS.filter(({ language, attributes }) => language === "yaml" && !("workflow" in attributes))) {
      const text = wholeOf(block);
      const parsed = parseStackFile(text, `${block.file}:${block.line}`);
      assert.ok(parsed.ok, `${block.file}:${block.line}: ${JSON.stringify(parsed.ok ? [] : parsed.problems)}`);
      const planned = planStack(parsed.config, "test");
      assert.ok(planned.ok, `${block.file}:${block.line}: ${JSON.stringify(planned.ok ? [] : planned.problems)}`);
    }
  });

  it("of all other kinds can be read", () => {
    for (const { file, line, language, attributes, text } of BLOCKS) {
      const where = `${file}:${line}`;
      if (language === "json") assert.doesNotThrow(() => JSON.parse(text) as unknown, where);
      if ("workflow" in attributes) assert.deepEqual(parseDocument(text).errors, [], where);
      if (language === "diff") assert.ok(attributes["file"], `${where} names no file`);
    }
  });
});

/** The stack file of a block: itself, or a small one with the block at the place that it names. */
function wholeOf({ file, line, attributes, text }: Block): string {
  if (/^config:/m.test(text)) return text;
  const piece = parseDocument(text);
  assert.deepEqual(piece.errors, [], `${file}:${line}`);
  assert.ok(isMap(piece.contents), `${file}:${line}: neither a stack file nor a piece of one`);
  const { in: stack, at: place = "" } = attributes;
  const base = parseDocument(stack === undefined ? stackFile() : readFileSync(join(PROJECT, stack), "utf8"));
  const at = ["config", ...place.split(".").filter((key) => key !== "")];
  merge(base, at, piece.toJS() as Record<string, unknown>);
  return base.toString();
}

function merge(base: ReturnType<typeof parseDocument>, at: readonly string[], values: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(values)) {
    const path = [...at, key];
    const isBoth = isMap(base.getIn(path)) && typeof value === "object" && value !== null && !Array.isArray(value);
    if (isBoth) merge(base, path, value as Record<string, unknown>);
    else base.setIn(path, base.createNode(value));
  }
}
