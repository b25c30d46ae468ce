import type { StackConfig } from "../../config/schema";
import { EXIT, Failure } from "../failure";
import { pulumiCli } from "../pulumi-cli";
import type { ParsedStack } from "../stacks";
import { knownStacks, ownStack } from "../stacks";
import type { Task, TaskOptions } from "./tasks";
import { runTask, runTasks } from "./tasks";

/** Options of every command that has the real engine do something to stacks. */
export interface StackTaskOptions extends TaskOptions {
  /** Agrees that the CLI is installed where it is missing. */
  readonly installCli?: boolean;
}

/**
 * Does something to one stack of the project, or to all.
 *
 * @param operation as JSON documents call it
 * @param cli whether it cannot begin without the CLI
 * @throws {Failure} `usage` unless either a stack or `--all` was given, `missing-tool` without a CLI
 */
export async function onStacks(
  operation: string,
  stack: string | undefined,
  options: StackTaskOptions,
  taskOf: (stack: ParsedStack) => Task,
  cli = true,
): Promise<number> {
  if ((stack !== undefined) === (options.all === true)) {
    const found = stack === undefined ? "neither" : "both";
    throw new Failure("usage", `name a stack, or give --all for every stack of the project; got ${found}`, EXIT.usage);
  }
  if (stack !== undefined) {
    if (options.jobs !== undefined) throw new Failure("usage", "--jobs is for --all: one stack is one job", EXIT.usage);
    const own = ownStack(stack);
    if (cli) await pulumiCli(options.installCli);
    return runTask(taskOf(own), options);
  }
  if (cli) await pulumiCli(options.installCli);
  return runTasks(
    operation,
    knownStacks().map((name) => taskOrFailure(name, taskOf)),
    options,
  );
}

/** A stack whose file is invalid fails when it is its turn, and stops no other. */
function taskOrFailure(name: string, taskOf: (stack: ParsedStack) => Task): Task {
  try {
    return taskOf(ownStack(name));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { stack: name, shares: [], run: () => Promise.reject(error) };
  }
}

/** What operations of two stacks get in each other's way by: the hosts, whose storages are locked while a disk is imported. */
export function hostsOf({ proxmox }: StackConfig): string[] {
  if (!proxmox) return [];
  return [proxmox.endpoint, ...Object.values(proxmox.hosts).map(({ address }) => address)];
}
