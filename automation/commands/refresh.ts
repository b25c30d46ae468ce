import { drive } from "../operations/engine";
import type { StackTaskOptions } from "../operations/stack-tasks";
import { hostsOf, onStacks } from "../operations/stack-tasks";
import type { Outcome } from "../operations/outcome";
import type { Task, TaskContext } from "../operations/tasks";
import { stdoutStyle } from "../output";
import { renderChanges } from "../render/engine-changes";
import { count } from "../render/text";
import { parallelism } from "../../planner/parallelism";
import type { ParsedStack } from "../stacks";
import { PROJECT_DIR } from "../stacks";
import { safeguard, unlocked } from "../unlocking";
import type { Workspace } from "../workspace";
import { openWorkspace } from "../workspace";

/** Options of `lab refresh`. */
export interface RefreshOptions extends StackTaskOptions {
  /** Say what differs and leave the state as it is. */
  readonly previewOnly?: boolean;
  /** Fail when anything differs. */
  readonly expectNoChanges?: boolean;
}

/** What the command touches outside of this process. */
export interface RefreshDoors {
  readonly open: (
    stack: string,
    projectDir: string,
  ) => Promise<Pick<Workspace, "stack" | "refreshAll" | "resources" | "locks" | "unlock" | "backup">>;
}

/** Says how what is there differs from what the state knows, and takes it into the state. */
export function refresh(stack: string | undefined, options: RefreshOptions): Promise<number> {
  return onStacks("refresh", stack, options, (own) => refreshTask({ open: openWorkspace }, own, options));
}

/** {@link refresh} of one stack through given doors. */
export function refreshTask(
  doors: RefreshDoors,
  { stack, config }: Pick<ParsedStack, "stack" | "config">,
  options: RefreshOptions,
): Task {
  return { stack, shares: hostsOf(config), run: (context) => look(doors, stack, options, context) };
}

async function look(
  doors: RefreshDoors,
  stack: string,
  options: RefreshOptions,
  { display, interruption }: TaskContext,
): Promise<Outcome> {
  display.phase("opening");
  const workspace = await doors.open(stack, PROJECT_DIR);
  const total = (await workspace.resources()).length;
  const previewOnly = options.previewOnly === true;
  if (!previewOnly) await safeguard(workspace, "refresh");
  const { summary, changes } = await drive(
    {
      phase: "looking",
      display,
      interruption,
      total,
      changes: false,
      failure: (why) => ["refresh-failed", `not all could be looked at: ${why}`],
    },
    (onEvent) =>
      unlocked(workspace, () =>
        workspace.refreshAll({ onEvent, signal: interruption.signal, parallel: parallelism([]) }, { previewOnly }),
      ),
  );
  const drifted = changes.all();
  const ok = drifted.length === 0 || options.expectNoChanges !== true;
  const style = stdoutStyle(options);
  const what = drifted.length === 0 ? "all is as the state knows it" : `${count(drifted.length, "resource")} drifted`;
  const then = drifted.length === 0 ? "" : previewOnly ? "; the state is as it was" : "; the state knows it now";
  return {
    summary,
    json: { summary, drifted },
    lines: [...renderChanges(drifted, style), `${ok ? style.glyphs.ok : style.glyphs.bad} ${stack}: ${what}${then}`],
    note: drifted.length === 0 ? "as the state knows it" : `${drifted.length} drifted`,
    isAnswer: true,
    ok,
  };
}
