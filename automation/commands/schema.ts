import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stackSchemaText } from "../../config/json-schema";
import { EXIT, Failure } from "../failure";
import { PROJECT_DIR } from "../stacks";

const FILE = join("config", "stack.schema.json");

/** Prints the JSON Schema of a stack file, writes it or compares it with the file. */
export function schema(options: { readonly write?: boolean; readonly check?: boolean }): number {
  const text = stackSchemaText();
  const path = join(PROJECT_DIR, FILE);
  if (options.write) writeFileSync(path, text);
  if (options.check && current(path) !== text) {
    throw new Failure("stale-schema", `${FILE} is stale: run npm run schema and commit it`, EXIT.failed);
  }
  if (!options.write && !options.check) process.stdout.write(text);
  return EXIT.fine;
}

function current(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
