import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { EXIT, Failure } from "../failure";
import { writePrivately } from "../private-file";
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
