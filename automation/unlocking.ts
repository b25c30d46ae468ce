import { hostname } from "node:os";
import { isAlive } from "./locks";
import type { Workspace } from "./workspace";

/** Takes a lock away whose owner was this machine's and is no more; any other is somebody's who is at work. */
export async function unlocked<T>(workspace: Pick<Workspace, "unlock">, what: () => Promise<T>): Promise<T> {
  try {
    return await what();
  } catch (error) {
    const [, host, pid] = /created by \S+@(\S+) \(pid (\d+)\)/.exec(error instanceof Error ? error.message : "") ?? [];
    if (host !== hostname() || isAlive(Number(pid))) throw error;
    await workspace.unlock();
    return what();
  }
}
