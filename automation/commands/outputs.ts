import type { StackTaskOptions } from "../operations/stack-tasks";
import { onStacks } from "../operations/stack-tasks";
import type { Outcome } from "../operations/outcome";
import type { Task } from "../operations/tasks";
import { EXIT, Failure } from "../failure";
import { stdoutStyle } from "../output";
import type { Style } from "../render/style";
import { table } from "../render/table";
import { truncate } from "../render/text";
import { nearest } from "../../config/problem";
import { PROJECT_DIR } from "../stacks";
import type { Workspace } from "../workspace";
import { openWorkspace } from "../workspace";

/** Options of `lab outputs`. */
export interface OutputsOptions extends StackTaskOptions {
  readonly showSecrets?: boolean;
}

/** What the command touches outside of this process. */
export interface OutputsDoors {
  readonly open: (stack: string, projectDir: string) => Promise<Pick<Workspace, "outputs">>;
}

/** Prints what deployed stacks put out: all of it, or one by its name and nothing else. */
export function outputs(stack: string | undefined, name: string | undefined, options: OutputsOptions): Promise<number> {
  return onStacks("outputs", stack, options, (own) => outputsTask({ open: openWorkspace }, own.stack, name, options));
}

/** {@link outputs} of one stack through given doors. */
export function outputsTask(doors: OutputsDoors, stack: string, name: string | undefined, options: OutputsOptions): Task {
  return { stack, shares: [], run: () => read(doors, stack, name, options) };
}

async function read(doors: OutputsDoors, stack: string, name: string | undefined, options: OutputsOptions): Promise<Outcome> {
  const workspace = await doors.open(stack, PROJECT_DIR);
  const all = await workspace.outputs(options.showSecrets === true);
  const style = stdoutStyle(options);
  if (name === undefined) return { summary: {}, json: { outputs: sorted(all) }, lines: rows(all, style), isAnswer: true };
  if (!Object.hasOwn(all, name)) throw unknownOutput(stack, name, Object.keys(all));
  const value = all[name];
  if (value === HIDDEN) throw hidden(stack, name);
  return {
    summary: {},
    json: { outputs: { [name]: value } },
    lines: [typeof value === "string" ? value.trimEnd() : JSON.stringify(value, null, 2)],
    isAnswer: true,
  };
}

/** What the CLI shows of a secret. */
const HIDDEN = "[secret]";

function hidden(stack: string, name: string): Failure {
  const remedy = `--show-secrets prints it, and lab kubeconfig and lab talosconfig write those two into files`;
  return new Failure("secret-output", `${name} of ${stack} is a secret: ${remedy}`, EXIT.failed);
}

function unknownOutput(stack: string, name: string, known: readonly string[]): Failure {
  const meant = nearest(name, known);
  const hint =
    known.length === 0 ? "it has none: was it deployed?" : meant ? `did you mean ${meant}?` : `it has ${known.join(", ")}`;
  return new Failure("unknown-output", `${stack} has no output ${name}: ${hint}`, EXIT.usage);
}

function sorted(all: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function rows(all: Readonly<Record<string, unknown>>, { columns, glyphs, safe }: Style): string[] {
  const entries = Object.entries(sorted(all));
  if (entries.length === 0) return ["no outputs: nothing is deployed"];
  const lines = table(
    [{ title: "" }, { title: "" }],
    entries.map(([name, value]) => [safe(name), safe(typeof value === "string" ? value : JSON.stringify(value))]),
  );
  return lines.map((line) => truncate(line, columns, glyphs.ellipsis));
}
