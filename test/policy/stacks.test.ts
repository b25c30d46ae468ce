import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { declaredOf } from "../../automation/policies";
import { neededSecrets } from "../../config/secrets";
import { TYPES } from "../../policy/types";
import { factsOf } from "../../policy/facts";
import { judgeResources } from "../../policy/judge";
import { record } from "../../simulator";
import type { Registration } from "../../simulator";
import { inlineProgram } from "../inline-program";
import { PROJECT, configOf } from "../stacks";
import { violationsOf } from "./pack";

/** What a stack asks for. */
async function asked(text: string): Promise<readonly Registration[]> {
  const options = { stack: "test", stackText: text, projectDir: PROJECT, secrets: neededSecrets(configOf(text)) };
  const { registrations, exitCode } = await record({ ...options, program: inlineProgram() });
  assert.equal(exitCode, 0);
  return registrations;
}

/** What policies say of a stack: by the embedded engine's account, and by the pack's with secrets opened, as Pulumi hands them out. */
async function judged(text: string): Promise<Readonly<Record<"embedded" | "pack" | "types", string[]>>> {
  const [registrations, facts] = [await asked(text), factsOf(configOf(text))];
  const embedded = judgeResources(registrations.map(declaredOf), facts);
  const opened = registrations.map(({ type, name, opened: props, protect }) => ({ type, name, props: { ...props }, protect }));
  return {
    embedded: embedded.map(({ policy, enforcement, urn }) => `${policy} ${enforcement} ${urn.split("::").at(-1) ?? ""}`),
    pack: violationsOf(opened, facts),
    types: registrations.map(({ type }) => type),
  };
}

/**
 * Stacks with a resource of every type there is, each with what policies advise; that they break none of them the rehearsals of all examples
 * and of random stacks show.
 */
const STACKS: Readonly<Record<string, readonly string[]>> = {
  "Pulumi.homelab.yaml": [],
  "Pulumi.prod.yaml": [],
  // Nobody approves certificates of its kubelets.
  "examples/core.yaml": ["verified-kubelets advisory metrics-server"],
  "examples/haproxy.yaml": [],
  "examples/observability.yaml": [],
  "examples/platform.yaml": [],
};

describe("policies over what stacks ask for", function () {
  this.timeout(30_000);
  const seen = new Set<string>();

  for (const [file, advice] of Object.entries(STACKS)) {
    it(`say the same of ${file} in Pulumi and without it`, async () => {
      const { embedded, pack, types } = await judged(readFileSync(join(PROJECT, file), "utf8"));
      assert.deepEqual(embedded, advice);
      assert.equal(pack.length, embedded.length, pack.join("\n"));
      for (const type of types) seen.add(type);
    });
  }

  it("speak of types that stacks have: one that the provider renames would never be judged again", () => {
    assert.deepEqual(
      Object.values(TYPES).filter((type) => !seen.has(type)),
      [],
    );
  });
});
