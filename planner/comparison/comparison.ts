import { Exact } from "../costs/exact";
import type { Difference, Money } from "../costs/money";
import { NOTHING, difference } from "../costs/money";
import type { Plan } from "../plan";
import { stageOf } from "../stages/stage";
import type { Stage } from "../stages/stage";
import type { Survival } from "../survival/survival";
import type { Verdict } from "../survival/effects";
import { figuresOf } from "./figures";
import type { Figure, FigureName } from "./figures";

/** A plan with what every single failure does to it. */
export interface Judged {
  readonly plan: Plan;
  readonly survivals: readonly Survival[];
}

/** A failure that the two stacks do not take alike. */
export interface FailureChange {
  readonly kind: Survival["scenario"]["kind"];
  readonly name: string;
  /** Null where there is no such thing to fail. */
  readonly before: Verdict | null;
  readonly after: Verdict | null;
}

/** How many failures end how. */
export type VerdictCounts = Readonly<Record<Verdict, number>>;

/** What two stacks cost in one currency. */
export interface CostChange {
  readonly currency: string;
  readonly before: { readonly purchase: Money; readonly perMonth: Money; readonly overPeriod: Money };
  readonly after: CostChange["before"];
  /** What the second one costs more. `overPeriod` is missing where the two have different periods. */
  readonly difference: { readonly purchase: Difference; readonly perMonth: Difference; readonly overPeriod?: Difference };
  /** That over the period by each core and each worker that the second one has more; missing where it has none more. */
  readonly perAdded: { readonly core?: Difference; readonly worker?: Difference };
}

/** Two stacks beside each other. */
export interface Comparison {
  readonly stages: { readonly before: Stage; readonly after: Stage };
  readonly figures: readonly Figure[];
  readonly failures: {
    readonly before: VerdictCounts;
    readonly after: VerdictCounts;
    readonly changes: readonly FailureChange[];
  };
  readonly costs: readonly CostChange[];
}

/** Compares what two stacks have, what they survive and what they cost. */
export function compare(before: Judged, after: Judged): Comparison {
  const figures = figuresOf(before.plan, after.plan);
  return {
    stages: { before: stageOf(before.plan), after: stageOf(after.plan) },
    figures,
    failures: {
      before: countsOf(before.survivals),
      after: countsOf(after.survivals),
      changes: changesOf(before.survivals, after.survivals),
    },
    costs: costsOf(before.plan, after.plan, figures),
  };
}

function countsOf(survivals: readonly Survival[]): VerdictCounts {
  const of = (wanted: Verdict): number => survivals.filter(({ verdict }) => verdict === wanted).length;
  return { survives: of("survives"), degraded: of("degraded"), lost: of("lost") };
}

/** In the order of the second stack; what only the first one has, last. */
function changesOf(before: readonly Survival[], after: readonly Survival[]): FailureChange[] {
  const same = ({ scenario: a }: Survival, { scenario: b }: Survival): boolean => a.kind === b.kind && a.name === b.name;
  const all = [...after, ...before.filter((each) => !after.some((other) => same(each, other)))];
  return all
    .map((each): FailureChange => {
      const of = (survivals: readonly Survival[]): Verdict | null =>
        survivals.find((other) => same(each, other))?.verdict ?? null;
      const { kind, name } = each.scenario;
      return { kind, name, before: of(before), after: of(after) };
    })
    .filter((change) => change.before !== change.after);
}

function costsOf({ costs: before }: Plan, { costs: after }: Plan, figures: readonly Figure[]): CostChange[] {
  const currencies = [...new Set([...before.totals, ...after.totals].map(({ currency }) => currency))].sort();
  return currencies.map((currency) => {
    const of = ({ totals }: Plan["costs"]): CostChange["before"] => {
      const {
        purchase = NOTHING,
        perMonth = NOTHING,
        overPeriod = NOTHING,
      } = totals.find((total) => total.currency === currency) ?? {};
      return { purchase, perMonth, overPeriod };
    };
    const [one, other] = [of(before), of(after)];
    const overPeriod = before.months === after.months ? difference(one.overPeriod, other.overPeriod) : undefined;
    return {
      currency,
      before: one,
      after: other,
      difference: {
        purchase: difference(one.purchase, other.purchase),
        perMonth: difference(one.perMonth, other.perMonth),
        ...(overPeriod ? { overPeriod } : {}),
      },
      perAdded: overPeriod ? perAdded(overPeriod, figures) : {},
    };
  });
}

function perAdded(cost: Difference, figures: readonly Figure[]): CostChange["perAdded"] {
  const each = (name: FigureName): Difference | undefined => {
    const figure = figures.find((other) => other.name === name);
    const more = (figure?.after ?? 0) - (figure?.before ?? 0);
    if (more <= 0) return undefined;
    const part = Exact.of(1).over(Exact.of(more));
    return { from: cost.from && cost.from.times(part), to: cost.to && cost.to.times(part) };
  };
  const [core, worker] = [each("cores"), each("workers")];
  return { ...(core ? { core } : {}), ...(worker ? { worker } : {}) };
}
