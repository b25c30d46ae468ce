import assert from "node:assert/strict";
import { datacenterSpec } from "../../automation/datacenter-spec";
import { neededSecrets } from "../../config/secrets";
import { rehearse } from "../../simulator";
import type { Rehearsal, RehearseOptions } from "../../simulator";
import { inlineProgram } from "../inline-program";
import { PROJECT, configOf } from "../stacks";

/** Rehearses the first text and then the second one on top of it. */
export async function grow(stack: string, from: string, text: string): Promise<Rehearsal> {
  return rehearse({ stack, projectDir: PROJECT, program: inlineProgram(), ...side(text), from: side(from) });
}

/** A text with its datacenter and stand-ins for all secrets it needs. */
function side(text: string): Required<Pick<RehearseOptions, "stackText" | "datacenter" | "secrets">> {
  const config = configOf(text);
  return { stackText: text, datacenter: datacenterSpec(config), secrets: neededSecrets(config) };
}

/** Whatever was refused, as `rule: message`. */
export async function refusals(from: string, text: string): Promise<string[]> {
  const { violations, diagnostics } = await grow("lab", from, text);
  // A program that stops by itself is refused nothing.
  assert.deepEqual(diagnostics, []);
  return violations.map(({ rule, message }) => `${rule}: ${message}`);
}
