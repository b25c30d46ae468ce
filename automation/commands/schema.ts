import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stackSchemaText } from "../../config/json-schema";
import { referenceText } from "../../config/reference";
import { EXIT, Failure } from "../failure";
import { PROJECT_DIR } from "../stacks";

/** What is written from the schemas, by path in the project. */
const FILES = { [join("config", "stack.schema.json")]: stackSchemaText, [join("docs", "stack-file.md")]: referenceText };

/** Prints the JSON Schema of a stack file, or writes it and the reference of all keys, or compares both with what is there. */
export function schema(options: { readonly write?: boolean; readonly check?: boolean }): number {
  for (const [file, textOf] of Object.entries(FILES)) {
    const [path, text] = [join(PROJECT_DIR, file), textOf()];
    if (options.write) writeFileSync(path, text);
    if (options.check && current(path) !== text) {
      throw new Failure("stale-schema", `${file} is stale: run npm run schema and commit it`, EXIT.failed);
    }
  }
  if (!options.write && !options.check) process.stdout.write(stackSchemaText());
  return EXIT.fine;
}

function current(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
