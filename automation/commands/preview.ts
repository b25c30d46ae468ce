import { drive } from "../operations/engine";
import { expectedResources } from "../operations/expected-resources";
import type { StackTaskOptions } from "../operations/stack-tasks";
import { onStacks } from "../operations/stack-tasks";
import type { Outcome } from "../operations/outcome";
import type { Task, TaskContext } from "../operations/tasks";
import { stdoutStyle } from "../output";
import type { PreflightDoors } from "../preflight/preflight";
import { preflight } from "../preflight/preflight";
import { survey } from "../preflight/survey";
import { changed } from "../render/changed";
import { renderPreflight } from "../render/preflight";
import { renderChanges } from "../render/engine-changes";
import { adviceJson, renderAdvice } from "../render/policy-advice";
import type { PlannedStack } from "../stacks";
import { PROJECT_DIR, planned } from "../stacks";
import type { Workspace } from "../workspace";
import { openWorkspace } from "../workspace";

/** Options of `lab preview`. */
export interface PreviewOptions extends StackTaskOptions {
  /** Compare with what is there, not only with what the state knows. */
  readonly refresh?: boolean;
  /** Hold what the program asks for to the policy pack. */
  readonly policy?: boolean;
}

/** What a preview needs of a workspace. */
export type PreviewedWorkspace = Pick<Workspace, "preview" | "apiToken" | "login" | "resources">;

/** What the command touches outside of this process. */
export interface PreviewDoors {
  readonly open: (stack: string, projectDir: string) => Promise<PreviewedWorkspace>;
  /** Asks the hosts what there is. @default they are not asked */
  readonly survey?: PreflightDoors["survey"];
  /** Resources the program will declare; undefined when that cannot be known. @default it is not asked for */
  readonly expected?: (stack: PlannedStack) => Promise<number | undefined>;
}

/** Says what an update of stacks would change. Changes nothing, and takes nobody's lock. */
export function preview(stack: string | undefined, options: PreviewOptions): Promise<number> {
  const doors = { open: openWorkspace, expected: expectedResources, survey };
  return onStacks("preview", stack, options, (own) => previewTask(doors, own.stack, options));
}

/** {@link preview} of one stack through given doors. */
export function previewTask(doors: PreviewDoors, stack: string, options: PreviewOptions): Task {
  // Nothing is changed: previews of stacks on the same hosts do not get in each other's way.
  return { stack, shares: [], run: (context) => look(doors, planned(stack), options, context) };
}

async function look(
  doors: PreviewDoors,
  stack: PlannedStack,
  options: PreviewOptions,
  { display, interruption }: TaskContext,
): Promise<Outcome> {
  display.phase("opening");
  const workspace = await doors.open(stack.stack, PROJECT_DIR);
  void doors.expected?.(stack).then((total) => {
    display.expect(total);
  });
  // The preview does not wait for hosts that do not answer.
  const asking = doors.survey ? preflight({ survey: doors.survey }, workspace, stack, interruption.told) : undefined;
  // Told only once the preview has ended well.
  asking?.catch(() => undefined);
  const { summary, advice, changes } = await drive(
    { phase: "previewing", display, interruption, changes: false, failure: (why) => ["preview-failed", `no preview: ${why}`] },
    (onEvent) =>
      workspace.preview(
        {
          onEvent,
          signal: interruption.signal,
          parallel: stack.plan.parallel,
          policy: options.policy === true,
        },
        { refresh: options.refresh === true },
      ),
  );
  const { checks = [], failure } = (await asking) ?? {};
  const doubtful = checks.filter(({ state }) => state !== "ok");
  const all = changes.all();
  const style = stdoutStyle(options);
  const refused = failure ? [`${style.glyphs.bad} lab up with these credentials would not begin: ${failure.code}`] : [];
  const done = all.length === 0 ? "nothing would change" : `would change: ${changed(summary)}`;
  return {
    summary,
    json: { summary, changes: all, preflight: checks, ...adviceJson(advice) },
    lines: [
      ...renderChanges(all, style),
      ...renderAdvice(advice, style),
      ...renderPreflight(doubtful, style),
      ...refused,
      `${style.glyphs.ok} ${stack.stack}: ${done}`,
    ],
    isAnswer: true,
  };
}
