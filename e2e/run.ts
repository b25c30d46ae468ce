import { join } from "node:path";
import { isInside, runInNamespace } from "../automation/real-engine/namespace";
import { requirements } from "../automation/real-engine/requirements";

/** Runs the end-to-end tests in a network of their own, or says what they need. */
async function main(args: readonly string[]): Promise<number> {
  const missing = requirements().filter(({ found }) => found === undefined);
  if (missing.length > 0) {
    const lines = missing.map(({ name, remedy }) => `  ${name.padEnd(24)} ${remedy}`);
    process.stdout.write(["SKIPPED: the end-to-end tests did not run. They need", ...lines, ""].join("\n"));
    return 0;
  }
  const mocha = [join(__dirname, "..", "node_modules", "mocha", "bin", "mocha.js"), "--config", "e2e/.mocharc.json", ...args];
  return runInNamespace([process.execPath, "--import", "tsx", ...mocha]);
}

if (isInside()) throw new Error("the end-to-end tests make their own namespace");
main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
