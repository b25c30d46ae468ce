import { Exact, moneyText } from "../../planner";
import type { Amount, Money, PlannedCosts } from "../../planner";
import { count } from "../render/text";

/** What things cost, as texts: the first column says what it is about. */
export interface CostTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What is to be known of the figures; a paragraph each. */
  readonly notes: readonly string[];
}

const WHOLE = Exact.of(1);
const HUNDRED = Exact.of(100);

/** What a stack costs as a table, the sums last; nothing where nobody said a price. */
export function costTable({ months, items, totals, unpriced }: PlannedCosts): CostTable | undefined {
  if (items.length === 0) return undefined;
  const shared = items.filter(({ share }) => !share.equals(WHOLE));
  return {
    columns: ["what", "once", "power a month", "rent a month", `in ${count(months, "month")}`, "a month, purchase spread"],
    rows: [...items.map((item) => [item.name, ...figures(item)]), ...totals.map((total) => ["in all", ...figures(total)])],
    notes: [
      ...shared.map(
        ({ name, share }) => `Of ${name} ${share.times(HUNDRED).toFixed(0)}% are counted, its share by memory of VMs.`,
      ),
      ...(unpriced.length === 0 ? [] : [`Without a price, in no sum: ${unpriced.map(({ what }) => what).join(", ")}.`]),
    ],
  };
}

function figures({ currency, purchase, powerPerMonth, rentPerMonth, overPeriod, spreadPerMonth }: Amount): string[] {
  const text = (money: Money): string => `${currency} ${moneyText(money)}`;
  return [purchase, powerPerMonth, rentPerMonth, overPeriod, spreadPerMonth].map(text);
}
