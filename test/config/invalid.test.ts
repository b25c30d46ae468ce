import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { locateProblems, parseStackFile } from "../../config/parse";
import type { Problem } from "../../config/problem";
import { formatProblems } from "../../config/report";
import { planStack } from "../../planner";

const FOLDER = join(__dirname, "invalid");

/** `UPDATE_INVALID=1` writes the reports instead of comparing them: read each before it is committed. */
const UPDATE = process.env["UPDATE_INVALID"] === "1";

/** All that is wrong with a text, as `lab plan` reports it. */
function problemsOf(text: string, file: string): readonly Problem[] {
  const parsed = parseStackFile(text, file);
  if (!parsed.ok) return parsed.problems;
  const planned = planStack(parsed.config, "invalid");
  return planned.ok ? [] : locateProblems(planned.problems, text, file);
}

const names = (extension: string): string[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith(extension))
    .map((file) => file.slice(0, -extension.length))
    .sort();

describe("an invalid stack file", () => {
  it("is one of many, each with its report", () => {
    if (!UPDATE) assert.deepEqual(names(".yaml"), names(".txt"));
    assert.ok(names(".yaml").length >= 60, String(names(".yaml").length));
  });

  for (const name of names(".yaml")) {
    it(`is answered with exactly its report: ${name.replaceAll("-", " ")}`, () => {
      const problems = problemsOf(readFileSync(join(FOLDER, `${name}.yaml`), "utf8"), `${name}.yaml`);
      assert.ok(problems.length > 0, "nothing is wrong with it");
      const report = `${formatProblems(problems)}\n`;
      const path = join(FOLDER, `${name}.txt`);
      if (UPDATE) writeFileSync(path, report);
      assert.ok(existsSync(path), "it has no report");
      assert.equal(report, readFileSync(path, "utf8"));

      for (const { line, column, message, allowed, remedy } of problems) {
        assert.ok(line !== null && column !== null, "a problem has no place");
        for (const text of [message, allowed, remedy]) assert.match(text, /[^.]$/);
      }
      assert.doesNotMatch(report, /undefined|\[object|NaN|\n {4}at |hunter2/);
    });
  }
});
