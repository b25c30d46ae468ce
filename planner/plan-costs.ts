/** What a stack costs: decided from the stack file, exact to the cent. */

import type { Exact } from "./costs/exact";
import type { Money } from "./costs/money";

/** Amounts of one currency; nothing is changed into another one. */
export interface Amount {
  /** ISO 4217 code. */
  readonly currency: string;
  /** Paid once. */
  readonly purchase: Money;
  /** Electricity, by the month of 730 hours. */
  readonly powerPerMonth: Money;
  readonly rentPerMonth: Money;
  /** Power and rent. */
  readonly perMonth: Money;
  /** Everything over the period: purchase and as many months. */
  readonly overPeriod: Money;
  /** The same by month: with the purchase spread over the period. */
  readonly spreadPerMonth: Money;
}

/** What one thing costs in one currency. */
export interface CostItem extends Amount {
  readonly kind: "host" | "pool" | "service";
  readonly name: string;
  /** How much of a host that carries several stacks is this one's; 1 for everything else. */
  readonly share: Exact;
}

/** What a stack costs. */
export interface PlannedCosts {
  /** Months of the period. */
  readonly months: number;
  readonly items: readonly CostItem[];
  /** Sums, one for each currency, in order of its code. */
  readonly totals: readonly Amount[];
  /** What the stack has and nobody said the price of: in none of the sums. */
  readonly unpriced: readonly { readonly what: string; readonly path: string }[];
}
