import { appendFileSync } from "node:fs";
import { EXIT, Failure } from "../../automation/failure";

/** A setting of the job; undefined when it is not set, or empty, which is how CI systems pass on what nobody has set. */
export function setting(name: string): string | undefined {
  const value = process.env[name];
  return value === undefined || value === "" ? undefined : value;
}

/**
 * A setting that there has to be.
 *
 * @throws {Failure} `missing-setting`
 */
export function required(name: string): string {
  const value = setting(name);
  if (value !== undefined) return value;
  throw new Failure("missing-setting", `${name} is not set: the workflow has to pass it on with env (docs/ci.md)`, EXIT.usage);
}

/** Hands a value on to later jobs: GitHub has a file for it, elsewhere nothing happens. */
export function output(name: string, value: string): void {
  const file = setting("GITHUB_OUTPUT");
  if (file !== undefined) appendFileSync(file, `${name}=${value.replace(/[\r\n]+/g, " ")}\n`);
}

/** Adds Markdown to the page of the run: GitHub has a file for it, elsewhere nothing happens. */
export function summary(markdown: string): void {
  const file = setting("GITHUB_STEP_SUMMARY");
  if (file !== undefined) appendFileSync(file, `${markdown}\n`);
}
