import { createInterface } from "node:readline/promises";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { Diagnostic } from "../explanation";
import { explain } from "../explanation";
import { EXIT, Failure } from "../failure";
import type { Look } from "../identity";
import { checkIdentities, look } from "../identity";
import { Interruption } from "../interruption";
import type { CommonOptions } from "../output";
import { print, printJson, stdoutStyle } from "../output";
import { Progress } from "../progress";
import { destroyCommand, renderDestruction } from "../render/destruction";
import { count } from "../render/text";
import { shownEvent } from "../shown-event";
import { PROJECT_DIR, ownStack } from "../stacks";
import type { StateResource, Workspace } from "../workspace";
import { openWorkspace } from "../workspace";

/** Options of `lab destroy`. */
export interface DestroyOptions extends CommonOptions {
  /** The cluster's name, typed by whoever means it. */
  readonly consent?: string;
  readonly jsonEvents?: boolean;
  /** Go on when the Proxmox API cannot say whose the VMs are. */
  readonly withoutIdentityCheck?: boolean;
}

/** What destroying needs of a workspace. */
export type DestroyedWorkspace = Pick<
  Workspace,
  "resources" | "protect" | "unprotect" | "apiToken" | "login" | "unhook" | "destroy"
>;

/** What the command touches outside of this process. */
export interface DestroyDoors {
  readonly open: (stack: string, projectDir: string) => Promise<DestroyedWorkspace>;
  readonly look: Look;
  /** What the user types, undefined where nobody sits. */
  readonly ask: (question: string) => Promise<string | undefined>;
}

/** Destroys what a stack deployed, protected resources included, once the cluster's name was typed. */
export function destroy(stack: string, options: DestroyOptions): Promise<number> {
  return destroyWith({ open: openWorkspace, look, ask: askTerminal }, stack, options);
}

/** {@link destroy} through given doors. */
export async function destroyWith(doors: DestroyDoors, nameOrPath: string, options: DestroyOptions): Promise<number> {
  const { stack, config } = ownStack(nameOrPath);
  const clusterName = config.metadata.name;
  const workspace = await doors.open(stack, PROJECT_DIR);
  const resources = await workspace.resources();
  if (resources.length === 0) {
    throw new Failure("empty-state", `nothing to destroy: the state of ${stack} is empty`, EXIT.failed);
  }

  if (options.consent !== clusterName) {
    if (!options.json) print(renderDestruction({ stack, clusterName, resources }, stdoutStyle(options)));
    const mayAsk = options.consent === undefined && options.json !== true;
    const typed = mayAsk ? await doors.ask(`type ${clusterName} to destroy it: `) : options.consent;
    if (typed !== clusterName) throw unconsented(stack, clusterName, typed);
  }

  await checkIdentities(doors.look, workspace, config, resources, options.withoutIdentityCheck === true);
  const deleted = await carryOut(workspace, resources, options.jsonEvents === true);
  const summary = { delete: deleted };
  if (options.json) printJson({ stack, result: "succeeded", summary });
  else print([`${stdoutStyle(options).glyphs.ok} ${stack} destroyed: ${count(deleted, "resource")} deleted`]);
  return EXIT.fine;
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
  jsonEvents: boolean,
): Promise<number> {
  const kept = resources.filter(({ protect }) => protect).map(({ urn }) => urn);
  const progress = new Progress();
  const errors: Diagnostic[] = [];
  let deleted = 0;
  const onEvent = (event: EngineEvent): void => {
    const { severity, urn = "", message = "" } = event.diagnosticEvent ?? {};
    if (severity === "error") errors.push({ urn, message });
    const done = event.resOutputsEvent?.metadata;
    if (done?.op === "delete") deleted++;
    if (jsonEvents) process.stderr.write(`${shownEvent(event)}\n`);
    else if (done) progress.show({ phase: "destroy", done: deleted, total: resources.length, detail: nameOf(done.urn) });
  };
  const interruption = new Interruption();
  try {
    if (!jsonEvents) progress.show({ phase: "unprotect", done: 0, total: kept.length });
    await workspace.unhook();
    await workspace.unprotect(kept);
    await workspace.destroy(onEvent, interruption.signal);
    return deleted;
  } catch (error) {
    throw await halfWay(workspace, kept, explain(errors, messageOf(error)));
  } finally {
    interruption.end();
    if (!jsonEvents) progress.end();
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

async function askTerminal(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
}
