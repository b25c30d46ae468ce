import { randomBytes } from "node:crypto";
import { chmod, link, lstat, mkdir, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { EXIT, Failure } from "./failure";

/** What only its owner may read and write. */
const OWN_FILE = 0o600;
const OWN_FOLDER = 0o700;

const ANOTHER = "choose another file";

/**
 * Writes a file that only its owner can read: whole or not at all, also over one that others could read before. A folder that is made
 * for it is its owner's alone, too.
 *
 * @param path a link of the user's own is followed, so that it stays one
 * @throws {Failure} `foreign-file` where somebody else could lead the file elsewhere, `unwritable` where it cannot be written
 */
export async function writePrivately(path: string, content: string): Promise<void> {
  const target = await targetOf(path);
  await written(path, target, content, (temporary) => rename(temporary, target));
}

/**
 * {@link writePrivately} of a file that is not there yet: nobody else's is lost, also when both are written at once.
 *
 * @param remedy what is said where it cannot be written
 * @returns false, and nothing is written, where there is one
 */
export async function writeAnew(path: string, content: string, remedy = ANOTHER): Promise<boolean> {
  const put = async (temporary: string): Promise<boolean> => {
    try {
      await link(temporary, path);
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (code === "EEXIST") return false;
      if (!WITHOUT_LINKS.includes(code)) throw error;
      if (await lstat(path).catch(() => undefined)) return false;
      await rename(temporary, path);
    }
    return true;
  };
  return written(path, path, content, put, remedy);
}

/** What file systems answer that know no second name of a file: FAT, and many that are mounted over a network. */
const WITHOUT_LINKS = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"];

/** Writes beside the file and has it put in its place. */
async function written<T>(
  path: string,
  target: string,
  content: string,
  put: (temporary: string) => Promise<T>,
  remedy = ANOTHER,
): Promise<T> {
  const temporary = `${target}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await privateFolder(dirname(target));
    // Made anew, so that nobody has it open or has put a link there.
    const file = await open(temporary, "wx", OWN_FILE);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    return await put(temporary);
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    throw new Failure("unwritable", `${path} cannot be written: ${code === "" ? message : code}; ${remedy}`, EXIT.failed);
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** Has a file that is there be its owner's alone; answers whether it is. */
export async function madePrivate(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  if (!found?.isFile() || found.uid !== (process.getuid?.() ?? found.uid)) return false;
  return (
    (found.mode & 0o777) === OWN_FILE ||
    chmod(path, OWN_FILE).then(
      () => true,
      () => false,
    )
  );
}

/** Makes a folder that is its owner's alone; one that is there already stays as it is. */
export async function privateFolder(path: string): Promise<void> {
  const made = await mkdir(path, { recursive: true, mode: OWN_FOLDER });
  // The process may mask bits away, never add any; a folder of somebody's own choice is left to them.
  if (made !== undefined) await chmod(path, OWN_FOLDER);
}

/** The file itself, where the path is a link to it. */
async function targetOf(path: string): Promise<string> {
  const found = await lstat(path).catch(() => undefined);
  if (!found) return path;
  const own = process.getuid?.() ?? found.uid;
  if (found.uid !== own) throw foreign(path, "it belongs to somebody else");
  if (!found.isSymbolicLink()) return path;
  const target = await realpath(path).catch(() => undefined);
  if (target === undefined) throw foreign(path, "it is a link that leads nowhere");
  if ((await stat(target)).uid !== own) throw foreign(path, `it leads to ${target}, which belongs to somebody else`);
  return target;
}

function foreign(path: string, why: string): Failure {
  return new Failure("foreign-file", `${path} is not written: ${why}; choose another file`, EXIT.failed);
}
