import { execFile } from "node:child_process";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { CommandError, PulumiCommand } from "@pulumi/pulumi/automation";
import sdk from "@pulumi/pulumi/package.json";
import type { Ask } from "./ask";
import { askTerminal } from "./ask";
import { EXIT, Failure } from "./failure";
import { cleaned, plain } from "./plain";
import { missingRight } from "./state/bucket-failure";
import { StoreFailure } from "./state/store-failure";

/** States of a few hundred resources are some megabytes long. */
const MAX_OUTPUT_BYTES = 512 * 1024 * 1024;

/**
 * Runs one command of the CLI. Nothing secret is ever among the arguments: others on the machine can read them.
 *
 * @param input what it reads
 * @param environment what it is told beside this process' environment
 * @param cli what has it installed where it is missing
 */
export async function pulumi(
  args: readonly string[],
  cwd: string,
  input = "",
  environment: Readonly<Record<string, string>> = {},
  cli: () => Promise<unknown> = pulumiCli,
): Promise<string> {
  try {
    const running = promisify(execFile)("pulumi", [...args, "--non-interactive"], {
      cwd,
      maxBuffer: MAX_OUTPUT_BYTES,
      env: { ...process.env, ...environment },
    });
    // A command that ends before it has read all says itself why.
    running.child.stdin?.on("error", () => undefined).end(input);
    const { stdout } = await running;
    return stdout;
  } catch (error) {
    const { stderr, code, signal } = error as { stderr?: string; code?: unknown; signal?: string | null };
    // A command that never ran has said nothing. It runs once there is a CLI, which somebody may have agreed to just now.
    if (code === "ENOENT") {
      await cli();
      return pulumi(args, cwd, input, environment, NOT_AGAIN);
    }
    const what = args.slice(0, 2).filter((each) => !each.startsWith("--"));
    throw failureOf(what.join(" "), signal ? endedBy(signal) : (stderr ?? ""), { ...process.env, ...environment });
  }
}

/**
 * What the CLI answered as JSON.
 *
 * @throws {Failure} `pulumi-failed` when it is none: what is on the PATH is then no Pulumi, or a wrapper that says more
 */
export function answered(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const remedy = "is the pulumi on the PATH Pulumi's own, and no wrapper that prints more?";
    throw new Failure("pulumi-failed", `pulumi did not answer with JSON: ${remedy}`, EXIT.failed);
  }
}

/** What takes the place of an installation that was made already. */
const NOT_AGAIN = (): Promise<never> =>
  Promise.reject(new Failure("pulumi-failed", "pulumi: it is installed and cannot be run", EXIT.failed));

/** What is said of an engine that did not end by itself. */
export function endedBy(signal: string): string {
  const why: Readonly<Record<string, string>> = { SIGKILL: " (a kill, or this machine has no memory left)" };
  return `the engine was ended by ${signal}${why[signal] ?? ""}`;
}

/** What a command of the CLI failed with. */
function failureOf(command: string, output: string, environment: NodeJS.ProcessEnv = process.env): Failure {
  const why = reason(output);
  if (/incorrect passphrase/.test(why)) {
    const { PULUMI_CONFIG_PASSPHRASE: variable, PULUMI_CONFIG_PASSPHRASE_FILE: file } = process.env;
    const isDecrypted = variable === undefined && file === undefined && environment["PULUMI_CONFIG_PASSPHRASE"] !== undefined;
    const source = isDecrypted
      ? "state.passphrase"
      : variable === undefined
        ? "PULUMI_CONFIG_PASSPHRASE_FILE"
        : "PULUMI_CONFIG_PASSPHRASE";
    const remedy = "give the stack's own; lab state check says what the one at hand fits";
    return new Failure(
      "wrong-passphrase",
      `the passphrase of ${source} is wrong for this stack: it does not decrypt its secrets; ${remedy}`,
      EXIT.failed,
    );
  }
  const [, operation = "", denial] = /operation error S3: (\w+),.*api error (AccessDenied|Forbidden)\b/.exec(why) ?? [];
  if (denial !== undefined) {
    const right = operation === "ListObjectsV2" ? "ListBucket" : operation.replace(/^Head/, "Get");
    const what = ["pulumi", ...(command === "" ? [] : [command])].join(" ");
    const found = `${what} is refused by the bucket of the state: the credentials may not (${denial})`;
    return new StoreFailure("store-refused", found, missingRight(right));
  }
  if (!/passphrase must be set/.test(why))
    return new Failure("pulumi-failed", `pulumi${command === "" ? "" : ` ${command}`}: ${why}`, EXIT.failed);
  return new Failure("no-passphrase", `there is no passphrase to decrypt the stack's secrets with; ${PASSPHRASE}`, EXIT.failed);
}

