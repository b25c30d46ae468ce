import { EXIT } from "../failure";
import { print, printJson } from "../output";
import type { CommonOptions } from "../output";
import { PROJECT_DIR, ownStack } from "../stacks";
import { publicEnvironment } from "../state/environment";

/** Prints what a shell needs so that a plain `pulumi` finds a stack and its state. Nothing secret is in it. */
export function stateEnv(nameOrPath: string, options: CommonOptions): number {
  const { stack, config } = ownStack(nameOrPath);
  const environment = { ...publicEnvironment(config, PROJECT_DIR), PULUMI_STACK: stack };
  const { passphrase } = config.state;
  if (options.json) {
    printJson({ stack, environment });
    return EXIT.fine;
  }
  print([
    ...Object.entries(environment).map(([name, value]) => `export ${name}=${quoted(value)}`),
    ...(passphrase === undefined
      ? []
      : [
          `# the passphrase is in no shell: lab pulumi ${stack} -- <command> has ${passphrase.sops ? "sops" : "age"} decrypt it each time`,
        ]),
  ]);
  return EXIT.fine;
}

/** Whatever is in a text, a shell reads it as it is. */
export function quoted(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
