import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { etcdRuns } from "../../components/talos/etcd-probe";
import type { Listing } from "../../planner/identity";
import { EXIT, Failure } from "../failure";
import type { Look } from "../identity";
import { listingOf, look } from "../identity";
import { Interruption } from "../interruption";
import type { CommonOptions } from "../output";
import { print, printJson, stdoutStyle } from "../output";
import { Progress } from "../progress";
import type { ExportedState, PendingOperation, Recovery, StateEntry } from "../recovery";
import { BOOTSTRAP, VM, adoptLeftBehind, halfMade, recover } from "../recovery";
import type { ParsedStack } from "../stacks";
import { PROJECT_DIR, ownStack } from "../stacks";
import type { Workspace } from "../workspace";
import { openWorkspace, plain, reason } from "../workspace";

/** Options of `lab up`. */
export interface UpOptions extends CommonOptions {
  readonly jsonEvents?: boolean;
}

/** What the command touches outside of this process. */
export interface UpDoors {
  readonly open: (stack: string, projectDir: string) => Promise<Workspace>;
  readonly look: Look;
  readonly etcdRuns: (address: string) => Promise<boolean>;
}

/** A bootstrap that was sent takes a while until etcd listens: seconds that are waited before it counts as never sent. */
const BOOTSTRAP_SECONDS = 20;

/** Deploys a stack, and first mends what an interrupted update left: a lock, operations that nobody knows the end of. */
export function up(stack: string, options: UpOptions): Promise<number> {
  return upWith({ open: openWorkspace, look, etcdRuns }, ownStack(stack), options);
}

/** {@link up} through given doors. */
export async function upWith(doors: UpDoors, stack: ParsedStack, options: UpOptions): Promise<number> {
  const workspace = await doors.open(stack.stack, PROJECT_DIR);
  const recovery = await mend(doors, workspace, stack);
  if (recovery && !options.json) print(toldOf(recovery));
  const summary = await carryOut(workspace, options.jsonEvents === true);
  const adopted = recovery?.adopted.map(({ urn }) => urn) ?? [];
  if (options.json) printJson({ stack: stack.stack, result: "succeeded", adopted, summary });
  else
    print([
      `${stdoutStyle(options).glyphs.ok} ${stack.stack} is up: ${Object.entries(summary)
        .map(([op, n]) => `${n} ${op}`)
        .join(", ")}`,
    ]);
  return EXIT.fine;
}

async function mend(doors: UpDoors, workspace: Workspace, { config }: ParsedStack): Promise<Recovery | undefined> {
  const exported = await wholeState(workspace);
  const { pending_operations: pending = [], resources = [] } = exported.deployment;
  if (resources.length === 0 && pending.length === 0) return undefined;
  // Whose VMs there are must be known: one that is not seen would be created a second time, or refused.
  const listing: Listing | undefined = config.proxmox && (await listingOf(doors.look, workspace, config.proxmox));
  if (pending.length === 0 && isWhole(resources, listing, config.metadata.name)) return undefined;
  const isBootstrapped = await wasBootstrapped(doors, pending);
  const surroundings = { listing, tag: config.metadata.name, isBootstrapped };
  const interrupted = recover(exported, surroundings);
  if (interrupted) await adopt(workspace, interrupted);
  // What failed when it had happened is pending nowhere: only what is still to be created can be it.
  const failed = adoptLeftBehind(interrupted ? await workspace.exported() : exported, await workspace.creations(), surroundings);
  if (failed) await adopt(workspace, failed);
  if (!interrupted || !failed) return interrupted ?? failed;
  return { ...interrupted, adopted: [...interrupted.adopted, ...failed.adopted] };
}

/** The state, in which nothing is half made: what is gets looked at by its provider. */
async function wholeState(workspace: Workspace): Promise<ExportedState> {
  const exported = await workspace.exported();
  const half = halfMade(exported);
  if (half.length === 0) return exported;
  await unlocked(workspace, () => workspace.refresh(half));
  return workspace.exported();
}

