import { EXIT, Failure } from "../failure";
import type { CommonOptions } from "../output";
import { print, printJson, stdoutStyle } from "../output";
import type { StateDoors } from "../state/stack-state";
import { StackState } from "../state/stack-state";

/** Keeps a stack's state as it is now in a file of this machine. On stdout is its path and nothing else: `file=$(lab state backup x)`. */
export function stateBackup(stack: string, options: CommonOptions): Promise<number> {
  return stateBackupWith(undefined, stack, options);
}

/** {@link stateBackup} through given doors. */
export async function stateBackupWith(doors: StateDoors | undefined, stack: string, options: CommonOptions): Promise<number> {
  const state = StackState.of(stack, doors);
  const exported = await state.exported();
  if (!exported) {
    const remedy = `lab state check ${state.stack} says where it was looked for`;
    throw new Failure("unknown-state", `the backend has no stack ${state.stack}: ${remedy}`, EXIT.failed);
  }
  const file = await state.backups.save(exported, "backup");
  if (file === undefined) {
    throw new Failure("empty-state", `nothing to keep: the state of ${state.stack} is empty`, EXIT.failed);
  }
  if (options.json) {
    printJson({ stack: state.stack, result: "succeeded", file });
    return EXIT.fine;
  }
  process.stderr.write(`${stdoutStyle(options).glyphs.ok} the state of ${state.stack} is kept:\n`);
  print([file]);
  return EXIT.fine;
}
