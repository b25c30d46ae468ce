import { costsJson, environmentCosts, moneyJson, stageOf } from "../../planner";
import type { EnvironmentCosts, Plan } from "../../planner";
import { EXIT } from "../failure";
import type { CommonOptions } from "../output";
import { print, printJson, stdoutStyle } from "../output";
import { renderStackCosts } from "../render/stack-costs";
import { knownStacks, planned } from "../stacks";

/** Shows what stacks cost, each with its environment and the stage that it is in; all stacks of the project where none is named. */
export function costs(stacks: readonly string[], options: CommonOptions): number {
  const plans = (stacks.length > 0 ? stacks : knownStacks()).map((stack) => planned(stack).plan);
  // Stacks of the project run beside each other; those that somebody names may be one that becomes the other.
  const sums = stacks.length > 0 ? [] : environmentCosts(plans);
  if (options.json) printJson({ stacks: plans.map(stackJson), environments: sums.map(environmentJson) });
  else print(renderStackCosts(plans, sums, stdoutStyle(options)));
  return EXIT.fine;
}

function stackJson(plan: Plan): object {
  return { stack: plan.stack, environment: plan.environment, stage: stageOf(plan), costs: costsJson(plan.costs) };
}

function environmentJson({ purchase, perMonth, ...rest }: EnvironmentCosts): object {
  return { ...rest, purchase: moneyJson(purchase), perMonth: moneyJson(perMonth) };
}
