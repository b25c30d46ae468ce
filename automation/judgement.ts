import { CureFinder, survivals } from "../planner";
import type { Judged } from "./render/survival";
import { decided } from "./solver";
import type { PlannedStack } from "./stacks";

/** What is judged: a stack among its neighbours. */
export type JudgedStack = Pick<PlannedStack, "config" | "plan" | "neighbours">;

/**
 * What every single failure does to a stack, with a solver's help where the search for room was given up.
 *
 * @param options `pairs`: two hosts at once as well. `cures`: look for what would make it survive. @default true
 */
export async function judged(
  { config, plan, neighbours }: JudgedStack,
  { pairs = false, cures = true }: { readonly pairs?: boolean; readonly cures?: boolean } = {},
): Promise<Judged[]> {
  const all = await decided(plan, survivals(plan, { pairs }));
  if (!cures) return all;
  const finder = new CureFinder(config, plan, { pairs, neighbours });
  return all.map((each) => ({ ...each, search: finder.find(each.scenario) }));
}
