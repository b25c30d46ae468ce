import { readFile, readdir, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { EXIT, Failure } from "../failure";
import { madePrivate, privateFolder, writeAnew } from "../private-file";
import type { ExportedState } from "../recovery";
import type { StackLayout } from "./layout";
import type { StateSettings } from "./location";
import { absolutePath } from "./paths";

/** A backup of a stack's state. */
export interface Backup {
  /** Absolute. */
  readonly file: string;
  /** When it was made, ISO 8601 to the second. */
  readonly time: string;
  /** What was about to be done, for instance `up`. */
  readonly operation: string;
  readonly bytes: number;
}

/** `20261121T191536Z-up.json`; a number after the time where there are several of one second. */
const NAME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z(?:\.\d+)?-([\w-]+)\.json$/;

/**
 * Backups of one stack's state: a folder of files that only their owner can read. What is secret in them stays encrypted as it is in
 * the state. One is made before the state is changed, and the oldest go.
 */
export class Backups {
  constructor(
    /** Absolute. */
    public readonly folder: string,
    /** How many stay. */
    private readonly keep: number,
  ) {}

  /**
   * Those of a stack.
   *
   * @param projectDir what a folder of the stack file is relative to
   */
  public static of({ state }: StateSettings, layout: StackLayout, projectDir: string): Backups {
    const { directory, keep } = state.backups;
    const root = directory === undefined ? defaultFolder() : absolutePath(directory, projectDir);
    return new Backups(join(root, layout.project, layout.stack), keep);
  }

  /**
   * Keeps a state, unless the newest backup is the same or there is nothing in it.
   *
   * @param operation what is about to be done
   * @returns the file it is in; undefined when there is nothing to keep
   */
  public async save(state: ExportedState, operation: string, now = new Date()): Promise<string | undefined> {
    const { resources = [], pending_operations: pending = [] } = state.deployment;
    if (resources.length === 0 && pending.length === 0) return undefined;
    const text = `${JSON.stringify(state)}\n`;
    const before = await this.list();
    const [newest] = before;
    // One that others could read, after a copy from elsewhere, is made its owner's alone; one that cannot be is none.
    if (newest && (await contentOf(newest.file)) === text && (await madePrivate(newest.file))) return newest.file;
    const stamp = now.toISOString().replace(/[-:]|\.\d+/g, "");
    const [isSame, number = "0"] = new RegExp(`/${stamp}(?:\\.(\\d+))?-`).exec(newest?.file ?? "") ?? [];
    const first = isSame === undefined ? 0 : Number(number) + 1;
    const file = await this.write(text, { stamp, operation, first }).catch((error: unknown) => this.fail(error));
    await this.forget([file, ...before.map((each) => each.file)].slice(this.keep));
    return file;
  }

  /** Several of one second are told apart by a number; two commands may be at it at once. */
  private async write(
    text: string,
    { stamp, operation, first }: { readonly stamp: string; readonly operation: string; readonly first: number },
  ): Promise<string> {
    await privateFolder(this.folder);
    for (let number = first; ; number++) {
      const file = join(this.folder, `${stamp}${number === 0 ? "" : `.${number}`}-${operation}.json`);
      if ((await writeAnew(file, text)) || (await contentOf(file)) === text) return file;
    }
  }

  /** All there are, the newest first. */
  public async list(): Promise<Backup[]> {
    const names = (await readdir(this.folder).catch(() => [])).filter((name) => NAME.test(name)).sort(byTime);
    return (await Promise.all(names.map((name) => this.backup(name)))).filter((each) => each !== undefined);
  }

  /** Undefined for what is no file, or gone meanwhile. */
  private async backup(name: string): Promise<Backup | undefined> {
    const [, year, month, day, hour, minute, second, operation = ""] = NAME.exec(name) ?? [];
    const file = join(this.folder, name);
    const time = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
    const found = await stat(file).catch(() => undefined);
    return found?.isFile() ? { file, time, operation, bytes: found.size } : undefined;
  }

  private fail(error: unknown): never {
    const { code = "", message } = error as NodeJS.ErrnoException;
    const why = error instanceof Failure ? message.replace(/^.* cannot be written: |; choose another file$/g, "") : code;
    const remedy = `${REMEDIES[why] ?? "see that it can be written to"}, or name another folder in state.backups.directory`;
    throw new Failure(
      "unwritable",
      `nothing was changed: the state has no backup in ${this.folder} (${why}); ${remedy}`,
      EXIT.failed,
    );
  }

  /** Why the folder cannot be looked into, for instance `ENOTDIR`; undefined when it can, or is still to be made. */
  public async problem(): Promise<string | undefined> {
    const { code } = await readdir(this.folder).then(
      () => ({ code: undefined }),
      (error: unknown) => error as NodeJS.ErrnoException,
    );
    return code === "ENOENT" ? undefined : code;
  }

  private async forget(files: readonly string[]): Promise<void> {
    for (const file of files) await rm(file, { force: true });
  }
}

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: "make room there",
  EDQUOT: "make room there",
  ENOTDIR: "move away what is a file in that path",
  EEXIST: "move away what is a file in that path",
  EROFS: "it is mounted read-only: have it be written to",
};

function contentOf(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(() => undefined);
}

/** The newest first; of one second, the one with the larger number. */
function byTime(a: string, b: string): number {
  const key = (name: string): string =>
    name.replace(/Z(?:\.(\d+))?-.*$/, (_, number: string | undefined) => (number ?? "0").padStart(6, "0"));
  return key(a) < key(b) ? 1 : -1;
}

/** Where programs keep what is neither settings nor a cache, and nothing of a repository. */
function defaultFolder(): string {
  return join(process.env["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state"), "proxmox-talos", "backups");
}
