import { Exact, moneyText } from "../../planner";
import type { Amount, CostItem, Money, PlannedCosts } from "../../planner";
import type { Style } from "./style";
import { count, hang } from "./text";

/** What a stack costs: its hosts, rented machines and services, the sums, and what nobody said the price of; nothing without a price. */
export function renderCosts(costs: PlannedCosts, style: Style): string[] {
  const { months, items, totals, unpriced } = costs;
  if (items.length === 0) return [];
  const { colors, safe, columns } = style;
  const width = Math.max(...items.map(({ name }) => name.length), "in all".length);
  const line = (label: string, text: string): string[] => hang(`  ${safe(label).padEnd(width)}  `, safe(text), columns);
  return [
    `costs over ${count(months, "month")}`,
    ...items.flatMap((item) => line(item.name, `${partsText(item)}${shareText(item)}`)),
    ...totals.flatMap((total) => line("in all", totalText(total, months))).map((each) => colors.bold(each)),
    ...unpricedLines(unpriced, style),
  ];
}

/** What is in no sum, and where it could be said. */
function unpricedLines(unpriced: PlannedCosts["unpriced"], { colors, safe, columns, glyphs }: Style): string[] {
  if (unpriced.length === 0) return [];
  const text = unpriced.map(({ what, path }) => `${what} (${path})`).join(", ");
  return hang(`  ${glyphs.warning} without a price, in no sum: `, safe(text), columns).map((each) => colors.yellow(each));
}

/** Everything that is paid for one thing: `EUR 433.30 once, EUR 7.67 a month for power`. */
function partsText({ currency, purchase, powerPerMonth, rentPerMonth }: Amount): string {
  const parts: [Money, string][] = [
    [purchase, "once"],
    [powerPerMonth, "a month for power"],
    [rentPerMonth, "a month"],
  ];
  const told = parts.filter(([money]) => !isNothing(money)).map(([money, when]) => `${currency} ${moneyText(money)} ${when}`);
  return told.length === 0 ? `${currency} 0.00` : told.join(", ");
}

function totalText({ currency, purchase, perMonth, overPeriod, spreadPerMonth }: Amount, months: number): string {
  const of = (money: Money): string => `${currency} ${moneyText(money)}`;
  const once = isNothing(purchase) ? [] : [`${of(purchase)} once`];
  const monthly = isNothing(perMonth) ? [] : [`${of(perMonth)} a month`];
  const spread = isNothing(purchase) ? "" : ` (${of(spreadPerMonth)} a month with the purchase spread)`;
  return [...once, ...monthly, `${of(overPeriod)} in ${count(months, "month")}${spread}`].join(", ");
}

function shareText({ share }: CostItem): string {
  const percent = share.times(HUNDRED).toFixed(0);
  return share.equals(WHOLE) ? "" : ` (${percent}% of the host, by memory of VMs)`;
}

const WHOLE = Exact.of(1);
const HUNDRED = Exact.of(100);

function isNothing({ from, to }: Money): boolean {
  return from.isZero() && to?.isZero() === true;
}
