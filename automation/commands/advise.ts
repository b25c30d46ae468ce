import { existsSync, writeFileSync } from "node:fs";
import { basename, relative } from "node:path";
import { advise as judge } from "../../planner";
import type { Advice, Observations, Stage } from "../../planner";
import { EXIT, Failure } from "../failure";
import type { CommonOptions } from "../output";
import { print, printJson, stdoutStyle } from "../output";
import { renderAdvice } from "../render/advice";
import { nextStage, nextText, readAnswers } from "../stages/next-file";
import type { NextStage } from "../stages/next-file";
import { readFacts, readObservations, together } from "../stages/observations-file";
import type { ObservationsFile } from "../stages/observations-file";
import { measure } from "../stages/prometheus";
import { unifiedDiff } from "../stages/unified-diff";
import type { PlannedStack } from "../stacks";
import { planned } from "../stacks";

/** Options of `lab advise`. */
export interface AdviseOptions extends CommonOptions {
  /** URL of a Prometheus. */
  readonly prometheus?: string;
  /** File of observations. */
  readonly utilisation?: string;
  /** `name=value` each. */
  readonly fact?: readonly string[];
  /** File that the observations are written to. */
  readonly save?: string;
  /** Stage to write, whatever the criteria say. */
  readonly to?: string;
  /** `path=value` each. */
  readonly set?: readonly string[];
  /** File that the next stage is written to: a patch, or a stack file. */
  readonly write?: string;
}

/** Says whether a stack may stay in its stage, and writes the next one; touches nothing that runs. */
export async function advise(stack: string, options: AdviseOptions): Promise<number> {
  const found = planned(stack);
  const read = options.utilisation === undefined ? undefined : readObservations(options.utilisation);
  const facts: Observations = { nodes: {}, operations: readFacts(options.fact ?? []) };
  const answers = readAnswers(options.set ?? []);
  const measured = options.prometheus === undefined ? undefined : await measure(options.prometheus, found.plan);
  const seen = together([read, measured, facts].filter((each) => each !== undefined));
  const measuredAt = measured?.measuredAt ?? read?.measuredAt;
  if (options.save !== undefined) save(options.save, { ...(measuredAt === undefined ? {} : { measuredAt }), ...seen });

  const advice = judge(found.plan, seen);
  const to = targetOf(options, advice);
  const next = to === undefined ? undefined : nextStage(found, advice.stage, to, answers);
  if (options.write !== undefined) write(options.write, found, next, advice.stage);
  const shown = { advice, next, measuredAt, written: options.write };
  if (options.json) printJson({ stack: found.plan.stack, ...adviceJson(shown), observations: seen });
  else print(renderAdvice(found, shown, stdoutStyle(options)));
  return EXIT.fine;
}

/** The stage to write: the one that was asked for, else the one that the criteria lead to. */
function targetOf({ to }: AdviseOptions, { stage, target }: Advice): Stage | undefined {
  if (to === undefined) return target;
  if (/^[2-4]$/.test(to) && Number(to) > stage) return Number(to) as Stage;
  throw new Failure("usage", `--to ${to}: the stack is in stage ${stage}, and stages end at 4`, EXIT.usage);
}

/** A patch of the stack file, or the next one whole; never over a file that is there. */
function write(path: string, found: PlannedStack, next: NextStage | undefined, stage: Stage): void {
  if (!next) {
    const message = `nothing leads on from stage ${stage}, so there is nothing to write; --to <stage> writes it all the same`;
    throw new Failure("no-next-stage", message, EXIT.failed);
  }
  const isPatch = /\.(patch|diff)$/.test(path);
  if (!isPatch && !/\.ya?ml$/.test(path))
    throw new Failure("usage", `--write ${path}: a patch ends with .patch or .diff, a stack file with .yaml`, EXIT.usage);
  if (existsSync(path)) throw new Failure("usage", `--write ${path} is there already`, EXIT.usage);
  const text = nextText(found, next);
  save(path, isPatch ? unifiedDiff(patchPath(found), found.text, text) : text);
}

/** As `git apply` in the working folder has it. */
function patchPath({ path }: PlannedStack): string {
  const near = relative(process.cwd(), path);
  return near.startsWith("..") ? basename(path) : near.replaceAll("\\", "/");
}

function save(path: string, content: string | ObservationsFile): void {
  try {
    writeFileSync(path, typeof content === "string" ? content : `${JSON.stringify(content, null, 2)}\n`);
  } catch (error) {
    throw new Failure("unwritable", `${path} cannot be written: ${(error as Error).message}`, EXIT.failed);
  }
}

function adviceJson({ advice, next, measuredAt, written }: Parameters<typeof renderAdvice>[1]): object {
  const { stage, lacks, verdict, target = null, because, considerManaged, criteria } = advice;
  return {
    stage,
    lacks,
    verdict,
    target,
    because: because.map(({ key }) => key),
    considerManaged,
    criteria,
    measuredAt: measuredAt ?? null,
    next: next
      ? {
          stage: next.stage,
          added: next.change.added,
          replaced: next.change.replaced,
          missing: next.missing,
          assumed: next.change.assumed,
        }
      : null,
    written: written ?? null,
  };
}
