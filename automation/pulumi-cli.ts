import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CommandError, PulumiCommand } from "@pulumi/pulumi/automation";
import { EXIT, Failure } from "./failure";
import { cleaned, plain } from "./plain";

/** States of a few hundred resources are some megabytes long. */
const MAX_OUTPUT_BYTES = 512 * 1024 * 1024;

/** Runs one command of the CLI. Nothing secret is ever among the arguments: others on the machine can read them. */
export async function pulumi(args: readonly string[], cwd: string, input = ""): Promise<string> {
  try {
    const running = promisify(execFile)("pulumi", [...args, "--non-interactive"], { cwd, maxBuffer: MAX_OUTPUT_BYTES });
    // A command that ends before it has read all says itself why.
    running.child.stdin?.on("error", () => undefined).end(input);
    const { stdout } = await running;
    return stdout;
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Failure("pulumi-failed", `pulumi ${args.slice(0, 2).join(" ")}: ${reason(stderr ?? "")}`, EXIT.failed);
  }
}

/**
 * The CLI on the PATH.
 *
 * @throws {Failure} `missing-tool` without one that will do
 */
export async function pulumiCli(): Promise<PulumiCommand> {
  try {
    return await PulumiCommand.get();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const found = /ENOENT|not found/.test(text)
      ? "the Pulumi CLI is not on the PATH"
      : `the Pulumi CLI will not do: ${reason(text)}`;
    const remedy = "install it from https://www.pulumi.com/docs/install/; plan and rehearse need none";
    throw new Failure("missing-tool", `${found}: ${remedy}`, EXIT.failed);
  }
}

/** What an operation of the Automation API failed with; other errors than the CLI's are thrown on. */
export function pulumiFailure(error: unknown): Failure {
  if (!(error instanceof CommandError)) throw error;
  return new Failure("pulumi-failed", `pulumi: ${reason(error.message)}`, EXIT.failed);
}

/** What the CLI says is wrong, on one line: never its whole output. */
export function reason(output: string): string {
  const lines = plain(output)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const error =
    lines.find((line) => /^(stderr: )?error: /.test(line)) ?? lines.find((line) => !/^(code|stdout|stderr):/.test(line));
  // Whose lock it is stands on a line of its own, with a path that tells nobody anything.
  const owner = /created by \S+@\S+ \(pid \d+\)[^\n]*/.exec(output)?.[0];
  const whole = error !== undefined && owner !== undefined && error.includes("locked") ? `${error} (${owner.trim()})` : error;
  return cleaned((whole ?? "it failed and did not say why").replace(/^stderr: /, ""));
}
