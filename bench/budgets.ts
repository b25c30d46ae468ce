import { worstChoice } from "./parallel";
import type { Budget, Growth, ParallelRow, Row } from "./report";

/** Seconds in which the largest stack is planned. */
const PLAN_SECONDS = 5;
/** Seconds in which every single failure and every pair of hosts of the largest stack is judged. */
const SURVIVE_SECONDS = 10;
/** Failures in a hundred that may stay undecided there. */
const UNDECIDED_PERCENT = 1;
/** Power of the number of machines by which work may grow: 1 is linear, 2 is quadratic. */
const EXPONENT = 1.5;
/** The same for what asks about pairs of hosts, of which there are quadratically many. */
const PAIRS_EXPONENT = 2.5;

/** How much longer a deployment may take with the plan's own number of operations at once than with the best. */
const CHOICE = 1.05;

/** Holds what was measured to what is promised. */
export function judge(rows: readonly Row[], growth: readonly Growth[], parallel: readonly ParallelRow[]): Budget[] {
  const largest = rows.filter(({ command }) => command === "plan").at(-1);
  const survived = rows.filter(({ command }) => command === "survive").at(-1);
  const size = `${survived?.machines ?? 0} machines on ${survived?.hosts ?? 0} hosts`;
  return [
    {
      what: `plan of ${largest?.machines ?? 0} machines on ${largest?.hosts ?? 0} hosts, seconds`,
      limit: PLAN_SECONDS,
      measured: largest?.seconds ?? Number.NaN,
    },
    { what: `every failure and pair of ${size}, seconds`, limit: SURVIVE_SECONDS, measured: survived?.seconds ?? Number.NaN },
    { what: `of these undecided, percent`, limit: UNDECIDED_PERCENT, measured: survived?.undecidedPercent ?? Number.NaN },
    ...growth.map(({ command, exponent }) => ({
      what: `growth exponent of ${command}`,
      limit: command === "survive" ? PAIRS_EXPONENT : EXPONENT,
      measured: exponent,
    })),
    { what: "deployment with the plan's own --parallel, times the best", limit: CHOICE, measured: worstChoice(parallel) },
  ].map((each) => ({ ...each, kept: each.measured < each.limit }));
}
