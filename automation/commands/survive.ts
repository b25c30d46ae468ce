import { placementAdvice } from "../../planner";
import type { Packing, PlacementAdvice, Relocation } from "../../planner";
import { EXIT } from "../failure";
import { judged } from "../judgement";
import type { CommonOptions } from "../output";
import { print, printJson, stdoutStyle } from "../output";
import { renderSurvivals } from "../render/survival";
import type { Judged } from "../render/survival";
import { planned } from "../stacks";

/** Options of `lab survive`. */
export interface SurviveOptions extends CommonOptions {
  /** Look at two hosts at once as well. */
  readonly pairs?: boolean;
}

/** Shows what every single failure does to a stack and what would cure it, without touching anything. */
export async function survive(stack: string, options: SurviveOptions): Promise<number> {
  const found = planned(stack);
  const { config, plan, neighbours } = found;
  const all = await judged(found, { pairs: options.pairs === true });
  const advice = placementAdvice(config, plan, { neighbours });
  if (options.json) printJson({ stack: plan.stack, failures: all.map(survivalJson), placement: adviceJson(advice) });
  else print(renderSurvivals(plan, all, advice, stdoutStyle(options)));
  return EXIT.fine;
}

function survivalJson({ scenario, verdict, effects, relocation, search }: Judged): object {
  const { cure, tried = 0 } = search ?? {};
  const { kind, name, hosts, machines } = scenario;
  return {
    kind,
    name,
    hosts,
    machines,
    verdict,
    effects,
    relocation: relocation ? relocationJson(relocation) : null,
    cure: cure ? { changes: cure.changes, verdict: cure.verdict } : null,
    tried,
  };
}

function adviceJson({ moves, hosts, survivals: all, tried }: PlacementAdvice): object {
  return {
    moves,
    hosts: Object.fromEntries(hosts),
    failures: all.map(({ scenario: { kind, name }, verdict }) => ({ kind, name, verdict })),
    tried,
  };
}

function relocationJson({ memoryMiB, vcpus, movable, packing }: Relocation): object {
  return { memoryMiB, vcpus, movable, packing: packingJson(packing) };
}

function packingJson(packing: Packing): object {
  return packing.verdict === "fits" ? { verdict: "fits", placement: Object.fromEntries(packing.placement) } : packing;
}
