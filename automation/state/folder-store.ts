import { randomUUID } from "node:crypto";
import { access, constants, mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StoreFailure } from "./store-failure";
import type { StateStore, StoredObject, StoredVersion, Versioning } from "./store";

/** Others of the machine may read nothing: a state has names and addresses of everything in it. */
const OWN_FOLDER = 0o700;

/** A folder of this machine, or of one that is mounted. */
export class FolderStore implements StateStore {
  constructor(
    /** Absolute. */
    public readonly name: string,
  ) {}

  public async exists(): Promise<boolean> {
    const found = await stat(this.name)
      .catch(absent)
      .catch((error: unknown) => this.fail("read", error));
    if (found && !found.isDirectory())
      throw new StoreFailure("store-refused", `${this.name} is a file, and no folder`, ELSEWHERE);
    if (found) await access(this.name, constants.R_OK | constants.X_OK).catch((error: unknown) => this.fail("read", error));
    return found !== undefined;
  }

  public async create(): Promise<void> {
    await mkdir(this.name, { recursive: true, mode: OWN_FOLDER }).catch((error: unknown) => this.fail("made", error));
  }

  public async probe(): Promise<void> {
    const file = join(this.name, `.lab-probe-${randomUUID()}`);
    try {
      await writeFile(file, "probe", { mode: 0o600 }).catch((error: unknown) => this.fail("written to", error));
    } finally {
      await rm(file, { force: true }).catch(() => undefined);
    }
  }

  public versioning(): Promise<Versioning> {
    return Promise.resolve("unsupported");
  }

  public keepVersions(): Promise<Versioning> {
    return this.versioning();
  }

  public async isPublic(): Promise<boolean> {
    const { mode } = await stat(this.name);
    return (mode & 0o004) !== 0;
  }

  public closeToPublic(): Promise<boolean> {
    return Promise.resolve(false);
  }

  public async list(folder: string): Promise<StoredObject[]> {
    const path = join(this.name, folder);
    const found = await readdir(path)
      .catch(absent)
      .catch((error: unknown) => this.fail("read", error, path));
    const names = found ?? [];
    // Descriptions of files are no files of their own to Pulumi.
    const objects = names.filter((name) => !name.endsWith(".attrs")).map((name) => this.objectAt(`${folder}${name}`));
    return (await Promise.all(objects)).filter((each) => each !== undefined);
  }

  public async read(key: string): Promise<Buffer | undefined> {
    const path = join(this.name, key);
    return readFile(path)
      .catch(absent)
      .catch((error: unknown) => this.fail("read", error, path));
  }

  public versions(): Promise<StoredVersion[]> {
    return Promise.resolve([]);
  }

  private async objectAt(key: string): Promise<StoredObject | undefined> {
    const path = join(this.name, key);
    const found = await stat(path)
      .catch(absent)
      .catch((error: unknown) => this.fail("read", error, path));
    return found?.isFile() === true ? { key, bytes: found.size, modified: found.mtime } : undefined;
  }

  private fail(what: string, error: unknown, path = this.name): never {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new StoreFailure(
      "store-refused",
      `${path === this.name ? "the folder " : ""}${path} cannot be ${what} (${code})`,
      REMEDIES[code] ?? OTHERWISE,
    );
  }
}

const ELSEWHERE = "move it away, or name another folder in state.backend.file";
const ROOM = "make room there, or name another folder in state.backend.file";
const OTHERWISE = "run it as its owner, or name another folder in state.backend.file";
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: ROOM,
  EDQUOT: ROOM,
  EROFS: "it is mounted read-only: have it be written to, or name another folder in state.backend.file",
  ENOTDIR: "something in that path is a file: move it away, or name another folder in state.backend.file",
};

function absent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  return undefined;
}
