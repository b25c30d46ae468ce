import assert from "node:assert/strict";
import { datacenterSpec } from "../../automation/datacenter-spec";
import { rehearse } from "../../simulator";
import type { Rehearsal } from "../../simulator";
import { inlineProgram } from "../inline-program";
import { PROJECT, configOf } from "../stacks";

/** Rehearses the first text and then the second one on top of it. */
export async function grow(stack: string, from: string, text: string): Promise<Rehearsal> {
  return rehearse({
    stack,
    stackText: text,
    projectDir: PROJECT,
    program: inlineProgram(),
    datacenter: datacenterSpec(configOf(text)),
    from: { stackText: from, datacenter: datacenterSpec(configOf(from)) },
  });
}

/** Whatever was refused, as `rule: message`. */
export async function refusals(from: string, text: string): Promise<string[]> {
  const { violations, diagnostics } = await grow("lab", from, text);
  // A program that stops by itself is refused nothing.
  assert.deepEqual(diagnostics, []);
  return violations.map(({ rule, message }) => `${rule}: ${message}`);
}
