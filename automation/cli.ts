import { CommanderError } from "commander";
import { accessCommands } from "./command-line/access";
import { engineCommands } from "./command-line/engine";
import { Kit } from "./command-line/kit";
import { planningCommands } from "./command-line/planning";
import { stateCommands } from "./command-line/state";
import { toolCommands } from "./command-line/tools";
import { EXIT, Failure, failureJson, unforeseen } from "./failure";
import { printJson } from "./output";
import { withoutLeading } from "./state/shell";

/** Every command, in the order of the help. */
const COMMANDS = [planningCommands, engineCommands, stateCommands, accessCommands, toolCommands];

/**
 * Runs one command line.
 *
 * @param args what follows the command's own name
 * @returns the exit code: 0 fine, 1 the plan or run has errors, 2 bad usage or an invalid file
 */
export async function main(args: readonly string[]): Promise<number> {
  withoutLeading(process.env);
  const json = args.includes("--json");
  let exitCode: number = EXIT.fine;
  const kit = new Kit(json, (code) => {
    exitCode = code;
  });
  for (const declare of COMMANDS) declare(kit);
  try {
    await kit.program.parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.fine;
      // The help of a group that was named without a command is on stderr by now.
      if (error.code === "commander.help") return json ? fail(NO_COMMAND, json) : EXIT.usage;
      return fail(new Failure("usage", error.message.replace(/^error: /, ""), EXIT.usage), json);
    }
    return fail(error instanceof Failure ? error : unforeseen(error), json);
  }
}

const NO_COMMAND = new Failure("usage", "a command is missing; lab --help lists them", EXIT.usage);

function fail(failure: Failure, json: boolean): number {
  if (json) printJson(failureJson(failure));
  else process.stderr.write(`${failure.message}\n`);
  return failure.exitCode;
}
