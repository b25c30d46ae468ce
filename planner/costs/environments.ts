import type { Plan } from "../plan";
import type { Money } from "./money";
import { added } from "./money";

/** What the stacks of one environment come to in one currency. */
export interface EnvironmentCosts {
  readonly environment: string;
  readonly currency: string;
  /** Names of the stacks that something of has a price in this currency. */
  readonly stacks: readonly string[];
  readonly purchase: Money;
  readonly perMonth: Money;
}

/**
 * Sums by environment and currency, in order of name. A host that several stacks have is in each by its share of the memory, so that
 * nothing is counted twice.
 */
export function environmentCosts(plans: readonly Pick<Plan, "stack" | "environment" | "costs">[]): EnvironmentCosts[] {
  const rows = plans.flatMap(({ stack, environment, costs }) => costs.totals.map((total) => ({ stack, environment, ...total })));
  const keys = [...new Set(rows.map(({ environment, currency }) => `${environment} ${currency}`))].sort();
  return keys.map((key) => {
    const [environment = "", currency = ""] = key.split(" ");
    const own = rows.filter((row) => row.environment === environment && row.currency === currency);
    return {
      environment,
      currency,
      stacks: own.map(({ stack }) => stack),
      purchase: added(own.map(({ purchase }) => purchase)),
      perMonth: added(own.map(({ perMonth }) => perMonth)),
    };
  });
}
