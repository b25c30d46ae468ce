import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { z } from "zod";
import { EXIT, Failure } from "../failure";
import { privateFolder, writeAnew, writePrivately } from "../private-file";
import type { Source } from "./document";
import { readSource } from "./document";
import { whileLocked } from "./file-lock";
import type { UserFiles } from "./kind";
import type { Place } from "./place";
import { notWritten, obstacleOf, placeOf, statOf } from "./place";
import { checkShape } from "./shape";

/** A file that was changed. */
export interface ChangedFile {
  readonly file: string;
  /** Where it is as it was before; undefined when there was none. */
  readonly backup: string | undefined;
  /** Permissions that it had, where others could read it until now. */
  readonly openedTo: number | undefined;
}

/** How the user's files are changed. */
export interface Change {
  /** What a file must be ({@link checkShape}). */
  readonly shape: z.ZodType;
  /** Makes the target's folder when it is not there. */
  readonly isMaking: boolean;
  /** The files as they are to be, from what they are; `target` is the index of the target's. */
  readonly by: (sources: readonly Source[], target: number) => readonly Source[];
  /** How long to wait for somebody else who changes them, by default 10 s. */
  readonly patienceMs?: number | undefined;
}

/**
 * Changes the user's files, all of them or, when something is not as it must be, none; each is replaced whole, and as it was before it
 * stays beside it.
 *
 * @returns those that were changed
 */
export async function changeUserFiles(
  { all, target }: UserFiles,
  { shape, isMaking, by, patienceMs }: Change,
): Promise<ChangedFile[]> {
  if (isMaking) await folderOf(target);
  const work = async (): Promise<ChangedFile[]> => {
    const places = await Promise.all(all.map(placeOf));
    const sources = places.map(({ path, text }) => readSource(text, path));
    for (const source of sources) checkShape(source, shape);
    const after = by(sources, all.indexOf(target));
    const changes = places.flatMap((place, index) => {
      const text = after[index]?.text ?? place.text;
      return text === place.text ? [] : [{ place, text }];
    });
    for (const { place } of changes) if (place.obstacle !== undefined) throw notWritten(place.path, place.obstacle);
    const changed: ChangedFile[] = [];
    for (const { place, text } of changes) changed.push(await replaced(place, text));
    return changed;
  };
  return whileLocked(all, work, patienceMs);
}

async function folderOf(file: string): Promise<void> {
  await privateFolder(dirname(file)).catch((error: unknown) => {
    throw unwritable(file, error);
  });
}

async function replaced({ path, text: before, mode }: Place, text: string): Promise<ChangedFile> {
  const backup = mode === undefined ? undefined : await copied(path, before);
  await writePrivately(path, text);
  return { file: path, backup, openedTo: mode !== undefined && (mode & 0o077) !== 0 ? mode : undefined };
}

/**
 * A copy of a file beside it that only its owner can read; none is ever overwritten, nor is a link followed. What is kept already is not
 * kept once more.
 */
async function copied(file: string, content: string): Promise<string> {
  for (let number = 1; ; number++) {
    const copy = `${file}.before-lab${number === 1 ? "" : `-${number}`}`;
    if ((await isSame(copy, content)) || (await writeAnew(copy, content, "nothing was changed"))) return copy;
  }
}

async function isSame(copy: string, content: string): Promise<boolean> {
  const found = await statOf(copy).catch(() => undefined);
  if (!found?.isFile() || obstacleOf(found) !== undefined || (found.mode & 0o077) !== 0) return false;
  return (await readFile(copy, "utf8").catch(() => undefined)) === content;
}

function unwritable(file: string, error: unknown): Failure {
  const { code, message } = error as NodeJS.ErrnoException;
  return new Failure("unwritable", `${file} cannot be written: ${code ?? message}; nothing was changed`, EXIT.failed);
}
