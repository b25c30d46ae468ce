import type { StackConfig } from "../../../config/schema";
import type { Plan } from "../../plan";
import type { Verdict } from "../effects";
import type { Scenario } from "../scenario";
import { candidates } from "./candidates";
import type { Change } from "./change";
import type { Trial, TrialOptions } from "./trials";
import { BADNESS, Trials, keyOf, survivalIn } from "./trials";

/** What would make a stack survive a failure, or at least lose less by it. */
export interface Cure {
  /** In the order they are thought of; each is one sentence without a period. */
  readonly changes: readonly string[];
  /** What becomes of the failure with all of them. */
  readonly verdict: Verdict;
  /** The stack file with all of them. */
  readonly config: StackConfig;
}

/** What came of looking for a cure. */
export interface Search {
  /** @default none was found */
  readonly cure?: Cure;
  /** Stack files that were tried. */
  readonly tried: number;
}

/**
 * Looks for the changes of a stack file that take least and make it survive a failure. No other failure may become worse by them, and
 * nothing may stop the plan that does not stop it now. Pure, and ends after a fixed number of tries.
 */
export class CureFinder {
  private readonly trials: Trials;

  constructor(config: StackConfig, plan: Plan, options: TrialOptions = {}) {
    this.trials = new Trials(config, plan, options);
  }

  /** The cure that takes least, or what makes it at least less bad; none where the failure is survived, or where none was found. */
  find(scenario: Scenario): Search {
    const { start, most } = this.trials;
    if (verdictOf(start, scenario) === "survives") return { tried: 0 };
    const queue: Trial[] = [start];
    const seen = new Set<string>();
    let best = start;
    while (seen.size < most) {
      // The one with least effort: what is found first takes least.
      const trial = queue.splice(cheapest(queue), 1)[0];
      if (!trial) break;
      if (this.isFair(trial, scenario) && badness(trial, scenario) < badness(best, scenario)) best = trial;
      if (badness(best, scenario) === 0) break;
      for (const change of changesFor(trial, scenario)) {
        const key = keyOf(change);
        if (seen.has(key)) continue;
        seen.add(key);
        const next = this.trials.after(trial, change);
        if (next) queue.push(next);
      }
    }
    return { tried: seen.size, ...(best === start ? {} : { cure: cureOf(best, scenario) }) };
  }

  /** A pair that is cured at the price of another one, with the host that came, is none the better. */
  private isFair(trial: Trial, { kind }: Scenario): boolean {
    if (!this.trials.isFair(trial)) return false;
    return kind !== "pair" || lostPairs(trial) < lostPairs(this.trials.start);
  }
}

/** Pairs of hosts that a stack does not outlive. */
function lostPairs({ all }: Trial): number {
  return all.filter(({ scenario, verdict }) => scenario.kind === "pair" && verdict === "lost").length;
}

function changesFor({ config, plan, all }: Trial, scenario: Scenario): Change[] {
  const failure = survivalIn({ all }, scenario);
  return failure ? candidates({ config, plan, scenario: failure.scenario, effects: failure.effects }) : [];
}

/** What can no longer happen is survived. */
function verdictOf(trial: Trial, scenario: Scenario): Verdict {
  return survivalIn(trial, scenario)?.verdict ?? "survives";
}

function badness(trial: Trial, scenario: Scenario): number {
  return BADNESS[verdictOf(trial, scenario)];
}

function cheapest(queue: readonly Trial[]): number {
  return queue.reduce((best, trial, index) => (trial.effort < (queue[best]?.effort ?? Infinity) ? index : best), 0);
}

function cureOf(trial: Trial, scenario: Scenario): Cure {
  const changes = trial.changes.map(({ text }) => text);
  return { changes, verdict: verdictOf(trial, scenario), config: trial.config };
}
