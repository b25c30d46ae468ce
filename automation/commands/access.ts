import type { AccessKind } from "../access/kind";
import { kubeconfig as kubeconfigKind } from "../access/kubeconfig";
import { talosconfig as talosconfigKind } from "../access/talosconfig";
import type { Changed } from "../access/user-file";
import { changeUserFile, userFile } from "../access/user-file";
import { EXIT, Failure } from "../failure";
import type { CommonOptions } from "../output";
import { print, printJson, stdoutStyle } from "../output";
import { writePrivately } from "../private-file";
import type { ParsedStack } from "../stacks";
import { PROJECT_DIR, ownStack } from "../stacks";
import type { Workspace } from "../workspace";
import { openWorkspace } from "../workspace";

/** Options of `lab kubeconfig` and `lab talosconfig`. */
export interface AccessOptions extends CommonOptions {
  readonly file?: string;
  readonly merge?: boolean;
  readonly use?: boolean;
  readonly remove?: boolean;
}

/** What the commands touch outside of this process. */
export interface AccessDoors {
  readonly open: (stack: string, projectDir: string) => Promise<Pick<Workspace, "output">>;
}

/** Hands out the kubeconfig of a cluster. */
export function kubeconfig(stack: string, options: AccessOptions): Promise<number> {
  return accessWith({ open: openWorkspace }, kubeconfigKind, ownStack(stack), options);
}

/** Hands out the talosconfig of a cluster. */
export function talosconfig(stack: string, options: AccessOptions): Promise<number> {
  return accessWith({ open: openWorkspace }, talosconfigKind, ownStack(stack), options);
}

/** Both through given doors. */
export async function accessWith(
  doors: AccessDoors,
  kind: AccessKind,
  parsed: ParsedStack,
  options: AccessOptions,
): Promise<number> {
  judge(options);
  const { stack } = parsed;
  const { name } = parsed.config.metadata;
  if (options.remove) {
    const changed = await changeUserFile(options.file ?? userFile(kind), (text) =>
      kind.removed(text, fileOf(kind, options), name),
    );
    return tell(kind, parsed, options, changed, `${name} is in ${changed.file} no more`, `${name} is not in ${changed.file}`);
  }
  const content = await outputOf(doors, kind, stack);
  if (options.merge) {
    const file = fileOf(kind, options);
    const change = (text: string): string => kind.merged(text, file, { name, content }, options.use === true);
    const changed = await changeUserFile(file, change);
    return tell(kind, parsed, options, changed, `${file} has the context ${name}`, `${file} had the context ${name} already`);
  }
  if (options.file === undefined) {
    if (options.json) printJson({ stack, [kind.output]: content });
    else process.stdout.write(content.endsWith("\n") ? content : `${content}\n`);
    return EXIT.fine;
  }
  await writePrivately(options.file, content);
  const changed = { file: options.file, backup: undefined, isChanged: true };
  return tell(kind, parsed, options, changed, `${options.file} has the ${kind.output} of ${name}`, "");
}

function judge({ file, merge, use, remove }: AccessOptions): void {
  const wrong =
    merge && remove
      ? "--merge or --remove, not both"
      : use && !merge
        ? "--use goes with --merge"
        : file === ""
          ? "--file without a name"
          : undefined;
  if (wrong !== undefined) throw new Failure("usage", wrong, EXIT.usage);
}

function fileOf(kind: AccessKind, { file }: AccessOptions): string {
  return file ?? userFile(kind);
}

async function outputOf({ open }: AccessDoors, { output }: AccessKind, stack: string): Promise<string> {
  const content = await (await open(stack, PROJECT_DIR)).output(output);
  if (content !== undefined) return content;
  throw new Failure("no-output", `${stack} has no ${output} yet: lab up ${stack} makes it`, EXIT.failed);
}

function tell(
  { output }: AccessKind,
  { stack }: ParsedStack,
  options: AccessOptions,
  { file, backup, isChanged }: Changed,
  done: string,
  nothing: string,
): number {
  if (options.json) {
    printJson({ stack, result: "succeeded", kind: output, file, changed: isChanged, backup: backup ?? null });
    return EXIT.fine;
  }
  const { ok } = stdoutStyle(options).glyphs;
  print([`${ok} ${isChanged ? done : nothing}`, ...(backup === undefined ? [] : [`  as it was before: ${backup}`])]);
  return EXIT.fine;
}
