import { existsSync } from "node:fs";
import { checkOverwriting, handOver, isStdout } from "../access/destination";
import { fileWith } from "../access/entries";
import type { AccessKind, UserFiles } from "../access/kind";
import { kubeconfig as kubeconfigKind } from "../access/kubeconfig";
import { merged, removed } from "../access/merge";
import type { Removal } from "../access/merge";
import { modeText } from "../access/place";
import { talosconfig as talosconfigKind } from "../access/talosconfig";
import type { ChangedFile } from "../access/user-files";
import { changeUserFiles } from "../access/user-files";
import { EXIT, Failure } from "../failure";
import type { CommonOptions } from "../output";
import { print, printJson, stdoutStyle } from "../output";
import type { ParsedStack } from "../stacks";
import { PROJECT_DIR, ownStack } from "../stacks";
import type { Workspace } from "../workspace";
import { openWorkspace } from "../workspace";

/** Options of `lab kubeconfig` and `lab talosconfig`. */
export interface AccessOptions extends CommonOptions {
  readonly file?: string;
  readonly merge?: boolean;
  readonly use?: boolean;
  readonly replace?: boolean;
  readonly remove?: boolean;
}

/** What the commands touch outside of this process. */
export interface AccessDoors {
  readonly open: (stack: string, projectDir: string) => Promise<Pick<Workspace, "output">>;
  /** @default process.env */
  readonly environment?: NodeJS.ProcessEnv;
  /** How long to wait for somebody else who changes the user's files, by default 10 s. */
  readonly patienceMs?: number | undefined;
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
  if (options.remove) return takeOut(doors, kind, parsed, options);
  const { stack } = parsed;
  const content = await outputOf(doors, kind, stack);
  if (options.merge) return mergeIn(doors, kind, parsed, options, content);
  if (options.file === undefined || isStdout(options.file)) {
    if (options.json) printJson({ stack, [kind.output]: content });
    else process.stdout.write(content.endsWith("\n") ? content : `${content}\n`);
    return EXIT.fine;
  }
  await checkOverwriting(kind, options.file, content);
  await handOver(options.file, content, doors.patienceMs);
  const lines = [`${options.file} has the ${kind.output} of ${parsed.config.metadata.name}`];
  return tell(kind, parsed, options, options.file, [{ file: options.file, backup: undefined, openedTo: undefined }], lines);
}

async function mergeIn(
  doors: AccessDoors,
  kind: AccessKind,
  parsed: ParsedStack,
  options: AccessOptions,
  content: string,
): Promise<number> {
  const { name } = parsed.config.metadata;
  const own = kind.entries(content, name);
  const how = { isCurrent: options.use === true, isReplacing: options.replace === true };
  const files = filesOf(doors, kind, options);
  let where = files.target;
  const changed = await changeUserFiles(files, {
    shape: kind.shape,
    isMaking: true,
    patienceMs: doors.patienceMs,
    by: (sources, target) => {
      const after = merged(kind, sources, target, name, own, how);
      where = fileWith(kind, after, name) ?? where;
      return after;
    },
  });
  const [verb, already] = changed.length > 0 ? ["has", ""] : ["had", " already"];
  return tell(kind, parsed, options, where, changed, [`${where} ${verb} the context ${name}${already}`]);
}

/** Asks nothing of the state: what is taken out is often there no more. */
async function takeOut(doors: AccessDoors, kind: AccessKind, parsed: ParsedStack, options: AccessOptions): Promise<number> {
  const { name } = parsed.config.metadata;
  const files = filesOf(doors, kind, options);
  let kept: Removal["kept"] = [];
  const changed = await changeUserFiles(files, {
    shape: kind.shape,
    isMaking: false,
    patienceMs: doors.patienceMs,
    by: (sources) => {
      const removal = removed(kind, sources, name);
      ({ kept } = removal);
      return removal.sources;
    },
  });
  const done =
    changed.length > 0
      ? `${name} is in ${changed.map(({ file }) => file).join(", ")} no more`
      : `${name} is not in ${files.all.join(", ")}`;
  const others = kept.map(({ file, section }) => `${section} of ${file}`).join(", ");
  const where = changed[0]?.file ?? files.target;
  return tell(kind, parsed, options, where, changed, [
    done,
    ...(others === "" ? [] : [`somebody else's of that name stays: ${others}`]),
  ]);
}

function judge({ file, merge, use, replace, remove }: AccessOptions): void {
  const wrong =
    merge && remove
      ? "--merge or --remove, not both"
      : use && !merge
        ? "--use goes with --merge"
        : replace && !merge
          ? "--replace goes with --merge"
          : file === ""
            ? "--file without a name"
            : file !== undefined && isStdout(file) && (merge || remove)
              ? "--merge and --remove change a file: --file is to name one"
              : undefined;
  if (wrong !== undefined) throw new Failure("usage", wrong, EXIT.usage);
}

function filesOf({ environment = process.env }: AccessDoors, kind: AccessKind, { file }: AccessOptions): UserFiles {
  return file === undefined ? kind.files(environment, existsSync) : { all: [file], target: file };
}

async function outputOf({ open }: AccessDoors, { output }: AccessKind, stack: string): Promise<string> {
  const content = await (await open(stack, PROJECT_DIR)).output(output);
  if (content !== undefined) return content;
  throw new Failure("no-output", `${stack} has no ${output} yet: lab up ${stack} makes it`, EXIT.failed);
}

/** @param file where the cluster's context is, or was */
function tell(
  { output }: AccessKind,
  { stack }: ParsedStack,
  options: AccessOptions,
  file: string,
  changed: readonly ChangedFile[],
  [done = "", ...notes]: readonly string[],
): number {
  if (options.json) {
    const files = changed.map(({ file: path, backup }) => ({ file: path, backup: backup ?? null }));
    printJson({ stack, result: "succeeded", kind: output, file, changed: files.length > 0, files });
    return EXIT.fine;
  }
  const { ok } = stdoutStyle(options).glyphs;
  const more = changed.flatMap(({ file: path, backup, openedTo }) => [
    ...(backup === undefined ? [] : [`as it was before: ${backup}`]),
    ...(openedTo === undefined ? [] : [`${path} can be read by its owner alone now (0600); it was ${modeText(openedTo)}`]),
  ]);
  print([`${ok} ${done}`, ...[...notes, ...more].map((line) => `  ${line}`)]);
  return EXIT.fine;
}
