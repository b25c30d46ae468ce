import { compare as compareStacks, moneyJson, survivals } from "../../planner";
import type { Comparison, CostChange, Difference, Judged } from "../../planner";
import { EXIT } from "../failure";
import type { CommonOptions } from "../output";
import { print, printJson, stdoutStyle } from "../output";
import { renderComparison } from "../render/comparison";
import { decided } from "../solver";
import { planned } from "../stacks";

/** Shows what a second stack has, survives and costs beside a first one, without touching anything. */
export async function compare(before: string, after: string, options: CommonOptions): Promise<number> {
  const [one, other] = [await judged(before), await judged(after)];
  const comparison = compareStacks(one, other);
  if (options.json) printJson(comparisonJson(one, other, comparison));
  else print(renderComparison(one.plan, other.plan, comparison, stdoutStyle(options)));
  return EXIT.fine;
}

async function judged(stack: string): Promise<Judged> {
  const { plan } = planned(stack);
  return { plan, survivals: await decided(plan, survivals(plan)) };
}

function comparisonJson(one: Judged, other: Judged, { stages, figures, failures, costs }: Comparison): object {
  return {
    before: one.plan.stack,
    after: other.plan.stack,
    stages,
    figures,
    failures,
    costs: costs.map(costJson),
    unpriced: { before: one.plan.costs.unpriced, after: other.plan.costs.unpriced },
  };
}

function costJson({ currency, before, after, difference, perAdded }: CostChange): object {
  const each = (amounts: object): object =>
    Object.fromEntries((Object.entries(amounts) as [string, Difference][]).map(([key, money]) => [key, moneyJson(money)]));
  return {
    currency,
    before: each(before),
    after: each(after),
    difference: each(difference),
    perAdded: each(perAdded),
  };
}
