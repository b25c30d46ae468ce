import type { Budget, Growth, Row } from "./report";

/** Seconds in which the largest stack is planned. */
const PLAN_SECONDS = 5;
/** Power of the number of machines by which work may grow: 1 is linear, 2 is quadratic. */
const EXPONENT = 1.5;

/** Holds what was measured to what is promised. */
export function judge(rows: readonly Row[], growth: readonly Growth[]): Budget[] {
  const largest = rows.filter(({ command }) => command === "plan").at(-1);
  return [
    {
      what: `plan of ${largest?.machines ?? 0} machines on ${largest?.hosts ?? 0} hosts, seconds`,
      limit: PLAN_SECONDS,
      measured: largest?.seconds ?? Number.NaN,
    },
    ...growth.map(({ command, exponent }) => ({ what: `growth exponent of ${command}`, limit: EXPONENT, measured: exponent })),
  ].map((each) => ({ ...each, kept: each.measured < each.limit }));
}
