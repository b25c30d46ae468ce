import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseStackFile } from "../../config/parse";
import { stackFileName, stacksIn } from "../../config/neighbours";
import { planStack } from "../../planner";
import type { Plan, PlannedRelease } from "../../planner";
import { ALL_ADDONS } from "../../planner/addons/registry";
import { WHOLE } from "./settings";

const PROJECT = join(__dirname, "..", "..");
const EXAMPLES = join(PROJECT, "examples");

/** Plans of the project's stacks and of all examples, by what people call them, and of everything that can be on in each class. */
export function allPlans(): Map<string, Plan> {
  const own = stacksIn(PROJECT).map((stack): [string, string] => [stack, join(PROJECT, stackFileName(stack))]);
  const examples = readdirSync(EXAMPLES).filter((name) => name.endsWith(".yaml"));
  const files = [...own, ...examples.sort().map((name): [string, string] => [`examples/${name}`, join(EXAMPLES, name)])];
  const all = Object.fromEntries(ALL_ADDONS.map(({ key }) => [key, WHOLE[key] ?? {}]));
  // Of the two that make a cluster what a repository says, a stack has one.
  const everything = { ...all, argoCd: undefined };
  const withArgoCd = { ...all, flux: undefined };
  return new Map([
    ...files.map(([name, file]): [string, Plan] => [name, planOf(readFileSync(file, "utf8"), file)]),
    ...["homelab", "prod"].map((environment): [string, Plan] => [`all as ${environment}`, planIn(environment, everything)]),
    ...["homelab", "prod"].map((environment): [string, Plan] => [
      `all with Argo CD as ${environment}`,
      planIn(environment, withArgoCd),
    ]),
  ]);
}

/**
 * An add-on as a class of environments has it: on three hosts, with storage and the kinds of the Gateway API beside it.
 *
 * @param settings the add-on's in the stack file
 * @param others add-ons that are on beside it and these
 */
export function releaseIn(environment: string, key: string, settings: object, others: object = {}): PlannedRelease {
  const plan = planIn(environment, { longhorn: {}, gatewayApi: {}, ...others, [key]: settings });
  const release = Object.values(plan.addons).find((each) => each.key === key);
  if (!release) throw new Error(`no add-on ${key}: ${ALL_ADDONS.map((each) => each.key).join(", ")}`);
  return release;
}

/** Three hosts in an environment, with add-ons. */
function planIn(environment: string, addons: object): Plan {
  const file = join(EXAMPLES, "observability.yaml");
  const text = readFileSync(file, "utf8")
    .replace(/environment: \w+/, `environment: ${environment}`)
    .replace(/^ {2}proxmox-talos:addons:\n(?: {4}.*\n)+/m, `  proxmox-talos:addons: ${JSON.stringify(addons)}\n`);
  return planOf(text, file);
}

function planOf(text: string, file: string): Plan {
  const parsed = parseStackFile(text, file);
  const planned = parsed.ok ? planStack(parsed.config, "charts") : parsed;
  if (!planned.ok) throw new Error(`${file}: ${JSON.stringify(planned.problems)}`);
  return planned.plan;
}
