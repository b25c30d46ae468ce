import { Argument, Command, Option } from "commander";
import type { OutputConfiguration } from "commander";
import { lazy } from "../lazy";
import type * as cliModule from "../pulumi-cli";

/** What carries a command out: it is handed arguments and options as commander has them, and returns the exit code. */
export type Action = (...args: never[]) => number | Promise<number>;

/** What commands are declared with, so that the same option has the same words everywhere. */
export class Kit {
  /** The command line itself. */
  readonly program: Command;
  private readonly quiet: OutputConfiguration;

  /**
   * @param json whether stdout holds one document: what commander would print about a failure is in there
   * @param exit is told the exit code of the command that ran
   */
  constructor(
    json: boolean,
    private readonly exit: (code: number) => void,
  ) {
    this.quiet = json ? { writeErr: () => undefined, outputError: () => undefined } : { outputError: () => undefined };
    this.program = this.configured(new Command("lab"))
      .description("Plans, rehearses and destroys a Proxmox, Talos and Kubernetes platform from one stack file")
      .showSuggestionAfterError(true);
  }

  /** @param parent group it belongs to, if any */
  command(name: string, description: string, parent: Command = this.program): Command {
    return this.configured(parent.command(name).description(description));
  }

  /** A command that prints a result. */
  common(each: Command): Command {
    return each
      .option("--json", "print one JSON document")
      .option("--no-color", "no colours")
      .option("--ascii", "draw with ASCII characters only");
  }

  /** A command that has the CLI do something: where it is missing it is installed before, with this consent. */
  withCli(each: Command): Command {
    return each.addOption(installCli()).hook("preAction", async (_, action) => {
      if (action.opts()["installCli"] === true) await (lazy("./pulumi-cli") as typeof cliModule).pulumiCli(true);
    });
  }

  /** A command's module is loaded when it runs. */
  run(load: () => Action): (...args: unknown[]) => Promise<void> {
    return async (...args) => {
      this.exit(await load()(...(args as never[])));
    };
  }

  private configured(each: Command): Command {
    return each.exitOverride().configureOutput(this.quiet);
  }
}

/** A stack file of the project, or any other. */
export function anyStack(): Argument {
  return new Argument("[stack]", "name (homelab) or path (examples/x.yaml)").default("homelab");
}

/** A stack of the project that may be left out, for `--all`. */
export function ownStack(): Argument {
  return new Argument("[stack]", "name (homelab)");
}

/** A stack of the project. */
export function namedStack(): Argument {
  return new Argument("<stack>", "name (homelab)");
}

/** `--policy` of what the engine does. */
export function policy(): Option {
  return new Option("--policy", "hold what the program asks for to the policies of docs/policy.md");
}

/** Consent to install the CLI, for commands that install it themselves. */
export function installCli(): Option {
  return new Option("--install-cli", "install the Pulumi CLI with its own installer where it is missing");
}

/** An option that may be given more than once. */
export function collected(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
