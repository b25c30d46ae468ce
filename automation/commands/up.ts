import { etcdRuns } from "../../components/talos/etcd-probe";
import { machineMode } from "../machine-mode";
import { clusterNodes } from "../cluster-nodes";
import { look } from "../identity";
import type { Mending, MendingDoors } from "../mending";
import { mend } from "../mending";
import { stdoutStyle } from "../output";
import { drive } from "../operations/engine";
import { expectedResources } from "../operations/expected-resources";
import { hostsOf, onStacks } from "../operations/stack-tasks";
import type { StackTaskOptions } from "../operations/stack-tasks";
import type { Outcome } from "../operations/outcome";
import type { Task, TaskContext } from "../operations/tasks";
import { runTask } from "../operations/tasks";
import type { Tracker } from "../operations/tracker";
import { adviceJson, renderAdvice } from "../render/policy-advice";
import type { PreflightCheck } from "../../planner";
import type { PreflightDoors } from "../preflight/preflight";
import { preflight } from "../preflight/preflight";
import { survey } from "../preflight/survey";
import { changed } from "../render/changed";
import { renderPreflight } from "../render/preflight";
import { count } from "../render/text";
import type { SettlingDoors } from "../settling";
import { settle } from "../settling";
import type { PlannedStack } from "../stacks";
import { PROJECT_DIR, planned } from "../stacks";
import { leaveAlone, safeguard, unlocked } from "../unlocking";
import type { Workspace } from "../workspace";
import { openWorkspace } from "../workspace";

/** Options of `lab up`. */
export interface UpOptions extends StackTaskOptions {
  /** Hold what the program asks for to the policy pack before anything is changed. */
  readonly policy?: boolean;
  /** Begin without holding the stack file to the hosts. */
  readonly withoutPreflight?: boolean;
}

/** What the command touches outside of this process. */
export interface UpDoors extends MendingDoors, SettlingDoors {
  readonly open: (stack: string, projectDir: string) => Promise<Workspace>;
  /** Asks the hosts what there is. @default they are not asked */
  readonly survey?: PreflightDoors["survey"];
  /** Resources the program will declare; undefined when that cannot be known. @default it is not asked for */
  readonly expected?: (stack: PlannedStack) => Promise<number | undefined>;
}

/**
 * Deploys stacks. First it mends what an interrupted update left: a lock, operations that nobody knows the end of, machines without
 * a configuration. In the end it waits until every machine is a ready node.
 */
export function up(stack: string | undefined, options: UpOptions): Promise<number> {
  const doors = { open: openWorkspace, look, etcdRuns, machineMode, nodes: clusterNodes, expected: expectedResources, survey };
  return onStacks("up", stack, options, ({ stack: own, config }) => ({
    stack: own,
    shares: hostsOf(config),
    run: (context) => deploy(doors, planned(own), options, context),
  }));
}

/** {@link up} of one stack through given doors. */
export function upWith(doors: UpDoors, stack: PlannedStack, options: UpOptions): Promise<number> {
  const task: Task = { stack: stack.stack, shares: [], run: (context) => deploy(doors, stack, options, context) };
  return runTask(task, options);
}

async function deploy(doors: UpDoors, stack: PlannedStack, options: UpOptions, context: TaskContext): Promise<Outcome> {
  const { display, interruption, tell } = context;
  display.phase("opening");
  const workspace = await doors.open(stack.stack, PROJECT_DIR);
  await leaveAlone(workspace);
  const checks = await asked(doors, workspace, stack, options, context);
  await safeguard(workspace, "up");
  interruption.check("stopped: nothing was changed");
  display.phase("looking for what was interrupted");
  const mending = await mend(doors, workspace, stack, interruption);
  tell(toldOf(mending));
  void doors.expected?.(stack).then((total) => {
    display.expect(total);
  });
  const { signal } = interruption;
  const run = { signal, parallel: stack.plan.parallel, policy: options.policy === true };
  // Policies about the whole stack are asked last: in the update itself all would be done by then.
  if (run.policy) {
    await drive(
      {
        phase: "asking policies",
        display,
        interruption,
        changes: false,
        failure: (why) => ["policy-failed", `nothing was changed: ${why}`],
      },
      (onEvent) => workspace.preview({ ...run, onEvent }, { refresh: false }),
    );
  }
  const { summary, advice } = await drive(
    { phase: "deploying", display, interruption, failure: (why) => ["update-failed", `not all of it is up: ${why}`] },
    (onEvent) => unlocked(workspace, () => workspace.up({ ...run, onEvent })),
  );
  await allReady(doors, workspace, stack, context);
  return outcomeOf(stack, mending, { summary, advice }, checks, options);
}

/** What the hosts say, told where it is not as it should be; nothing is begun that they would refuse half way. */
async function asked(
  { survey }: Pick<UpDoors, "survey">,
  workspace: Workspace,
  stack: PlannedStack,
  options: UpOptions,
  { display, interruption, tell }: TaskContext,
): Promise<readonly PreflightCheck[]> {
  if (!survey || options.withoutPreflight === true) return [];
  display.phase("asking Proxmox");
  const { checks, failure } = await preflight({ survey }, workspace, stack, interruption.told);
  interruption.check("stopped: nothing was changed");
  const doubtful = checks.filter(({ state }) => state === "warn");
  tell(renderPreflight(doubtful, stdoutStyle(options)));
  if (failure) throw failure;
  return checks;
}

async function allReady(
  doors: UpDoors,
  workspace: Workspace,
  { config, plan: { machines } }: PlannedStack,
  { display, interruption }: TaskContext,
): Promise<void> {
  const kubeconfig = await workspace.output("kubeconfig");
  if (kubeconfig === undefined) return;
  const onReady = (done: number): void => {
    display.phase("waiting for nodes", `${done}/${machines.length}`);
  };
  await settle(doors, kubeconfig, machines, { onReady, limitMinutes: config.talos.timeoutMinutes, stop: interruption.told });
}

function outcomeOf(
  { stack, plan }: PlannedStack,
  mending: Mending,
  { summary, advice }: Pick<Tracker, "summary" | "advice">,
  preflight: readonly PreflightCheck[],
  options: UpOptions,
): Outcome {
  const adopted = mending.adopted.map(({ urn }) => urn);
  const machines = plan.machines.length;
  const { restoredFrom = null, blank: configuredAgain } = mending;
  const { ok } = stdoutStyle(options).glyphs;
  const ready = `${count(machines, "node")} ready`;
  return {
    summary,
    json: { restoredFrom, adopted, configuredAgain, summary, nodesReady: machines, preflight, ...adviceJson(advice) },
    lines: [...renderAdvice(advice, stdoutStyle(options)), `${ok} ${stack} is up: ${changed(summary)}; ${ready}`],
    note: ready,
  };
}

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
