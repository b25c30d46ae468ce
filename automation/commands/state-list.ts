import { EXIT } from "../failure";
import type { CommonOptions } from "../output";
import { print, printJson } from "../output";
import { table } from "../render/table";
import { basename } from "node:path";
import { stateVersions } from "../state/restore";
import { StoreFailure } from "../state/store-failure";
import type { StateDoors } from "../state/stack-state";
import { StackState } from "../state/stack-state";

/** Lists what a stack's state can be put back from: backups of this machine, and versions that the bucket keeps. */
export function stateList(stack: string, options: CommonOptions): Promise<number> {
  return stateListWith(undefined, stack, options);
}

/** {@link stateList} through given doors. */
export async function stateListWith(doors: StateDoors | undefined, stack: string, options: CommonOptions): Promise<number> {
  const state = StackState.of(stack, doors);
  const backups = await state.backups.list();
  // Backups are of this machine: they are of use just when the store is away, or refuses.
  const found = await stateVersions(state).catch((error: unknown) => {
    if (error instanceof StoreFailure) return error;
    throw error;
  });
  const problem = found instanceof StoreFailure ? found.message : undefined;
  const versions = (found instanceof StoreFailure ? [] : found).map(({ id, modified, bytes, isLatest }) => ({
    version: id,
    time: `${modified.toISOString().slice(0, 19)}Z`,
    bytes,
    isLatest,
  }));
  if (options.json) {
    const json = { stack: state.stack, folder: state.backups.folder, backups };
    printJson({ ...json, versions: problem === undefined ? versions : null, problem: problem ?? null });
    return EXIT.fine;
  }
  const rows = [
    ...backups.map(({ file, time, operation, bytes }) => [time, size(bytes), `before ${operation}`, basename(file)]),
    ...versions.map(({ version, time, bytes, isLatest }) => [
      time,
      size(bytes),
      isLatest ? "what is there now" : "of the bucket",
      `--version ${version}`,
    ]),
  ];
  if (rows.length === 0) print([`nothing yet: lab state backup ${state.stack} makes a backup in ${state.backups.folder}`]);
  else print(table([{ title: "time" }, { title: "size", align: "right" }, { title: "" }, { title: "restore with" }], rows));
  if (problem !== undefined) process.stderr.write(`versions of the bucket are not known: ${problem}\n`);
  return EXIT.fine;
}

function size(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} KiB`;
}
