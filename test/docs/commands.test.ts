import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "mocha";
import { PROJECT } from "../stacks";
import { SHELLS, commandLines, labArguments, parsed } from "./commands";
import type { CommandLine } from "./commands";
import { ELSEWHERE, elsewhereProblem } from "./elsewhere";
import { tableCommands } from "./follow";
import type { Help } from "./help";
import { allHelp, labProblem } from "./help";
import { DEPLOYED, NOT_IN_CI, TRIED_OTHERWISE, kindOf, shapeOf } from "./kinds";
import { documents } from "./markdown";
import type { Document } from "./markdown";

/** Decisions are history: what they name may be gone. */
const CURRENT = documents().filter(({ file }) => !file.startsWith("docs/adr/"));

/** Inline code that is a command rather than a name or a piece of a file. */
const COMMAND = new RegExp(`^(npx lab|lab|npm|pulumi|${Object.keys(ELSEWHERE).join("|")}) [a-z-]`);

describe("commands in documents", () => {
  let help: readonly Help[];
  before(async () => {
    help = await allHelp();
  });

  it("are run by something: this suite, the slow one, the end-to-end one or CI, or stand in the table of those for elsewhere", () => {
    for (const line of CURRENT.flatMap(typed)) {
      const where = `${line.file}:${line.line}: ${line.text}`;
      const kind = kindOf(line);
      assert.ok(kind, `${where} is run by nothing: see test/docs/kinds.ts`);
      if (kind === "engine") assert.ok(isDeployed(line) || tried(line), `${where} is in no deployment: see test/docs/kinds.ts`);
      if (kind === "project")
        assert.ok(isInCi(line.text) || line.text.split(" --")[0]! in NOT_IN_CI, `${where} is not in .ci/run`);
    }
  });

  it("have only options that their program has, in running text as well", () => {
    const inline = CURRENT.flatMap(({ file, codes }) =>
      codes
        .filter(({ text }) => COMMAND.test(text))
        .map(({ line, text }) => ({ file, line, ...parsed(text.replace(/<[^>]*>/g, "name")) })),
    );
    for (const line of [...CURRENT.flatMap(typed), ...inline]) {
      for (const { words } of line.invocations) {
        assert.equal(problemOf(help, words), undefined, `${line.file}:${line.line}: ${line.text}`);
      }
    }
  });

  it("that are said to be tried elsewhere are named there", () => {
    for (const [shape, where] of Object.entries(TRIED_OTHERWISE)) {
      const files = where.match(/(?:e2e|test)\/[\w./-]+\.ts/g) ?? [];
      assert.notEqual(files.length, 0, `${shape}: ${where} names no file`);
      const [, verb = "", ...options] = shape.split(" ");
      for (const file of files) {
        const text = readFileSync(join(PROJECT, file), "utf8");
        // Others call what is behind the command.
        const said = file === "e2e/automation.e2e.ts" ? [verb, ...options] : [];
        for (const word of said) assert.ok(text.includes(word), `${file} tries no ${word} of ${shape}`);
      }
    }
  });

  it("need every entry of the tables of what is not run", () => {
    const shapes = CURRENT.flatMap(typed).flatMap(({ invocations }) => invocations.map(({ words }) => shapeOf(words)));
    assert.deepEqual(
      Object.keys(TRIED_OTHERWISE).filter((shape) => !shapes.includes(shape)),
      [],
    );
    const texts = CURRENT.flatMap(({ codes, blocks }) => [
      ...codes.map(({ text }) => text),
      ...blocks.map(({ text }) => text),
    ]).join("\n");
    const unused = [...Object.keys(NOT_IN_CI), ...Object.keys(ELSEWHERE)].filter((each) => !texts.includes(each));
    assert.deepEqual(unused, []);
  });
});

/** What a reader is to type: blocks, and commands in tables of the documents that have them. */
function typed(document: Document): CommandLine[] {
  const blocks = document.blocks.filter(({ language }) => SHELLS.includes(language));
  return [...blocks.flatMap(commandLines), ...tableCommands(document)];
}

/** Shapes of what the end-to-end suite types. */
const DEPLOYED_SHAPES = CURRENT.filter(({ file }) => DEPLOYED.includes(file))
  .flatMap(({ blocks }) => blocks.filter(({ language }) => SHELLS.includes(language)).flatMap(commandLines))
  .flatMap(({ invocations }) => invocations.map(({ words }) => shapeOf(words)));

function isDeployed({ invocations }: CommandLine): boolean {
  const engine = invocations.filter(({ words }) => kindOf({ invocations: [{ words }] }) === "engine");
  return engine.every(({ words }) => DEPLOYED_SHAPES.includes(shapeOf(words)));
}

function tried({ invocations }: CommandLine): boolean {
  return invocations.some(({ words }) => shapeOf(words) in TRIED_OTHERWISE);
}

function isInCi(text: string): boolean {
  const script = readFileSync(join(PROJECT, ".ci", "run"), "utf8");
  return [text, text.replace("npm run ", "npm run --silent ")].some((each) => script.includes(each));
}

function problemOf(help: readonly Help[], words: readonly string[]): string | undefined {
  const lab = labArguments(words);
  if (lab) return labProblem(help, lab);
  const [program = "", ...rest] = words;
  if (program in ELSEWHERE) return elsewhereProblem(words);
  if (program !== "npm" || rest[0] !== "run") return undefined;
  const { scripts } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8")) as { scripts: Record<string, string> };
  const name = rest.find((word, index) => index > 0 && !word.startsWith("-")) ?? "";
  return name in scripts ? undefined : `package.json has no script ${name}`;
}