/** The last update was finished: the stack has its outputs, and the state every VM that is the stack's. */
function isWhole(resources: readonly StateEntry[], listing: Listing | undefined, tag: string): boolean {
  const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  const known = new Set(resources.filter(({ type }) => type === VM).map(({ inputs }) => inputs?.["vmId"]));
  const own = listing?.vms.filter(({ tags }) => tags.includes(tag)) ?? [];
  return Object.keys(stack?.outputs ?? {}).length > 0 && own.every(({ vmId }) => known.has(vmId));
}

async function adopt(workspace: Workspace, recovery: Recovery): Promise<void> {
  await unlocked(workspace, () => workspace.imported(recovery.state));
  await workspace.refresh(recovery.refreshed);
}

/** Only a bootstrap that was under way is in doubt, and only for as long as etcd takes to listen. */
async function wasBootstrapped(doors: UpDoors, pending: readonly PendingOperation[]): Promise<boolean> {
  const bootstrap = pending.find(({ type, resource }) => type === "creating" && resource.type === BOOTSTRAP);
  const node = bootstrap?.resource.inputs?.["node"];
  if (typeof node !== "string") return false;
  for (let second = 0; second < BOOTSTRAP_SECONDS; second++) {
    if (await doors.etcdRuns(node)) return true;
    await sleep(1000);
  }
  return false;
}

/** Takes a lock away whose owner was this machine's and is no more; any other is somebody's who is at work. */
async function unlocked<T>(workspace: Workspace, what: () => Promise<T>): Promise<T> {
  try {
    return await what();
  } catch (error) {
    const [, host, pid] = /created by \S+@(\S+) \(pid (\d+)\)/.exec(error instanceof Error ? error.message : "") ?? [];
    if (host !== hostname() || isAlive(Number(pid))) throw error;
    await workspace.unlock();
    return what();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function toldOf({ adopted, repeated }: Recovery): string[] {
  const named = (urns: readonly string[]): string =>
    urns.map((urn) => urn.split("::").slice(2).join(" ").replace(/^.*\$/, "")).join(", ");
  return [
    "an update was interrupted or failed half way:",
    ...(adopted.length > 0 ? [`  taken over: ${named(adopted.map(({ urn }) => urn))}`] : []),
    ...(repeated.length > 0 ? [`  done again: ${named(repeated.map(({ resource }) => resource.urn))}`] : []),
  ];
}

/** @returns how many resources were created, updated and so on */
async function carryOut(workspace: Workspace, jsonEvents: boolean): Promise<Readonly<Record<string, number>>> {
  const progress = new Progress();
  const errors: string[] = [];
  let done = 0;
  let summary: Readonly<Record<string, number>> = {};
  const onEvent = (event: EngineEvent): void => {
    const { diagnosticEvent, resOutputsEvent, summaryEvent } = event;
    if (diagnosticEvent?.severity === "error") errors.push(plain(diagnosticEvent.message));
    if (summaryEvent) summary = summaryEvent.resourceChanges;
    if (jsonEvents) process.stderr.write(`${JSON.stringify(event)}\n`);
    else if (resOutputsEvent)
      progress.show({ phase: "deploy", done: ++done, detail: resOutputsEvent.metadata.urn.split("::").at(-1) });
  };
  const interruption = new Interruption();
  try {
    await unlocked(workspace, () => workspace.up(onEvent, interruption.signal));
    return summary;
  } catch (error) {
    const own = errors.find((message) => !/^(update failed|\d+ errors? occurred)/.test(message.trim()));
    const why = own === undefined ? (error instanceof Error ? error.message : String(error)) : reason(own);
    throw new Failure("update-failed", `not all of it is up: ${why}; mend it and run the command once more`, EXIT.failed);
  } finally {
    interruption.end();
    if (!jsonEvents) progress.end();
  }
}
