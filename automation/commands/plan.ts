import { hasBlockingFindings, planJson } from "../../planner";
import { EXIT } from "../failure";
import type { CommonOptions } from "../output";
import { print, printJson, stdoutStyle } from "../output";
import { renderPlan } from "../render/plan";
import { planned } from "../stacks";

/** Validates a stack file, decides everything and shows it. */
export function plan(stack: string, options: CommonOptions): number {
  const { plan: decided } = planned(stack);
  if (options.json) printJson(planJson(decided));
  else print(renderPlan(decided, stdoutStyle(options)));
  return hasBlockingFindings(decided) ? EXIT.failed : EXIT.fine;
}
