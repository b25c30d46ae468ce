import type * as doctorModule from "../commands/doctor";
import type * as schemaModule from "../commands/schema";
import { lazy } from "../lazy";
import type { Kit } from "./kit";

/** Commands about this machine and the stack file's schema. */
export function toolCommands(kit: Kit): void {
  kit
    .common(kit.command("doctor", "look at this machine and say what is missing for what"))
    .action(kit.run(() => (lazy("./commands/doctor") as typeof doctorModule).doctor));
  kit
    .command("schema", "print the JSON Schema of a stack file")
    .option("--write", "write config/stack.schema.json and docs/stack-file.md")
    .option("--check", "fail when one of the two is stale")
    .option("--json", "the schema is JSON anyway")
    .action(kit.run(() => (lazy("./commands/schema") as typeof schemaModule).schema));
}
