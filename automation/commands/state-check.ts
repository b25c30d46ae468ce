import { EXIT } from "../failure";
import type { CommonOptions } from "../output";
import { print, printJson, stdoutStyle } from "../output";
import { renderChecks } from "../render/checks";
import { checkState } from "../state/check";
import { shownUrl } from "../state/location";
import type { StateDoors } from "../state/stack-state";
import { StackState } from "../state/stack-state";

/** Looks at a stack's state, its backend, its lock, its encryption and its backups. Exit code 1 when something is broken. */
export function stateCheck(stack: string, options: CommonOptions): Promise<number> {
  return stateCheckWith(undefined, stack, options);
}

/** {@link stateCheck} through given doors. */
export async function stateCheckWith(doors: StateDoors | undefined, stack: string, options: CommonOptions): Promise<number> {
  const state = StackState.of(stack, doors);
  const report = await checkState(state);
  const { url, source } = state.location;
  if (options.json) printJson({ stack: state.stack, backend: { url: shownUrl(url), source }, ...report });
  else print(renderChecks(report.checks, stdoutStyle(options)));
  return report.checks.some((each) => each.state === "fail") ? EXIT.failed : EXIT.fine;
}
