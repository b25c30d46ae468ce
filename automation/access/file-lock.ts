import { open, rm, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EXIT, Failure } from "../failure";
import { Interruption } from "../interruption";

/** kubectl holds its lock for milliseconds, and so do we. */
const PATIENCE_MS = 10_000;
const POLL_MS = 50;

/**
 * Does some work while nobody else changes files: kubectl, which does not wait (client-go tools/clientcmd/loader.go, lockFile), and
 * other runs of this program. Told to stop, it ends the work first, so that no lock is left.
 *
 * @param patienceMs how long to wait for somebody else's lock
 * @throws {Failure} `locked-file` when a lock stays, `interrupted` when told to stop while it waits
 */
export async function whileLocked<T>(files: readonly string[], work: () => Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
  const interruption = new Interruption();
  const taken: string[] = [];
  try {
    // In this order everybody takes them, so that nobody waits in a circle.
    for (const file of [...new Set(files.map((each) => resolve(each)))].sort()) {
      const lock = `${file}.lock`;
      const giveUpAt = Date.now() + patienceMs;
      let answer = await take(lock);
      while (answer === "held") {
        interruption.check("stopped: nothing was changed");
        if (Date.now() > giveUpAt) throw await held(file, lock);
        await sleep(POLL_MS);
        answer = await take(lock);
      }
      if (answer === "taken") taken.push(lock);
    }
    interruption.check("stopped: nothing was changed");
    return await work();
  } finally {
    for (const lock of taken) await rm(lock, { force: true });
    interruption.end();
  }
}

/** Where no lock can be made, no file can be put in the place of another one either. */
async function take(lock: string): Promise<"taken" | "held" | "impossible"> {
  try {
    await (await open(lock, "wx", 0)).close();
    return "taken";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EEXIST" ? "held" : "impossible";
  }
}

async function held(file: string, lock: string): Promise<Failure> {
  const since = await stat(lock).then(
    ({ mtime }) => ` since ${mtime.toISOString().replace(/\.\d+Z$/, "Z")}`,
    () => "",
  );
  const who = `kubectl or another lab is changing it${since} (${lock})`;
  const remedy = "run it again; if nobody is, for one was stopped while it did, delete that file";
  return new Failure("locked-file", `${file} is left as it is: ${who}; ${remedy}`, EXIT.failed);
}
