import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { lab } from "../lab";
import { PROJECT } from "../stacks";
import { SHELLS, commandLines, labArguments } from "./commands";
import { tableCommands } from "./follow";
import { documents } from "./markdown";
import type { Block, Document } from "./markdown";
import { difference } from "./output";

/** Commands that take a tenth of a second and write nothing; all others are typed by the slow suite. */
const CHEAP = ["plan", "costs", "compare", "faults"];
const WRITES = /^--(html|svg|write|save)$/;

/** A command with the output that its document shows. */
interface Shown {
  readonly where: string;
  readonly args: readonly string[];
  readonly output?: string;
}

describe("cheap commands of documents", () => {
  const shown = documents()
    .filter(({ file }) => !file.startsWith("docs/adr/"))
    .flatMap((document) => [...inTables(document), ...inBlocks(document)]);
  const once = new Map(shown.map((each) => [`${each.args.join(" ")}\n${each.output ?? ""}`, each]));

  for (const { where, args, output } of once.values()) {
    it(`${where}: lab ${args.join(" ")}`, async () => {
      const { code, stdout, stderr } = await lab(...args);
      assert.equal(code, 0, stderr);
      if (output !== undefined) assert.equal(difference(output, stdout), undefined, "npm run docs writes it anew");
    });
  }
});

function inTables(document: Document): Shown[] {
  return tableCommands(document).flatMap(({ invocations }) => {
    const args = labArguments(invocations[0]?.words ?? []);
    return args && isCheap(args) ? [{ where: document.file, args }] : [];
  });
}

/** Blocks of one command, up to the first one that comes after an edit. */
function inBlocks({ blocks, file }: Document): Shown[] {
  const edit = blocks.findIndex(({ attributes }) => "file" in attributes);
  const unchanged = edit < 0 ? blocks : blocks.slice(0, edit);
  return unchanged.flatMap((block, index) => {
    const [line, ...more] = SHELLS.includes(block.language) ? commandLines(block) : [];
    const args = labArguments(line?.invocations[0]?.words ?? []);
    if (!args || more.length > 0 || "exit" in block.attributes || !isCheap(args)) return [];
    return [{ where: `${file}:${block.line}`, args, ...outputOf(unchanged[index + 1]) }];
  });
}

function outputOf(next: Block | undefined): Pick<Shown, "output"> {
  return next && "output" in next.attributes ? { output: next.text } : {};
}

function isCheap([command = "", ...args]: readonly string[]): boolean {
  const isWhole = args.every(
    (arg) => arg.startsWith("-") || existsSync(join(PROJECT, arg)) || existsSync(join(PROJECT, `Pulumi.${arg}.yaml`)),
  );
  return CHEAP.includes(command) && isWhole && !args.some((arg) => WRITES.test(arg));
}
