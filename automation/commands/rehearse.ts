import { blockingFindings, findingsJson } from "../../planner";
import type { Plan } from "../../planner";
import { neededSecrets } from "../../config/secrets";
import type * as simulator from "../../simulator";
import type { PlannedFault, Rehearsal } from "../../simulator";
import { datacenterSpec } from "../datacenter-spec";
import { leftInOneStep } from "../consent";
import { EXIT, Failure } from "../failure";
import { lazy } from "../lazy";
import type { CommonOptions } from "../output";
import { print, printJson, stdoutStyle } from "../output";
import { Progress } from "../progress";
import type * as namespace from "../real-engine/namespace";
import type * as realRehearsal from "../real-engine/rehearse";
import type * as requirementsModule from "../real-engine/requirements";
import { renderPlan } from "../render/plan";
import { renderRehearsal } from "../render/rehearsal";
import type * as policiesModule from "../policies";
import type { Advice } from "../operations/tracker";
import type * as report from "../report/write";
import type { ReportFiles } from "../report/files";
import { wantsReport } from "../report/files";
import type { PlannedStack } from "../stacks";
import { PROJECT_DIR, planned } from "../stacks";

/** Options of `lab rehearse`. */
export interface RehearseOptions extends CommonOptions, ReportFiles {
  readonly state?: string;
  readonly from?: string;
  readonly engine: string;
  /** `name[@n]` each. */
  readonly fault?: readonly string[];
  readonly seed?: string;
  /** Whether what the program asks for is held to the policy pack as well. */
  readonly policy?: boolean;
}

/** Runs the program against the simulated datacenter and shows what became of it. */
export async function rehearse(stack: string, options: RehearseOptions): Promise<number> {
  wantsReport(options);
  if (options.engine === "pulumi") return rehearseWithPulumi(stack, options);
  const found = unblocked(stack, options);
  const { config, plan, text, stack: name } = found;
  const before = options.from === undefined ? undefined : unblocked(options.from, options);

  // The simulator brings gRPC along: loaded only when it is needed.
  const { StartFailed, StateError, rehearse: run } = lazy("../simulator") as typeof simulator;
  const progress = new Progress();
  const policies = options.policy ? (lazy("./policies") as typeof policiesModule).policiesOf(config) : undefined;
  let rehearsal: Rehearsal;
  try {
    rehearsal = await run({
      stack: name,
      stackText: text,
      projectDir: PROJECT_DIR,
      datacenter: datacenterSpec(config),
      secrets: neededSecrets(config),
      statePath: options.state,
      faults: faultsOf(options),
      judge: (known, asked) => [
        ...leftInOneStep(known, plan).map((each) => ({ rule: "consent-missing", ...each })),
        ...(policies?.judge(asked) ?? []),
      ],
      parallel: plan.parallel,
      from: before && {
        stackText: before.text,
        datacenter: datacenterSpec(before.config),
        secrets: neededSecrets(before.config),
      },
      onProgress: (each) => {
        progress.show(each);
      },
    });
  } catch (error) {
    if (error instanceof StateError) throw new Failure("invalid-state", error.message, EXIT.usage);
    if (error instanceof StartFailed) {
      const reason = `${before?.file ?? ""} cannot be rehearsed itself, so there is nothing to begin from: ${error.message}`;
      throw new Failure("start-failed", reason, EXIT.failed);
    }
    throw error;
  } finally {
    progress.end();
  }
  return shown(rehearsal, found, options, policies?.advice);
}

/** Shows a rehearsal as it was asked for, and writes what is to be written of it. */
async function shown(
  rehearsal: Rehearsal,
  found: PlannedStack,
  options: RehearseOptions,
  advice?: readonly Advice[],
): Promise<number> {
  if (wantsReport(options)) {
    await (lazy("./report/write") as typeof report).writeReport(options, found, rehearsal);
  }
  if (options.json) printJson({ ...rehearsalJson(rehearsal, found.plan), ...(advice ? { advice } : {}) });
  else print(renderRehearsal(found.plan, rehearsal, stdoutStyle(options), advice));
  return rehearsal.result === "succeeded" ? EXIT.fine : EXIT.failed;
}

/** What is to go wrong. */
function faultsOf({ fault = [], seed = "0" }: RehearseOptions): PlannedFault[] {
  const { plannedFault } = lazy("../simulator") as typeof simulator;
  if (!/^\d+$/.test(seed)) throw new Failure("usage", `--seed ${seed} is no number`, EXIT.usage);
  try {
    return fault.map((each) => plannedFault(each, Number(seed)));
  } catch (error) {
    throw new Failure("usage", (error as Error).message, EXIT.usage);
  }
}

/** With the real engine, in a network namespace: the command runs itself again in there. */
async function rehearseWithPulumi(stack: string, options: RehearseOptions): Promise<number> {
  if (options.state !== undefined) {
    throw new Failure(
      "usage",
      "--state is for the embedded engine: the real one begins with nothing, or with --from",
      EXIT.usage,
    );
  }
  if (options.policy) {
    const remedy = "leave --policy out, or give pulumi preview --policy-pack policy";
    throw new Failure("usage", `--policy is for the embedded engine: ${remedy}`, EXIT.usage);
  }
  const found = unblocked(stack, options);
  const before = options.from === undefined ? undefined : unblocked(options.from, options);
  const { isInside, runInNamespace } = lazy("./real-engine/namespace") as typeof namespace;
  if (!isInside()) {
    const { requirements } = lazy("./real-engine/requirements") as typeof requirementsModule;
    const missing = requirements().filter((requirement) => requirement.found === undefined);
    if (missing.length > 0) {
      const list = missing.map(({ name, remedy }) => `${name}: ${remedy}`).join("\n  ");
      throw new Failure("missing-tool", `the real engine cannot be rehearsed with here:\n  ${list}`, EXIT.failed);
    }
    return runInNamespace([process.execPath, ...process.execArgv, ...process.argv.slice(1)]);
  }
  const { rehearseForReal } = lazy("./real-engine/rehearse") as typeof realRehearsal;
  const progress = new Progress();
  let rehearsal: Rehearsal;
  try {
    rehearsal = await rehearseForReal(found, before, faultsOf(options), (each) => {
      progress.show(each);
    });
  } finally {
    progress.end();
  }
  return shown(rehearsal, found, options);
}

/** A stack that nothing stops; what stops it is shown. */
function unblocked(stack: string, options: RehearseOptions): PlannedStack {
  const found = planned(stack);
  const blocking = blockingFindings(found.plan.findings);
  if (blocking.length === 0) return found;
  if (!options.json) print(renderPlan(found.plan, stdoutStyle(options)));
  const codes = [...new Set(blocking.map(({ code }) => code))].join(", ");
  const where = stack === options.from ? ` in ${found.file}` : "";
  throw new Failure("blocking-findings", `not rehearsed: mend or acknowledge ${codes}${where}`, EXIT.failed);
}

function rehearsalJson(rehearsal: Rehearsal, plan: Plan): object {
  return { ...rehearsal, findings: findingsJson(plan) };
}
