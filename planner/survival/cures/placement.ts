import type { StackConfig } from "../../../config/schema";
import type { Plan } from "../../plan";
import type { Survival } from "../survival";
import { candidates } from "./candidates";
import type { Change } from "./change";
import { EFFORT } from "./change";
import type { Trial, TrialOptions } from "./trials";
import { BADNESS, Trials, keyOf } from "./trials";

/** Where machines would better be. */
export interface PlacementAdvice {
  /** Moves and exchanges from how it is planned, each one sentence; none where no placement that was tried survives more. */
  readonly moves: readonly string[];
  /** Host of every VM in order of id, by name, with the moves. */
  readonly hosts: ReadonlyMap<string, string>;
  /** What every failure does then. */
  readonly survivals: readonly Survival[];
  /** Placements that were tried. */
  readonly tried: number;
  /** The stack file with the moves. */
  readonly config: StackConfig;
}

/** Trials that are looked at further at each step: more than one, for the best first move need not be the first of the best ones. */
const BEAM = 4;

/**
 * Looks for the placement of a stack's machines on the hosts it has that survives most failures: first by how many are lost, then by
 * how many leave something missing, then by how few moves it takes. Pure, and ends after a fixed number of tries.
 */
export function placementAdvice(config: StackConfig, plan: Plan, options: TrialOptions = {}): PlacementAdvice {
  const trials = new Trials(config, plan, options);
  const seen = new Set<string>();
  let best = trials.start;
  let beam: readonly Trial[] = [best];
  while (beam.length > 0 && badness(best) > 0 && seen.size < trials.most) {
    const next = beam.flatMap((trial) => {
      const fresh = movesFrom(trial).filter((change) => !seen.has(keyOf(change)));
      for (const change of fresh) seen.add(keyOf(change));
      return fresh.flatMap((change) => trials.after(trial, change) ?? []);
    });
    // On the way to a better placement nothing may be worse than at the start either: it is there that one would stop.
    beam = next
      .filter((trial) => trials.isFair(trial))
      .sort(better)
      .slice(0, BEAM);
    if (beam[0] && better(beam[0], best) < 0) best = beam[0];
  }
  return {
    moves: best.changes.map(({ text }) => text),
    hosts: new Map(best.plan.machines.flatMap(({ name, host }) => (host === null ? [] : [[name, host] as const]))),
    survivals: best.all,
    tried: seen.size,
    config: best.config,
  };
}

/** Moves and exchanges of machines that a failure takes away: what is not touched by any is well where it is. */
function movesFrom({ config, plan, all }: Trial): Change[] {
  return all
    .filter(({ verdict }) => verdict !== "survives")
    .flatMap(({ scenario, effects }) => candidates({ config, plan, scenario, effects }))
    .filter(({ effort }) => effort === EFFORT.move || effort === EFFORT.swap);
}

function better(a: Trial, b: Trial): number {
  return badness(a) - badness(b) || a.effort - b.effort;
}

/** One lost failure is worse than any number of those that leave something missing. */
function badness({ all }: Trial): number {
  return all.reduce((sum, { verdict }) => sum + (BADNESS[verdict] === 2 ? 1000 : BADNESS[verdict]), 0);
}
