import { constants } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { EXIT, Failure } from "../failure";
import { writePrivately } from "../private-file";
import { readOutput, readSource } from "./document";
import { namesOf } from "./entries";
import type { AccessKind } from "./kind";
import { notWritten, obstacleOf, sortOf, statOf } from "./place";

/** Other names of what is printed to. */
const STDOUT = /^(-|\/dev\/stdout|\/(dev|proc\/self)\/fd\/1)$/;

/** Files that are open already: what they were opened for goes on, so that nothing is put in their place. */
const OPEN = /^\/(dev\/(stderr|fd\/)|proc\/[^/]+\/fd\/)/;

/** How long a pipe may be without anybody who reads it. */
const PATIENCE_MS = 30_000;
const POLL_MS = 100;

/** Whether a path means what is printed to. */
export function isStdout(path: string): boolean {
  return STDOUT.test(path);
}

/**
 * Refuses to replace what other clusters' users need by one cluster's own, as `--file ~/.kube/config` would.
 *
 * @throws {Failure} `other-entries`
 */
export async function checkOverwriting(kind: AccessKind, path: string, content: string): Promise<void> {
  const own = namesOf(kind, readOutput(content, kind.output));
  const [other] = (await namesAt(kind, path)).filter((name) => !own.includes(name));
  if (other === undefined) return;
  const remedy = "--merge adds the cluster to it; delete it, or choose another file, where that is not meant";
  throw new Failure(
    "other-entries",
    `${path} is left as it is: it has others' entries, such as ${other}; ${remedy}`,
    EXIT.failed,
  );
}

/** What is at a path by name; nothing where that is no such file. */
async function namesAt(kind: AccessKind, path: string): Promise<string[]> {
  try {
    if (OPEN.test(path) || !(await statOf(path))?.isFile()) return [];
    return namesOf(kind, readSource(await readFile(path, "utf8"), path));
  } catch {
    return [];
  }
}

/**
 * Writes a secret to where its user wants it: a file is replaced whole, by one that only its owner can read; devices and pipes are
 * written to.
 *
 * @throws {Failure} `foreign-file` or `unwritable` where it is not, and whatever is there stays
 */
export async function handOver(path: string, content: string, patienceMs = PATIENCE_MS): Promise<void> {
  const found = await statOf(path);
  if (found && (found.isDirectory() || found.isSocket() || found.isBlockDevice()))
    throw notWritten(path, `it is ${sortOf(found)}, not a file`);
  if (found && (!found.isFile() || OPEN.test(path))) return writeInto(path, content, patienceMs);
  const obstacle = found && obstacleOf(found);
  if (obstacle !== undefined) throw notWritten(path, obstacle);
  return writePrivately(path, content);
}

async function writeInto(path: string, content: string, patienceMs: number): Promise<void> {
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    try {
      // Without O_NONBLOCK nothing could stop this process while it waits for a pipe's other end.
      const handle = await open(path, constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK);
      try {
        await handle.writeFile(content);
      } finally {
        await handle.close();
      }
      return;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const isAlone = code === "ENXIO";
      if (!isAlone || Date.now() > giveUpAt) {
        const why = isAlone ? "nobody reads it" : (code ?? message);
        throw new Failure("unwritable", `${path} cannot be written: ${why}; choose another file`, EXIT.failed);
      }
      await sleep(POLL_MS);
    }
  }
}
