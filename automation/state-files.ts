import { copyFile, readFile, readdir, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { EXIT, Failure } from "./failure";

/** What was cut off while it was written, in the folder of a file backend. */
export interface CutOff {
  /** Files that only describe others; without one the backend takes its defaults. */
  readonly descriptions: readonly string[];
  /** What was to become a lock; Pulumi takes it for one that it cannot read. */
  readonly locks: readonly string[];
  /** The state itself, when it had to be put back from what the backend keeps of the one before. */
  readonly restoredFrom: string | undefined;
}

/** The folder of a file backend's URL; undefined for any other. */
export function backendDir(url: string): string | undefined {
  const path = /^file:\/\/([^?]*)/.exec(url)?.[1];
  if (path === undefined) return undefined;
  const dir = path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : decoded(path);
  return join(dir, ".pulumi");
}

/** What is badly encoded is what it is: there will be no such folder. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/**
 * Mends what a killed engine leaves of a stack's files in a file backend. It writes a description next to each file
 * (`<file>.attrs`, gocloud.dev's fileblob) in place, so that a kill leaves an empty one, and no file with such a one can be read any
 * more. States themselves are put in place whole; one that is cut off nevertheless (a full disk, a power cut) is replaced by the one
 * before, and kept as `<file>.cut-off`. What was to become a lock and never did is taken away.
 *
 * @param dir the backend's folder, see {@link backendDir}
 * @throws {Failure} `cut-off-state` when the state is cut off and there is no whole one before it
 */
export async function mendStateFiles(dir: string, project: string, stack: string): Promise<CutOff> {
  const own = `${stack}.json`;
  const folders = [
    { path: join(dir, "stacks", project), isOwn: (name: string) => name.startsWith(own) },
    ...["history", "backups"].map((kind) => ({ path: join(dir, kind, project, stack), isOwn: () => true })),
    { path: join(dir, "locks", "organization", project, stack), isOwn: () => true },
    { path: dir, isOwn: (name: string) => name.startsWith("meta.") },
  ];
  const descriptions: string[] = [];
  for (const { path, isOwn } of folders) {
    const names = (await namesIn(path)).filter((name) => name.endsWith(".attrs") && isOwn(name));
    for (const file of names.map((name) => join(path, name))) {
      if (await isWhole(file)) continue;
      await takeAway(file);
      descriptions.push(file);
    }
  }
  const locks = await unfinishedLocks(join(dir, "locks", "organization", project, stack));
  for (const file of locks) await takeAway(file);
  const states = (await namesIn(join(dir, "stacks", project))).filter((name) => name === own || name === `${own}.gz`);
  const restored: string[] = [];
  for (const name of states) restored.push(...(await restore(join(dir, "stacks", project, name))));
  return { descriptions, locks, restoredFrom: restored[0] };
}

/** A lock is written in a moment: what has not become one for so long never will. */
const UNFINISHED_MS = 60_000;

/** What a full disk or a kill leaves of a lock that was being written (`<lock>.json.<number>.tmp`, gocloud.dev's fileblob). */
async function unfinishedLocks(folder: string): Promise<string[]> {
  const files = (await namesIn(folder)).filter((name) => name.endsWith(".tmp")).map((name) => join(folder, name));
  const old = await Promise.all(
    files.map(async (file) => {
      const found = await stat(file).catch(() => undefined);
      return found !== undefined && found.mtimeMs < Date.now() - UNFINISHED_MS;
    }),
  );
  return files.filter((_, index) => old[index]);
}

/** Puts the state before in the place of one that is cut off; answers where it came from. */
async function restore(state: string): Promise<string[]> {
  if (await isWhole(state)) return [];
  const before = `${state}.bak`;
  if (!(await isWhole(before))) {
    const copies = join(dirname(state).replace("/stacks/", "/backups/"), basename(state).replace(/\.json(\.gz)?$/, ""));
    const remedy = `put a whole copy of it back, such as one of those in ${copies}`;
    throw new Failure("cut-off-state", `the state file ${state} is cut off, and so is the one before it: ${remedy}`, EXIT.failed);
  }
  // Whole before it is there: a disk that was full may be so still.
  const whole = `${state}.mending`;
  try {
    await copyFile(before, whole);
    await rename(state, `${state}.cut-off`);
    await rename(whole, state);
  } catch (error) {
    await rm(whole, { force: true }).catch(() => undefined);
    throw unmended(state, error);
  }
  return [before];
}

async function takeAway(file: string): Promise<void> {
  await rm(file, { force: true }).catch((error: unknown) => {
    throw unmended(file, error);
  });
}

function unmended(file: string, error: unknown): Failure {
  const { code = "" } = error as NodeJS.ErrnoException;
  const remedy = "let the folder of the state be written to, with room for another copy of the state";
  return new Failure("cut-off-state", `${file} is cut off and cannot be mended (${code}); ${remedy}`, EXIT.failed);
}

async function namesIn(dir: string): Promise<string[]> {
  return readdir(dir).catch(() => []);
}

/** Whether a file holds a whole document; one that is gone meanwhile, or that nobody may read, is not for us to judge. */
async function isWhole(file: string): Promise<boolean> {
  const content = await readFile(file).catch(() => undefined);
  if (content === undefined) return !file.endsWith(".bak");
  try {
    JSON.parse((content[0] === 0x1f && content[1] === 0x8b ? gunzipSync(content) : content).toString("utf8"));
    return true;
  } catch {
    return false;
  }
}
