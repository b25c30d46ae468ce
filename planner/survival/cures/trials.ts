import type { Neighbour } from "../../../config/neighbours";
import type { StackConfig } from "../../../config/schema";
import { blockingFindings } from "../../findings/acknowledge";
import type { Plan } from "../../plan";
import { planStack } from "../../plan-stack";
import type { Verdict } from "../effects";
import type { Scenario } from "../scenario";
import type { Survival } from "../survival";
import { survivals } from "../survival";
import type { Change } from "./change";

/** What a stack file is tried with. */
export interface TrialOptions {
  /** Two hosts at once as well. */
  readonly pairs?: boolean;
  /** The stack files beside it. */
  readonly neighbours?: readonly Neighbour[];
}

/** A stack file with some changes, planned and judged. */
export interface Trial {
  readonly config: StackConfig;
  readonly plan: Plan;
  readonly all: readonly Survival[];
  readonly changes: readonly Change[];
  readonly effort: number;
}

/** How bad a verdict is, to be compared and added. */
export const BADNESS: Readonly<Record<Verdict, number>> = { survives: 0, degraded: 1, lost: 2 };

/** What is planned and judged in one search: as many machines in all, whatever their number in one stack. */
const MOST_MACHINES = 12_000;
/** Stack files that one search tries at least and at most. */
const TRIES = { least: 10, most: 300 } as const;

/** Tries changes of a stack file, each only once. */
export class Trials {
  readonly start: Trial;
  private readonly accepted: ReadonlySet<string>;
  private readonly known = new Map<string, Pick<Trial, "plan" | "all"> | undefined>();

  constructor(
    config: StackConfig,
    plan: Plan,
    private readonly options: TrialOptions = {},
  ) {
    this.start = { config, plan, all: survivals(plan, options), changes: [], effort: 0 };
    this.accepted = new Set(blockingFindings(plan.findings).map(({ code }) => code));
  }

  /** Stack files that one search may try: fewer of a large one, and as many on every machine. */
  get most(): number {
    const many = Math.floor(MOST_MACHINES / (this.start.plan.machines.length + 1));
    return Math.max(TRIES.least, Math.min(TRIES.most, many));
  }

  /** A stack file with one change more; undefined where it cannot be planned. */
  after(trial: Trial, change: Change): Trial | undefined {
    const { config } = change;
    const key = keyOf(change);
    if (!this.known.has(key)) {
      const planned = planStack(config, this.start.plan.stack, this.options.neighbours);
      this.known.set(key, planned.ok ? { plan: planned.plan, all: survivals(planned.plan, this.options) } : undefined);
    }
    const known = this.known.get(key);
    return known && { ...known, config, changes: [...trial.changes, change], effort: trial.effort + change.effort };
  }

  /** Whether no failure is worse for the changes, and nothing stops the plan that does not stop it now. */
  isFair({ plan, all }: Trial): boolean {
    const isStopped = blockingFindings(plan.findings).some(({ code }) => !this.accepted.has(code));
    return !isStopped && !all.some((survival) => worsens(survival, survivalIn(this.start, survival.scenario)));
  }
}

/** What tells a changed stack file from all others. */
export function keyOf({ config }: Change): string {
  return JSON.stringify(config);
}

/** What becomes of a failure in another stack file; undefined where it can no longer happen. */
export function survivalIn({ all }: Pick<Trial, "all">, { kind, name }: Scenario): Survival | undefined {
  return all.find(({ scenario }) => scenario.kind === kind && scenario.name === name);
}

/** Whether a failure is worse than it was: by its verdict, or by what is left of something that it takes away. */
function worsens({ scenario, verdict, effects }: Survival, before: Survival | undefined): boolean {
  // What is new must not be able to end everything; that two hosts at once are too much is nothing new.
  if (!before) return verdict === "lost" && scenario.kind !== "pair";
  if (BADNESS[verdict] > BADNESS[before.verdict]) return true;
  return effects
    .filter((effect) => effect.verdict !== "survives")
    .some(({ part, left }) => {
      const was = before.effects.find((effect) => effect.part === part);
      return was === undefined || (left !== undefined && was.left !== undefined && left < was.left);
    });
}
