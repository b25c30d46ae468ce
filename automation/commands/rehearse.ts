import { blockingFindings, findingsJson } from "../../planner";
import type { Plan } from "../../planner";
import type * as simulator from "../../simulator";
import type { Rehearsal } from "../../simulator";
import { datacenterSpec } from "../datacenter-spec";
import { EXIT, Failure } from "../failure";
import { lazy } from "../lazy";
import type { CommonOptions } from "../output";
import { print, printJson, stdoutStyle } from "../output";
import { Progress } from "../progress";
import { renderPlan } from "../render/plan";
import { renderRehearsal } from "../render/rehearsal";
import { PROJECT_DIR, planned } from "../stacks";

/** Options of `lab rehearse`. */
export interface RehearseOptions extends CommonOptions {
  readonly state?: string;
  readonly engine: string;
}

/** Runs the program against the simulated datacenter and shows what became of it. */
export async function rehearse(stack: string, options: RehearseOptions): Promise<number> {
  if (options.engine === "pulumi") {
    throw new Failure(
      "missing-tool",
      "the real engine cannot be rehearsed with yet: leave out --engine, or use --engine embedded",
      EXIT.failed,
    );
  }
  const { config, plan, text, stack: name } = planned(stack);
  const blocking = blockingFindings(plan.findings);
  if (blocking.length > 0) {
    if (!options.json) print(renderPlan(plan, stdoutStyle(options)));
    const codes = [...new Set(blocking.map(({ code }) => code))].join(", ");
    throw new Failure("blocking-findings", `not rehearsed: mend or acknowledge ${codes}`, EXIT.failed);
  }

  // The simulator brings gRPC along: loaded only when it is needed.
  const { StateError, rehearse: run } = lazy("../simulator") as typeof simulator;
  const progress = new Progress();
  let rehearsal: Rehearsal;
  try {
    rehearsal = await run({
      stack: name,
      stackText: text,
      projectDir: PROJECT_DIR,
      datacenter: datacenterSpec(config),
      statePath: options.state,
      onProgress: (each) => {
        progress.show(each);
      },
    });
  } catch (error) {
    if (error instanceof StateError) throw new Failure("invalid-state", error.message, EXIT.usage);
    throw error;
  } finally {
    progress.end();
  }
  if (options.json) printJson(rehearsalJson(rehearsal, plan));
  else print(renderRehearsal(plan, rehearsal, stdoutStyle(options)));
  return rehearsal.result === "succeeded" ? EXIT.fine : EXIT.failed;
}

function rehearsalJson(rehearsal: Rehearsal, plan: Plan): object {
  return { ...rehearsal, findings: findingsJson(plan) };
}
