import type { EngineEvent } from "@pulumi/pulumi/automation";
import { etcdRuns } from "../../components/talos/etcd-probe";
import { machineMode } from "../machine-mode";
import { clusterNodes } from "../cluster-nodes";
import type { Diagnostic } from "../explanation";
import { explain } from "../explanation";
import { EXIT, Failure } from "../failure";
import { look } from "../identity";
import { Interruption } from "../interruption";
import type { Mending, MendingDoors } from "../mending";
import { mend } from "../mending";
import type { CommonOptions } from "../output";
import { print, printJson, stdoutStyle } from "../output";
import { Progress } from "../progress";
import { count } from "../render/text";
import type { SettlingDoors } from "../settling";
import { settle } from "../settling";
import { shownEvent } from "../shown-event";
import type { PlannedStack } from "../stacks";
import { PROJECT_DIR, ownStack, planned } from "../stacks";
import { unlocked } from "../unlocking";
import type { Workspace } from "../workspace";
import { openWorkspace } from "../workspace";

/** Options of `lab up`. */
export interface UpOptions extends CommonOptions {
  readonly jsonEvents?: boolean;
}

/** What the command touches outside of this process. */
export interface UpDoors extends MendingDoors, SettlingDoors {
  readonly open: (stack: string, projectDir: string) => Promise<Workspace>;
}

/**
 * Deploys a stack. First it mends what an interrupted update left: a lock, operations that nobody knows the end of, machines without
 * a configuration. In the end it waits until every machine is a ready node.
 */
export function up(stack: string, options: UpOptions): Promise<number> {
  const { stack: own } = ownStack(stack);
  return upWith({ open: openWorkspace, look, etcdRuns, machineMode, nodes: clusterNodes }, planned(own), options);
}

/** {@link up} through given doors. */
export async function upWith(doors: UpDoors, stack: PlannedStack, options: UpOptions): Promise<number> {
  const workspace = await doors.open(stack.stack, PROJECT_DIR);
  const mending = await mend(doors, workspace, stack);
  const mended = toldOf(mending);
  if (!options.json && mended.length > 0) print(mended);
  const progress = options.jsonEvents ? undefined : new Progress();
  let summary: Summary;
  try {
    summary = await carryOut(workspace, stack.plan.parallel, progress);
    await allReady(doors, workspace, stack, progress);
  } finally {
    progress?.end();
  }
  tell(stack, mending, summary, options);
  return EXIT.fine;
}

async function allReady(
  doors: UpDoors,
  workspace: Workspace,
  { config, plan: { machines } }: PlannedStack,
  progress: Progress | undefined,
): Promise<void> {
  const kubeconfig = await workspace.output("kubeconfig");
  if (kubeconfig === undefined) return;
  const onReady = (done: number): void => progress?.show({ phase: "nodes", done, total: machines.length });
  await settle(doors, kubeconfig, machines, onReady, config.talos.timeoutMinutes);
}

function tell({ stack, plan }: PlannedStack, mending: Mending, summary: Summary, options: UpOptions): void {
  const adopted = mending.adopted.map(({ urn }) => urn);
  const machines = plan.machines.length;
  if (options.json) {
    const { restoredFrom = null, blank: configuredAgain } = mending;
    printJson({ stack, result: "succeeded", restoredFrom, adopted, configuredAgain, summary, nodesReady: machines });
    return;
  }
  const { ok } = stdoutStyle(options).glyphs;
  const changes = Object.entries(summary).map(([op, n]) => `${n} ${op}`);
  print([`${ok} ${stack} is up: ${changes.join(", ")}; ${count(machines, "node")} ready`]);
}

/** How many resources were created, updated and so on. */
type Summary = Readonly<Record<string, number>>;

function toldOf({ restoredFrom, adopted, repeated, blank }: Mending): string[] {
  const named = (urns: readonly string[]): string =>
    urns.map((urn) => urn.split("::").slice(2).join(" ").replace(/^.*\$/, "")).join(", ");
  const interrupted = [
    ...(adopted.length > 0 ? [`  taken over: ${named(adopted.map(({ urn }) => urn))}`] : []),
    ...(repeated.length > 0 ? [`  done again: ${named(repeated.map(({ resource }) => resource.urn))}`] : []),
  ];
  return [
    ...(restoredFrom !== undefined
      ? [`the state file was cut off: ${restoredFrom} is in its place, and what came after is looked for`]
      : []),
    ...(interrupted.length > 0 ? ["an update was interrupted or failed half way:", ...interrupted] : []),
    ...(blank.length > 0 ? [`in maintenance mode, and configured again: ${blank.join(", ")}`] : []),
  ];
}

async function carryOut(workspace: Workspace, parallel: number, progress: Progress | undefined): Promise<Summary> {
  const errors: Diagnostic[] = [];
  let done = 0;
  let summary: Summary = {};
  const onEvent = (event: EngineEvent): void => {
    const { diagnosticEvent, resOutputsEvent, summaryEvent } = event;
    if (diagnosticEvent?.severity === "error") errors.push({ urn: diagnosticEvent.urn ?? "", message: diagnosticEvent.message });
    if (summaryEvent) summary = summaryEvent.resourceChanges;
    if (!progress) process.stderr.write(`${shownEvent(event)}\n`);
    else if (resOutputsEvent)
      progress.show({ phase: "deploy", done: ++done, detail: resOutputsEvent.metadata.urn.split("::").at(-1) });
  };
  const interruption = new Interruption();
  try {
    await unlocked(workspace, () => workspace.up(onEvent, interruption.signal, parallel));
    return summary;
  } catch (error) {
    const why = explain(errors, error instanceof Error ? error.message : String(error));
    throw new Failure("update-failed", `not all of it is up: ${why}`, EXIT.failed);
  } finally {
    interruption.end();
  }
}
