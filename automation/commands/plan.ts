import { addonsJson, hasBlockingFindings, planJson } from "../../planner";
import { EXIT } from "../failure";
import type { CommonOptions } from "../output";
import { print, printJson, stdoutStyle } from "../output";
import { renderPlan } from "../render/plan";
import { planned } from "../stacks";

/** Options of `lab plan`. */
export interface PlanOptions extends CommonOptions {
  /** Also show the add-ons' values and where each comes from. */
  readonly addons?: boolean;
}

/** Validates a stack file, decides everything and shows it. */
export function plan(stack: string, options: PlanOptions): number {
  const { plan: decided } = planned(stack);
  if (options.json) printJson({ ...planJson(decided), ...(options.addons ? { addons: addonsJson(decided) } : {}) });
  else print(renderPlan(decided, stdoutStyle(options), { addons: options.addons === true }));
  return hasBlockingFindings(decided) ? EXIT.failed : EXIT.fine;
}
