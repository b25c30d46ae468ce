import { parse } from "yaml";
import { blockingFindings, isPart, merged, stageChange } from "../../planner";
import type { Part, Stage, StageChange } from "../../planner";
import { EXIT, Failure } from "../failure";
import type { PlannedStack } from "../stacks";
import { plannedText } from "../stacks";
import { editStackText } from "./stack-text";

/** The stack file of a further stage, as far as it can be written. */
export interface NextStage {
  readonly stage: Stage;
  readonly change: StageChange;
  /** What has to be said first: all of `change.needs` that no answer says. */
  readonly missing: StageChange["needs"];
  /** Values that were given, by path, merged into what the stage changes. */
  readonly answers: Part;
}

/** What takes a stack to a further stage, with the answers that were given. */
export function nextStage({ config, plan }: PlannedStack, from: Stage, to: Stage, answers: Part): NextStage {
  const change = stageChange(config, plan, from, to);
  const missing = change.needs.filter(({ path }) => !has(answers, path.split(".")));
  return { stage: to, change, missing, answers };
}

/**
 * Writes it, and plans it.
 *
 * @throws {Failure} `answers-missing`, a report of problems, or `next-stage-blocked` with the findings that stop its plan
 */
export function nextText(found: PlannedStack, { stage, change, missing, answers }: NextStage): string {
  if (missing.length > 0) {
    const list = missing.map(({ path, what }) => `\n  --set ${path}=<${what}>`).join("");
    throw new Failure("answers-missing", `stage ${stage} needs what nobody can guess:${list}`, EXIT.usage);
  }
  const { inside, outside } = split(answers, Object.keys(change.replaced));
  const replaced = Object.fromEntries(
    Object.entries(change.replaced).map(([path, value]) => [path, merged(value, inside[path] ?? {})]),
  );
  const text = editStackText(found.text, merged(change.added, outside), replaced);
  const blocking = blockingFindings(plannedText(found, text, found.neighbours).plan.findings);
  if (blocking.length === 0) return text;
  const list = blocking.map(({ code, path, message, remedy }) => `\n  ${code} at ${path}: ${message}; ${remedy}`).join("");
  throw new Failure("next-stage-blocked", `stage ${stage} would be stopped by its plan:${list}`, EXIT.failed);
}

/**
 * Reads answers as the command line has them: `talos.etcdBackup.s3.bucket=etcd`, values as in YAML.
 *
 * @throws {Failure} `usage` for what is no `path=value`
 */
export function readAnswers(answers: readonly string[]): Part {
  return answers.reduce<Part>((all, answer) => {
    const at = answer.indexOf("=");
    const keys = answer.slice(0, Math.max(at, 0)).split(".");
    if (at < 1 || keys.includes("")) throw new Failure("usage", `--set ${answer} is no path=value`, EXIT.usage);
    let value: unknown;
    try {
      value = parse(answer.slice(at + 1));
    } catch {
      throw new Failure("usage", `--set ${answer}: its value is no YAML`, EXIT.usage);
    }
    return merged(all, keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Part);
  }, {});
}

function has(part: unknown, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return part !== null && part !== undefined;
  return isPart(part) && Object.hasOwn(part, key) && has(part[key], rest);
}

/** Answers about maps that are replaced as a whole, and all others. */
function split(
  answers: Part,
  paths: readonly string[],
): { readonly inside: Readonly<Record<string, Part>>; readonly outside: Part } {
  const inside: Record<string, Part> = {};
  const outside = paths.reduce<Part>((rest, path) => {
    const [found, without] = taken(rest, path.split("."));
    if (isPart(found)) inside[path] = found;
    return without;
  }, answers);
  return { inside, outside };
}

/** What is at a path, and the rest without it. */
function taken(part: Part, [key = "", ...rest]: readonly string[]): [unknown, Part] {
  const { [key]: value, ...others } = part;
  if (rest.length === 0 || !isPart(value)) return [value, others];
  const [found, without] = taken(value, rest);
  return [found, Object.keys(without).length > 0 ? { ...others, [key]: without } : others];
}
