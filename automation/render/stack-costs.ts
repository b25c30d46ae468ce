import { moneyText, stageOf } from "../../planner";
import type { EnvironmentCosts, Plan } from "../../planner";
import { renderCosts } from "./costs";
import type { Style } from "./style";
import { table } from "./table";
import { displayWidth, hang, truncate } from "./text";

/** What each stack costs, and all of them in one table where there are several. */
export function renderStackCosts(plans: readonly Plan[], sums: readonly EnvironmentCosts[], style: Style): string[] {
  const blocks = plans.map((plan) => renderStack(plan, style));
  const summary = plans.length > 1 ? renderTable(plans, sums, style) : [];
  return [...blocks, ...(summary.length > 0 ? [summary] : [])].flatMap((block, index) => (index > 0 ? ["", ...block] : block));
}

function renderStack(plan: Plan, style: Style): string[] {
  const { glyphs, colors, safe, columns } = style;
  const title = [plan.stack, `environment ${plan.environment}`, `stage ${stageOf(plan)}`].join(` ${glyphs.dot} `);
  const costs = renderCosts(plan.costs, style);
  return [
    ...hang("", safe(title), columns).map((line) => colors.bold(line)),
    ...(costs.length > 0 ? costs : ["nothing in its stack file has a price"]),
  ];
}

/** Rows by stack and currency, and what the stacks of one environment come to; none where the terminal is too narrow for them: each stack was told above. */
function renderTable(
  plans: readonly Plan[],
  environments: readonly EnvironmentCosts[],
  { safe, columns, glyphs }: Style,
): string[] {
  const right = (title: string): { title: string; align: "right" } => ({ title, align: "right" });
  const heads = [{ title: "stack" }, { title: "environment" }, right("stage"), { title: "" }, right("once"), right("a month")];
  const rows = plans.flatMap((plan) =>
    plan.costs.totals.map(({ currency, purchase, perMonth }) => [
      truncate(safe(plan.stack), 24, glyphs.ellipsis),
      plan.environment,
      String(stageOf(plan)),
      currency,
      moneyText(purchase),
      moneyText(perMonth),
    ]),
  );
  if (rows.length === 0) return [];
  // A sum of one stack is that stack's.
  const sums = environments.filter(({ stacks }) => stacks.length > 1);
  for (const { environment, currency, stacks, purchase, perMonth } of sums) {
    rows.push([`all ${stacks.length}`, environment, "", currency, moneyText(purchase), moneyText(perMonth)]);
  }
  const lines = table(heads, rows);
  return lines.every((line) => displayWidth(line) <= columns) ? lines : [];
}
