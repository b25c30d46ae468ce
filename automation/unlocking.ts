import { EXIT, Failure } from "./failure";
import { holderOf } from "./locks";
import { lockInRefusal, lockedBy } from "./state/locks";
import type { Workspace } from "./workspace";

/** What is needed of a workspace to keep out of others' way. */
export type Guarded = Pick<Workspace, "stack" | "locks" | "backup">;

/**
 * Before the state is changed: somebody else who is at work is left alone, and the state is kept as it is.
 *
 * @param operation what is about to be done, for the name of the backup
 * @throws {Failure} `locked` saying by whom and since when
 */
export async function safeguard(workspace: Guarded, operation: string): Promise<void> {
  await leaveAlone(workspace);
  await workspace.backup(operation);
}

/**
 * Keeps out of the way of somebody else who is at work: what there is meanwhile is half of something.
 *
 * @throws {Failure} `locked` saying by whom and since when
 */
export async function leaveAlone(workspace: Pick<Workspace, "stack" | "locks">): Promise<void> {
  const lock = (await workspace.locks())?.find((each) => holderOf(each) !== "dead");
  if (lock) throw new Failure("locked", lockedBy(lock, workspace.stack), EXIT.failed);
}

/**
 * Takes a lock away whose owner was this machine's and is no more; any other is somebody's who is at work.
 *
 * @throws {Failure} `locked` saying by whom and since when
 */
export async function unlocked<T>(workspace: Pick<Workspace, "stack" | "unlock">, what: () => Promise<T>): Promise<T> {
  try {
    return await what();
  } catch (error) {
    const lock = lockInRefusal(error instanceof Error ? error.message : "");
    if (!lock) throw error;
    if (holderOf(lock) !== "dead") throw new Failure("locked", lockedBy(lock, workspace.stack), EXIT.failed);
    await workspace.unlock();
    return what();
  }
}
