import type { Ask } from "../ask";
import { askTerminal } from "../ask";
import { EXIT, Failure } from "../failure";
import type { Lock } from "../locks";
import { described, holderOf } from "../locks";
import type { StackTaskOptions } from "../operations/stack-tasks";
import { onStacks } from "../operations/stack-tasks";
import type { Outcome } from "../operations/outcome";
import type { Task, TaskContext } from "../operations/tasks";
import { stdoutStyle } from "../output";
import type { ParsedStack } from "../stacks";
import { PROJECT_DIR } from "../stacks";
import type { Workspace } from "../workspace";
import { openWorkspace } from "../workspace";

/** Options of `lab cancel`. */
export interface CancelOptions extends StackTaskOptions {
  /** Names of the clusters whose lock is taken away although somebody may be at work. */
  readonly consent?: readonly string[];
}

/** What the command touches outside of this process. */
export interface CancelDoors {
  readonly open: (stack: string, projectDir: string) => Promise<Pick<Workspace, "locks" | "unlock">>;
  readonly ask: Ask;
}

/** Takes away the lock of an update that is no more; of one that may be at work only with consent. */
export function cancel(stack: string, options: CancelOptions): Promise<number> {
  // A lock is no secret, and a passphrase that is lost must not keep it.
  const open: CancelDoors["open"] = (name, projectDir) => openWorkspace(name, projectDir, { secrets: false });
  return onStacks("cancel", stack, options, (own) => cancelTask({ open, ask: askTerminal }, own, options));
}

/** {@link cancel} through given doors. */
export function cancelTask(
  doors: CancelDoors,
  { stack, config }: Pick<ParsedStack, "stack" | "config">,
  options: CancelOptions,
): Task {
  return { stack, shares: [], run: (context) => takeAway(doors, stack, config.metadata.name, options, context) };
}

async function takeAway(
  doors: CancelDoors,
  stack: string,
  clusterName: string,
  options: CancelOptions,
  { display, tell }: TaskContext,
): Promise<Outcome> {
  const workspace = await doors.open(stack, PROJECT_DIR);
  const locks = await workspace.locks();
  const { ok, dash } = stdoutStyle(options).glyphs;
  const json = { locks: locks ?? null };
  if (locks?.length === 0) return { summary: {}, json, lines: [`${dash} ${stack} is not locked`] };

  const alive = locks?.find((lock) => holderOf(lock) === "alive");
  if (alive) throw atWork(stack, alive);
  if (locks === undefined || locks.some((lock) => holderOf(lock) === "elsewhere")) {
    const whose = locks ? locks.map(described).join(", ") : "somebody: the backend does not say who";
    tell([`${stack} is locked by ${whose}`]);
    const mayAsk = options.consent === undefined && options.json !== true;
    const question = `its update must have ended; type ${clusterName} to take the lock away: `;
    const typed = mayAsk ? await display.quietly(() => doors.ask(question)) : options.consent?.join(", ");
    const isMeant = typed === clusterName || options.consent?.includes(clusterName) === true;
    if (!isMeant) throw unconsented(stack, clusterName, whose);
  }
  await workspace.unlock();
  return { summary: {}, json, lines: [`${ok} ${stack} is not locked any more; lab up ${stack} finishes what was interrupted`] };
}

function atWork(stack: string, lock: Lock): Failure {
  const what = `${stack} is being updated on this machine, by ${described(lock)}`;
  return new Failure("update-running", `nothing was changed: ${what}; kill -INT ${lock.pid} lets it end cleanly`, EXIT.failed);
}

function unconsented(stack: string, clusterName: string, whose: string): Failure {
  const remedy = `when that update has ended for sure, npx lab cancel ${stack} --consent ${clusterName} takes the lock away`;
  return new Failure("consent-missing", `nothing was changed: ${stack} is locked by ${whose}; ${remedy}`, EXIT.failed);
}
