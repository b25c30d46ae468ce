import { EXIT } from "../failure";
import { print, printJson } from "../output";
import type { CommonOptions } from "../output";
import { PROJECT_DIR, ownStack } from "../stacks";
import { publicEnvironment } from "../state/environment";
import { shellChange, shellLines, withoutShell } from "../state/shell";

/**
 * Prints what a shell needs so that a plain `pulumi` finds a stack and its state, and takes away what it printed for another stack
 * before. Nothing secret is in it.
 */
export function stateEnv(nameOrPath: string, options: CommonOptions): number {
  const { stack, config } = ownStack(nameOrPath);
  const change = shellChange(stack, {
    ...publicEnvironment(config, PROJECT_DIR, withoutShell(process.env)),
    PULUMI_STACK: stack,
  });
  const { passphrase } = config.state;
  if (options.json) {
    printJson({ stack, environment: change.set, unset: change.unset });
    return EXIT.fine;
  }
  print([
    ...shellLines(change),
    ...(passphrase === undefined
      ? []
      : [
          `# the passphrase is in no shell: lab pulumi ${stack} -- <command> has ${passphrase.sops ? "sops" : "age"} decrypt it each time`,
        ]),
  ]);
  return EXIT.fine;
}
