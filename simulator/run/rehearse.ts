import { labelOf } from "../datacenter/address-pools";
import { Datacenter } from "../datacenter/datacenter";
import { resume } from "../datacenter/machines";
import { DurationTable } from "../datacenter/durations";
import type { DatacenterSpec, DatacenterState } from "../datacenter/model";
import type { Recording, Registration } from "../door/recording";
import { Faults } from "../faults/faults";
import type { PlannedFault } from "../faults/faults";
import type { ModelContext } from "../models/model";
import type { Operation, Rehearsal, RehearsedResource, Violation } from "../report";
import type { SecretMarkers } from "../secrets";
import { blot } from "../secrets";
import { redact } from "../values";
import { attribute } from "./attribution";
import type { Execution, StepResult } from "./execute";
import { execute } from "./execute";
import { lowerBound } from "./lower-bound";
import type { KnownResource, RehearsalState } from "./state";
import { readState, writeState } from "./state";
import { changesOf } from "./changes";
import type { ProgramOptions } from "./recorded";
import { diagnosticsOf, leaksOf, recorded } from "./recorded";
import type { Step } from "./steps";
import { knownResource, planSteps } from "./steps";

/** What to rehearse. */
export interface RehearseOptions extends ProgramOptions {
  readonly datacenter: DatacenterSpec;
  /** State to begin with and to keep. @default an empty datacenter, nothing is kept */
  readonly statePath?: string;
  /** Stack file to rehearse first, on its own hardware: only what comes after it is reported. Excludes `statePath`. */
  readonly from?: Pick<RehearseOptions, "stackText" | "datacenter" | "secrets">;
  /** What is to go wrong. @default nothing */
  readonly faults?: readonly PlannedFault[];
  /**
   * What stops it before anything is touched, by what the state has and by what the program asks for, secrets still marked: of the
   * program's own rules, none of the datacenter's.
   *
   * @default nothing
   */
  readonly judge?: (resources: readonly KnownResource[], asked: readonly Registration[]) => readonly Violation[];
  /** Sees all that the program asked for, secrets still marked. */
  readonly onRecording?: (recording: Recording) => void;
  /** Sees the datacenter as it stands in the end. */
  readonly onDatacenter?: (state: DatacenterState) => void;
}

/** Factors on the assumed durations that every report covers; the run itself uses 1. */
const FACTORS = [0.5, 1, 2] as const;

/**
 * Runs the program against the simulated datacenter.
 *
 * First the program runs and everything it asks for is recorded; then the datacenter carries it out in virtual time. Nothing
 * the program reads depends on the time, so both together are what a live run would be, only the same on every machine.
 *
 * @throws {StateError} when the state file cannot be used
 * @throws {StartFailed} when what is to be begun from cannot be rehearsed itself
 */
export async function rehearse(options: RehearseOptions): Promise<Rehearsal> {
  const { stack, statePath, from } = options;
  const before = statePath === undefined ? from && (await start({ ...options, ...from })) : readState(statePath, stack);
  const { rehearsal, state } = await run(options, before);
  if (statePath !== undefined && state) writeState(statePath, state);
  if (state) options.onDatacenter?.(state.datacenter);
  return rehearsal;
}

/** The stack that was to be begun from could not be set up. */
export class StartFailed extends Error {
  constructor(public readonly rehearsal: Rehearsal) {
    super([...rehearsal.violations, ...rehearsal.diagnostics].map(({ message }) => message).join("\n"));
  }
}

/** Under the same stack's name: it is part of every URN, and another name would make everything another thing. */
async function start({ onProgress = () => undefined, ...options }: RehearseOptions): Promise<RehearsalState | undefined> {
  const { rehearsal, state } = await run(
    {
      ...options,
      onRecording: undefined,
      onExchange: undefined,
      judge: undefined,
      faults: undefined,
      onProgress: (progress) => {
        onProgress({ ...progress, before: true });
      },
    },
    undefined,
  );
  if (rehearsal.result === "failed") throw new StartFailed(rehearsal);
  return state;
}

