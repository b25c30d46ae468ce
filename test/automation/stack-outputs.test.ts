import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { record } from "../../simulator";
import { redact } from "../../simulator/values";
import { inlineProgram } from "../inline-program";
import { PROJECT, stackFile } from "../stacks";

describe("docs/outputs.md", () => {
  it("names every output of a stack, and which are secrets", async () => {
    const stackText = stackFile();
    const { stackOutputs } = await record({ stack: "outputs", stackText, projectDir: PROJECT, program: inlineProgram() });
    const shown = redact(stackOutputs) as Record<string, unknown>;
    const outputs = Object.entries(shown).map(([name, value]) => [name, value === "[secret]" ? "yes" : "no"]);
    const text = readFileSync(join(PROJECT, "docs", "outputs.md"), "utf8");
    const rows = [...text.matchAll(/^\| `(\w+)` .*\| (yes|no) +\|$/gm)].map(([, name, secret]) => [name, secret]);
    assert.deepEqual(rows.sort(), outputs.sort());
  });
});
