import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { datacenterSpec } from "../automation/datacenter-spec";
import { policiesOf } from "../automation/policies";
import { neededSecrets } from "../config/secrets";
import { hasBlockingFindings } from "../planner";
import { rehearse } from "../simulator";
import { assertSame, inlineProgram } from "./inline-program";
import { PROJECT, configOf, planOf } from "./stacks";

const folder = join(PROJECT, "examples");

/** Rehearsed in a process of their own as well, which must give the same. */
const IN_BOTH = ["dual-stack", "existing-machines", "observability"];

describe("examples", function () {
  this.timeout(30_000);
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".yaml"))) {
    const stack = file.replace(/\.yaml$/, "");
    const text = readFileSync(join(folder, file), "utf8");

    it(`${file} names its schema, plans without a blocking finding, breaks no policy and rehearses`, async () => {
      assert.equal(text.split("\n")[0], "# yaml-language-server: $schema=../config/stack.schema.json");
      assert.ok(!hasBlockingFindings(planOf(text, stack)));
      const config = configOf(text);
      const needs = { datacenter: datacenterSpec(config), secrets: neededSecrets(config) };
      const options = { stack, stackText: text, projectDir: PROJECT, ...needs };
      const { judge } = policiesOf(config);
      const rehearsal = await rehearse({ ...options, program: inlineProgram(), judge: (_known, asked) => judge(asked) });
      assert.deepEqual([rehearsal.result, rehearsal.violations, rehearsal.diagnostics], ["succeeded", [], []]);
      // As many processes as there are kinds of examples: each takes as long as thirty rehearsals in this one.
      if (IN_BOTH.includes(stack)) assertSame(rehearsal, await rehearse(options));
    });
  }

  it("are what the README shows", () => {
    const readme = readFileSync(join(PROJECT, "README.md"), "utf8");
    const shown = /```yaml file=Pulumi.my-cluster.yaml\n(# yaml-language-server[^`]*)```/.exec(readme)?.[1];
    assert.equal(shown, readFileSync(join(folder, "my-cluster.yaml"), "utf8").replace("../config", "./config"));
  });
});