const PASSPHRASE =
  "in this shell, too, set PULUMI_CONFIG_PASSPHRASE_FILE or PULUMI_CONFIG_PASSPHRASE as when the stack was made, or have state.passphrase name a file of sops or age";

/** Where the CLI is looked for and comes from; the Automation API's own by default. */
export interface CliDoors {
  readonly onPath: () => Promise<PulumiCommand>;
  /** In the folder that {@link CliDoors.install} installs into. */
  readonly installed: () => Promise<PulumiCommand>;
  readonly install: () => Promise<PulumiCommand>;
  readonly ask: Ask;
}

/** The version that goes with the SDK, in a folder of its own: nothing on the PATH is touched. */
const PINNED = { version: sdk.version, root: join(homedir(), ".pulumi", "versions", sdk.version) };
const FOLDER = `~/.pulumi/versions/${sdk.version}`;
const INSTALLER = "Pulumi's own installer (https://get.pulumi.com)";

const REAL_DOORS: CliDoors = {
  onPath: () => PulumiCommand.get(),
  installed: () => PulumiCommand.get({ root: PINNED.root }),
  install: () => PulumiCommand.install({ root: PINNED.root }),
  ask: askTerminal,
};

/**
 * The CLI: on the PATH, or where it was installed before, or installed now by whoever agrees to that.
 *
 * @param mayInstall agreed to on the command line. @default it is asked for where somebody sits at a terminal
 * @throws {Failure} `missing-tool` without one that will do, saying what to do
 */
export async function pulumiCli(mayInstall = false, doors = REAL_DOORS): Promise<PulumiCommand> {
  const found = await doors.onPath().catch((error: unknown) => error);
  if (found instanceof PulumiCommand) return found;
  const before = await doors.installed().catch(() => undefined);
  if (before) return onPath(before);
  const problem = problemOf(found);
  if (!mayInstall && !(await agreed(doors.ask, problem))) throw missing(problem);
  try {
    return onPath(await doors.install());
  } catch (error) {
    const why = reason(error instanceof Error ? error.message : String(error));
    throw new Failure("missing-tool", `${INSTALLER} did not install Pulumi ${PINNED.version}: ${why}; ${BY_HAND}`, EXIT.failed);
  }
}

const BY_HAND = "install it from https://www.pulumi.com/docs/install/; plan and rehearse need none";

function problemOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /ENOENT|not found/.test(text)
    ? "the Pulumi CLI is not on the PATH"
    : `the Pulumi CLI on the PATH will not do: ${reason(text)}`;
}

async function agreed(ask: Ask, problem: string): Promise<boolean> {
  const question = `${problem}. Install ${PINNED.version} into ${FOLDER} with ${INSTALLER}? yes or no: `;
  return (await ask(question)) === "yes";
}

function missing(problem: string): Failure {
  const how = `--install-cli installs ${PINNED.version} into ${FOLDER} with ${INSTALLER}, or ${BY_HAND}`;
  return new Failure("missing-tool", `${problem}: ${how}`, EXIT.failed);
}

/** Puts the CLI's folder first: the engine looks for its language hosts there, and {@link pulumi} for the CLI. */
function onPath(cli: PulumiCommand): PulumiCommand {
  process.env["PATH"] = [dirname(cli.command), process.env["PATH"] ?? ""].join(delimiter);
  return cli;
}

/** What an operation of the Automation API failed with; other errors than the CLI's are thrown on. */
export function pulumiFailure(error: unknown): Failure {
  if (!(error instanceof CommandError)) throw error;
  const [, signal] = /Command was killed with (SIG\w+)/.exec(error.message) ?? [];
  return failureOf("", signal === undefined ? error.message : endedBy(signal));
}

/** What the CLI says is wrong, on one line: never its whole output. */
export function reason(output: string): string {
  const lines = plain(output)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const error =
    lines.find((line) => /^(stderr: )?error: /.test(line)) ?? lines.find((line) => !/^(code|stdout|stderr):/.test(line));
  // Several are counted first, and told below.
  if (error !== undefined && /\d+ errors? occurred:?$/.test(error)) {
    const told = lines.slice(lines.indexOf(error) + 1).flatMap((line) => /^(?:\d+\)|\*) (.*)$/.exec(line)?.[1] ?? []);
    const telling = told.filter((each) => each !== "Unknown");
    if (telling.length > 0) return cleaned([...new Set(telling)].join("; "));
  }
  // Whose lock it is stands on a line of its own, with a path that tells nobody anything.
  const owner = /created by \S+@\S+ \(pid \d+\)[^\n]*/.exec(output)?.[0];
  const whole = error !== undefined && owner !== undefined && error.includes("locked") ? `${error} (${owner.trim()})` : error;
  return cleaned((whole ?? "it failed and did not say why").replace(/^stderr: /, ""));
}
