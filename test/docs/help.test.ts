import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { PROJECT } from "../stacks";
import { allHelp } from "./help";

const PATH = join(PROJECT, "docs", "commands.md");
/** Last line that is written by hand. */
const MARK = /^<!-- What follows is written by .* -->$/m;

describe("docs/commands.md", () => {
  it("has every command with the help that it prints itself", async () => {
    const before = readFileSync(PATH, "utf8");
    const [mark = ""] = MARK.exec(before) ?? [];
    const sections = (await allHelp()).map(
      ({ command, text }) => `### \`lab ${command}\`\n\n\`\`\`text\n${text.trim()}\n\`\`\`\n`,
    );
    const now = [before.slice(0, before.indexOf(mark)) + mark, "", ...sections].join("\n");
    if (process.env["UPDATE_DOCS"]) writeFileSync(PATH, now);
    else assert.equal(before, now, "a command has changed: npm run docs writes it anew");
  });
});
