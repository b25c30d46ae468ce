import { Exact } from "./exact";
import type { Amount, PlannedCosts } from "../plan";
import type { Difference } from "./money";

/** The costs of a plan as every document has them: amounts are decimals with two places, as text, for a number has no cents. */
export function costsJson({ months, items, totals, unpriced }: PlannedCosts): Record<string, unknown> {
  return {
    months,
    items: items.map(({ kind, name, share, ...amounts }) => ({
      kind,
      name,
      sharePercent: share.times(HUNDRED).toFixed(),
      ...amountJson(amounts),
    })),
    totals: totals.map(amountJson),
    unpriced: unpriced.map(({ what, path }) => ({ what, path })),
  };
}

const HUNDRED = Exact.of(100);

/** What is to be paid in one currency; `to` is null where nobody knows the most. */
function amountJson({
  currency,
  purchase,
  powerPerMonth,
  rentPerMonth,
  perMonth,
  overPeriod,
  spreadPerMonth,
}: Amount): Record<string, unknown> {
  return {
    currency,
    purchase: moneyJson(purchase),
    powerPerMonth: moneyJson(powerPerMonth),
    rentPerMonth: moneyJson(rentPerMonth),
    perMonth: moneyJson(perMonth),
    overPeriod: moneyJson(overPeriod),
    spreadPerMonth: moneyJson(spreadPerMonth),
  };
}

/** From least to most, each null where there is no telling. */
export function moneyJson({ from, to }: Difference): { readonly from: string | null; readonly to: string | null } {
  return { from: from?.toFixed() ?? null, to: to?.toFixed() ?? null };
}
