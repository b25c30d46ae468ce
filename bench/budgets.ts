import { worstChoice } from "./parallel";
import type { Budget, Growth, ParallelRow, Row } from "./report";

/** Seconds in which the largest stack is planned. */
const PLAN_SECONDS = 5;
/** Power of the number of machines by which work may grow: 1 is linear, 2 is quadratic. */
const EXPONENT = 1.5;

/** How much longer a deployment may take with the plan's own number of operations at once than with the best. */
const CHOICE = 1.05;

/** Holds what was measured to what is promised. */
export function judge(rows: readonly Row[], growth: readonly Growth[], parallel: readonly ParallelRow[]): Budget[] {
  const largest = rows.filter(({ command }) => command === "plan").at(-1);
  return [
    {
      what: `plan of ${largest?.machines ?? 0} machines on ${largest?.hosts ?? 0} hosts, seconds`,
      limit: PLAN_SECONDS,
      measured: largest?.seconds ?? Number.NaN,
    },
    ...growth.map(({ command, exponent }) => ({ what: `growth exponent of ${command}`, limit: EXPONENT, measured: exponent })),
    { what: "deployment with the plan's own --parallel, times the best", limit: CHOICE, measured: worstChoice(parallel) },
  ].map((each) => ({ ...each, kept: each.measured < each.limit }));
}
