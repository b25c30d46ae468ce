import type { Ask } from "../ask";
import { askTerminal } from "../ask";
import { explain } from "../explanation";
import { EXIT, Failure } from "../failure";
import type { Look } from "../identity";
import { checkIdentities, look } from "../identity";
import { stdoutStyle } from "../output";
import { drive } from "../operations/engine";
import type { StackTaskOptions } from "../operations/stack-tasks";
import { hostsOf, onStacks } from "../operations/stack-tasks";
import type { Outcome } from "../operations/outcome";
import type { Task, TaskContext } from "../operations/tasks";
import { runTask } from "../operations/tasks";
import { destroyCommand, renderDestruction } from "../render/destruction";
import { count } from "../render/text";
import type { ParsedStack } from "../stacks";
import { PROJECT_DIR, ownStack } from "../stacks";
import { safeguard, unlocked } from "../unlocking";
import type { StateResource, Workspace } from "../workspace";
import { openWorkspace } from "../workspace";

/** Options of `lab destroy`. */
export interface DestroyOptions extends StackTaskOptions {
  /** Names of the clusters that are to go, typed by whoever means it. */
  readonly consent?: readonly string[];
  /** Go on when the Proxmox API cannot say whose the VMs are. */
  readonly withoutIdentityCheck?: boolean;
}

/** What destroying needs of a workspace. */
export type DestroyedWorkspace = Pick<
  Workspace,
  "stack" | "resources" | "protect" | "unprotect" | "apiToken" | "login" | "unhook" | "destroy" | "locks" | "unlock" | "backup"
>;

/** What the command touches outside of this process. */
export interface DestroyDoors {
  readonly open: (stack: string, projectDir: string) => Promise<DestroyedWorkspace>;
  readonly look: Look;
  readonly ask: Ask;
}

/** Destroys what stacks deployed, protected resources included, once the cluster's name was typed. */
export function destroy(stack: string | undefined, options: DestroyOptions): Promise<number> {
  const doors = { open: openWorkspace, look, ask: options.all ? nobody : askTerminal };
  return onStacks("destroy", stack, options, (own) => taskOf(doors, own, options));
}

/** {@link destroy} of one stack through given doors. */
export async function destroyWith(doors: DestroyDoors, nameOrPath: string, options: DestroyOptions): Promise<number> {
  return runTask(taskOf(doors, ownStack(nameOrPath), options), options);
}

/** Several stacks would ask at once. */
const nobody: Ask = () => Promise.resolve(undefined);

function taskOf(doors: DestroyDoors, { stack, config }: ParsedStack, options: DestroyOptions): Task {
  return { stack, shares: hostsOf(config), run: (context) => tearDown(doors, { stack, config }, options, context) };
}

async function tearDown(
  doors: DestroyDoors,
  { stack, config }: Pick<ParsedStack, "stack" | "config">,
  options: DestroyOptions,
  context: TaskContext,
): Promise<Outcome> {
  context.display.phase("opening");
  const clusterName = config.metadata.name;
  const workspace = await doors.open(stack, PROJECT_DIR);
  const resources = await workspace.resources();
  if (resources.length === 0) {
    throw new Failure("empty-state", `nothing to destroy: the state of ${stack} is empty`, EXIT.failed);
  }
  await checkConsent(doors, { stack, clusterName, resources }, options, context);
  await checkIdentities(doors.look, workspace, config, resources, options.withoutIdentityCheck === true);
  await safeguard(workspace, "destroy");
  const deleted = await carryOut(workspace, resources, context);
  const summary = { delete: deleted };
  const { ok } = stdoutStyle(options).glyphs;
  return { summary, json: { summary }, lines: [`${ok} ${stack} destroyed: ${count(deleted, "resource")} deleted`] };
}

/** Shows what would go, and lets nobody destroy it who has not typed the cluster's name. */
async function checkConsent(
  doors: DestroyDoors,
  doomed: { readonly stack: string; readonly clusterName: string; readonly resources: readonly StateResource[] },
  options: DestroyOptions,
  { display, tell }: TaskContext,
): Promise<void> {
  const { stack, clusterName } = doomed;
  const { consent } = options;
  if (consent?.includes(clusterName)) return;
  if (!options.all) tell(renderDestruction(doomed, stdoutStyle(options)));
  const mayAsk = consent === undefined && options.json !== true;
  const typed = mayAsk ? await display.quietly(() => doors.ask(`type ${clusterName} to destroy it: `)) : consent?.join(", ");
  if (typed !== clusterName) throw unconsented(stack, clusterName, typed);
}

function unconsented(stack: string, clusterName: string, typed: string | undefined): Failure {
  const what = typed === undefined ? "no consent" : `${JSON.stringify(typed)} is not the cluster's name`;
  return new Failure(
    "consent-missing",
    `nothing destroyed: ${what}; to consent, run ${destroyCommand({ stack, clusterName })}`,
    EXIT.failed,
  );
}

/** @returns how many resources were deleted */
async function carryOut(
  workspace: DestroyedWorkspace,
  resources: readonly StateResource[],
  { display, interruption }: TaskContext,
): Promise<number> {
  interruption.check("stopped: nothing was destroyed");
  const kept = resources.filter(({ protect }) => protect).map(({ urn }) => urn);
  display.phase("unprotecting", count(kept.length, "resource"));
  let why = "";
  try {
    await unlocked(workspace, () => workspace.unhook());
    await unlocked(workspace, () => workspace.unprotect(kept));
    const { ended } = await drive(
      {
        phase: "destroying",
        display,
        interruption,
        total: resources.length,
        failure: (reason) => ["destroy-failed", (why = reason)],
      },
      (onEvent) => workspace.destroy(onEvent, interruption.signal),
    );
    return ended.filter(({ op, failed }) => op === "delete" && !failed).length;
  } catch (error) {
    throw await halfWay(workspace, kept, why || explain([], messageOf(error)));
  }
}

/** So many of what is left are named: an error is one line. */
const SHOWN = 8;

/** What is still there is protected again before anything is said. */
async function halfWay(workspace: DestroyedWorkspace, kept: readonly string[], why: string): Promise<Failure> {
  const failure = (rest: string): Failure => new Failure("destroy-failed", `not all destroyed: ${why}; ${rest}`, EXIT.failed);
  try {
    const left = await workspace.resources();
    const again = left.filter(({ urn }) => kept.includes(urn));
    await workspace.protect(again.map(({ urn }) => urn));
    const named = left.slice(0, SHOWN).map(({ type, name }) => `${type.split(":").at(-1) ?? type} ${name}`);
    const others = left.length > SHOWN ? ` and ${left.length - SHOWN} more` : "";
    return failure(
      `${count(left.length, "resource")} left (${named.join(", ")}${others}), ${again.length} of them protected again`,
    );
  } catch (error) {
    return failure(`what is left could not be protected again: ${messageOf(error)}; run pulumi state protect for it`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
}
