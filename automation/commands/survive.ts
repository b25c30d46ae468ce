import { survivals } from "../../planner";
import type { Packing, Relocation, Survival } from "../../planner";
import { EXIT } from "../failure";
import type { CommonOptions } from "../output";
import { print, printJson, stdoutStyle } from "../output";
import { renderSurvivals } from "../render/survival";
import { decided } from "../solver";
import { planned } from "../stacks";

/** Options of `lab survive`. */
export interface SurviveOptions extends CommonOptions {
  /** Look at two hosts at once as well. */
  readonly pairs?: boolean;
}

/** Shows what every single failure does to a stack, without touching anything. */
export async function survive(stack: string, options: SurviveOptions): Promise<number> {
  const { plan } = planned(stack);
  const all = await decided(plan, survivals(plan, { pairs: options.pairs === true }));
  if (options.json) printJson({ stack: plan.stack, failures: all.map(survivalJson) });
  else print(renderSurvivals(plan, all, stdoutStyle(options)));
  return EXIT.fine;
}

function survivalJson({ scenario, verdict, effects, relocation }: Survival): object {
  const { kind, name, hosts, machines } = scenario;
  return {
    kind,
    name,
    hosts,
    machines,
    verdict,
    effects,
    relocation: relocation ? relocationJson(relocation) : null,
  };
}

function relocationJson({ memoryMiB, vcpus, movable, packing }: Relocation): object {
  return { memoryMiB, vcpus, movable, packing: packingJson(packing) };
}

function packingJson(packing: Packing): object {
  return packing.verdict === "fits" ? { verdict: "fits", placement: Object.fromEntries(packing.placement) } : packing;
}