/** One run from a state; no state follows when the program itself failed. */
async function run(
  options: RehearseOptions,
  state: RehearsalState | undefined,
): Promise<{ readonly rehearsal: Rehearsal; readonly state?: RehearsalState }> {
  const { stack, onProgress = () => undefined } = options;
  const { recording, monitor, markers } = await recorded(options, state?.seed);
  options.onRecording?.(recording);

  const judged = options.judge?.(state?.resources ?? [], recording.registrations) ?? [];
  const stopped = [...leaksOf(recording), ...judged];
  if (recording.exitCode !== 0 || stopped.length > 0) return { rehearsal: programFailed(stack, recording, stopped) };

  const steps = planSteps(recording.registrations, state?.resources ?? []);
  const contextOf = (step: Step): ModelContext => monitor.contextOf(step.registration ?? { urn: step.urn, provider: null });
  let done = 0;
  const runs = FACTORS.map((factor) => {
    const dc = new Datacenter(options.datacenter, new DurationTable(factor), state?.datacenter);
    resume(dc);
    const onDone = ({ step }: StepResult): void => {
      if (factor === 1)
        onProgress({ phase: "datacenter", done: ++done, total: steps.length, detail: step.urn.split("::").at(-1) });
    };
    const faults = new Faults(options.faults);
    const execution = execute(dc, steps, contextOf, onDone, { faults, parallel: options.parallel });
    return { factor, dc, execution, faults, bound: lowerBound(dc) };
  });
  const actual = runs.find((run) => run.factor === 1);
  if (!actual) throw new Error("no run with the table's own durations");
  onProgress({ phase: "bound", done: steps.length, total: steps.length });

  const rehearsal: Rehearsal = {
    stack,
    engine: "embedded",
    result: actual.execution.violations.length === 0 ? "succeeded" : "failed",
    summary: summarise(actual.execution.results),
    resources: actual.execution.results.map(rehearsedResource),
    makespanSeconds: round(actual.execution.makespanSeconds),
    criticalPathSeconds: round(actual.bound.seconds),
    criticalPath: attribute(actual.bound.path, recording.registrations, (subject) => actual.dc.vm(Number(subject))?.addresses[0]),
    violations: actual.execution.violations,
    sensitivity: runs.map(({ factor, execution, bound }) => ({
      factor,
      makespanSeconds: round(execution.makespanSeconds),
      criticalPathSeconds: round(bound.seconds),
    })),
    ...rehearsedServices(actual.dc),
    ...missedFaults(actual.faults, options.faults),
    diagnostics: diagnosticsOf(recording),
  };
  return { rehearsal, state: stateAfter(stack, markers, actual.execution, actual.dc) };
}

/** Services that wait for addresses, and those that have some. */
function rehearsedServices({ state }: Datacenter): Pick<Rehearsal, "services"> {
  const services = state.clusters
    .flatMap((cluster) => cluster.services ?? [])
    .map(({ namespace, name, addresses }) => ({ namespace, name, addresses }))
    .sort((a, b) => (labelOf(a) < labelOf(b) ? -1 : 1));
  return services.length === 0 ? {} : { services };
}

/** Faults that were asked for and never happened: without a word the run would pass for one that survived them. */
export function missedFaults(faults: Faults, planned: readonly PlannedFault[] = []): Pick<Rehearsal, "missedFaults"> {
  return planned.length === 0 ? {} : { missedFaults: faults.missed() };
}

function programFailed(stack: string, recording: Recording, violations: readonly Violation[]): Rehearsal {
  const diagnostics = [...diagnosticsOf(recording)];
  if (recording.exitCode !== 0 && !diagnostics.some(({ severity }) => severity === "error")) {
    const printed = blot(recording.printed).trim();
    diagnostics.push({
      severity: "error",
      urn: "",
      message: printed || `the program ended with code ${String(recording.exitCode)}`,
    });
  }
  return {
    stack,
    engine: "embedded",
    result: "failed",
    summary: summarise([]),
    resources: [],
    makespanSeconds: 0,
    criticalPathSeconds: 0,
    criticalPath: [],
    violations,
    sensitivity: [],
    diagnostics,
  };
}

function rehearsedResource({ step, outcome, startSeconds, endSeconds }: StepResult): RehearsedResource {
  const { urn, operation, registration, known } = step;
  const source = registration ?? known;
  return {
    urn,
    type: source?.type ?? "",
    name: source?.name ?? "",
    parent: source?.parent ?? null,
    dependencies: source?.dependencies ?? [],
    operation,
    outcome,
    startSeconds: round(startSeconds),
    endSeconds: round(endSeconds),
    changes: known && registration ? changesOf(step) : [],
    replacedBy: step.replacedBy,
    inputs: (registration ? redact(registration.inputs) : {}) as Record<string, unknown>,
  };
}

function summarise(results: readonly StepResult[]): Record<Operation, number> {
  const summary: Record<Operation, number> = { create: 0, update: 0, replace: 0, delete: 0, same: 0 };
  for (const { step, outcome } of results) if (outcome === "done") summary[step.operation]++;
  return summary;
}

/** What stands after the run: whatever was carried out, and whatever stood before and was not reached. */
function stateAfter(stack: string, markers: SecretMarkers, { results }: Execution, dc: Datacenter): RehearsalState {
  const resources = results.flatMap(({ step, outcome }): KnownResource[] => {
    if (outcome !== "done")
      return step.known && outcome === "skipped" ? [step.known] : step.operation === "create" || !step.known ? [] : [step.known];
    return step.registration ? [knownResource(step.registration)] : [];
  });
  return { version: 3, stack, seed: markers.seed, resources, datacenter: dc.state };
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
