import { createRequire } from "node:module";
import { stripVTControlCharacters } from "node:util";
import { labelOf } from "../datacenter/address-pools";
import { Datacenter } from "../datacenter/datacenter";
import { resume } from "../datacenter/machines";
import { DurationTable } from "../datacenter/durations";
import type { DatacenterSpec, DatacenterState } from "../datacenter/model";
import { EngineDoor } from "../door/engine-door";
import { Monitor } from "../door/monitor";
import type { Exchange } from "../door/exchange";
import type * as inProcess from "../door/in-process";
import { readProject, runProgram } from "../door/program";
import type { ProgramEnd, ProgramRun } from "../door/program";
import type { Recording } from "../door/recording";
import { programConfig } from "../door/stack-config";
import { Faults } from "../faults/faults";
import type { PlannedFault } from "../faults/faults";
import type { ModelContext } from "../models/model";
import type { Operation, Rehearsal, RehearsalProgress, RehearsedResource, Violation } from "../report";
import { SecretMarkers, blot } from "../secrets";
import type { Properties } from "../values";
import { findInClear, redact } from "../values";
import { LIMITS } from "../datacenter/durations";
import { attribute } from "./attribution";
import type { Execution, StepResult } from "./execute";
import { execute } from "./execute";
import { lowerBound } from "./lower-bound";
import type { KnownResource, RehearsalState } from "./state";
import { readState, writeState } from "./state";
import { changesOf } from "./changes";
import type { Step } from "./steps";
import { keptInputs, planSteps, triggerOf } from "./steps";

/** What to rehearse. */
export interface RehearseOptions {
  readonly stack: string;
  /** Text of the stack file. */
  readonly stackText: string;
  /** Folder of `Pulumi.yaml`. */
  readonly projectDir: string;
  readonly datacenter: DatacenterSpec;
  /** Program to run instead of the project's own. @default `main` of `Pulumi.yaml` */
  readonly main?: string;
  /**
   * The same program as a function that runs in this process, twenty times as fast; answers what the program exports. One runs at a
   * time, and `main` is not looked at.
   *
   * @default the program runs in a process of its own
   */
  readonly program?: inProcess.Program;
  /** Keys of secrets that the program needs: where the stack file has none yet, stand-ins are made. @default none */
  readonly secrets?: readonly string[];
  /** State to begin with and to keep. @default an empty datacenter, nothing is kept */
  readonly statePath?: string;
  /** Stack file to rehearse first, on its own hardware: only what comes after it is reported. Excludes `statePath`. */
  readonly from?: Pick<RehearseOptions, "stackText" | "datacenter" | "secrets">;
  /** Operations that are under way at once. @default what the engine does by itself on four cores */
  readonly parallel?: number | undefined;
  /** What is to go wrong. @default nothing */
  readonly faults?: readonly PlannedFault[];
  /** What stops it before anything is touched, by what the state has: of the program's own rules, none of the datacenter's. @default nothing */
  readonly judge?: (resources: readonly KnownResource[]) => readonly Violation[];
  readonly onProgress?: (progress: RehearsalProgress) => void;
  /** Sees all that the program asked for, secrets still marked. */
  readonly onRecording?: (recording: Recording) => void;
  /** Sees every request of the program and its answer as they are: stand-ins for secrets in the clear. */
  readonly onExchange?: (exchange: Exchange) => void;
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
  const { recording, monitor, markers } = await recorded(options, state);
  options.onRecording?.(recording);

  const stopped = [...leaksOf(recording), ...(options.judge?.(state?.resources ?? []) ?? [])];
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

/** What a program asks for, without any of it being carried out. */
export async function record(options: RehearseOptions): Promise<Recording> {
  return (await recorded(options, undefined)).recording;
}

interface Recorded {
  readonly recording: Recording;
  readonly monitor: Monitor;
  readonly markers: SecretMarkers;
}

async function recorded(options: RehearseOptions, state: RehearsalState | undefined): Promise<Recorded> {
  const { stack, stackText, projectDir, onProgress = () => undefined } = options;
  const markers = new SecretMarkers(state?.seed);
  const project = readProject(projectDir);
  const monitor = new Monitor(stack, project.name, markers, ({ name }, done) => {
    onProgress({ phase: "program", done, detail: name });
  });

  const door = new EngineDoor(monitor, options.onExchange);
  try {
    const run: ProgramRun = {
      project: options.main === undefined ? project : { ...project, main: options.main },
      projectDir,
      stack,
      config: programConfig(stackText, project.name, markers, options.secrets),
      dryRun: false,
      parallel: options.parallel ?? LIMITS.engineParallelism,
    };
    const end = await (options.program ? runHere(run, door, options.program) : runProgram(run, await door.open()));
    return { recording: monitor.recording(end.code, end.stdout + end.stderr), monitor, markers };
  } finally {
    door.close();
  }
}

/** The SDK is loaded only here: a program in a process of its own brings its own. */
function runHere(run: ProgramRun, door: EngineDoor, program: inProcess.Program): Promise<ProgramEnd> {
  const { runInProcess } = createRequire(__filename)("../door/in-process") as typeof inProcess;
  return runInProcess(run, door, program);
}

/** Every place outside of a secret where a stand-in secret shows. */
function leaksOf(recording: Recording): Violation[] {
  const look = (urn: string, properties: Properties, what: string): Violation[] =>
    findInClear(properties, SecretMarkers.pattern).map((path) => ({
      rule: "secret-in-clear",
      urn,
      message: `${what} ${path} holds a secret in the clear`,
    }));
  return [
    ...recording.registrations.flatMap(({ urn, inputs, outputs }) => {
      const asked = look(urn, inputs, "input");
      return asked.length > 0 ? asked : look(urn, outputs, "output");
    }),
    ...Object.entries(recording.componentOutputs).flatMap(([urn, outputs]) => look(urn, outputs, "component output")),
    ...(SecretMarkers.pattern.test(recording.printed + recording.diagnostics.map(({ message }) => message).join("\n"))
      ? [{ rule: "secret-in-clear", urn: "", message: "the program printed a secret" }]
      : []),
  ];
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

function diagnosticsOf({ diagnostics }: Recording): Rehearsal["diagnostics"] {
  const shown = diagnostics.map(({ severity, urn, message }) => ({ severity, urn, message: withoutStack(blot(message)) }));
  return shown.filter((each, index) => shown.findIndex((other) => other.message === each.message) === index);
}

/**
 * What a person can use of a message: no colours, no stack frames, no repetition of how the error came up through the layers.
 * Whether the SDK says that the program was running is left to chance: it depends on whether its last line was reached in time.
 */
function withoutStack(message: string): string {
  return stripVTControlCharacters(message)
    .replace(/^Running program '[^']*' failed with an unhandled exception:\n/, "")
    .split("\n")
    .filter((line) => !/^\s+at |^\s+\.\.\. \d+ lines matching |^\s*promise: |^}$/.test(line))
    .join("\n")
    .replaceAll(/(error serializing property "[^"]*": )+/g, "")
    .replaceAll(/<ref \*\d+> /g, "")
    .replace(/ \{\s*$/, "")
    .trim();
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
    const { registration } = step;
    if (!registration) return [];
    const { urn, type, name, custom, parent, id, dependencies, protect, retainOnDelete, deletedWith } = registration;
    const [inputs, trigger] = [keptInputs(registration), triggerOf(registration)];
    return [{ urn, type, name, custom, parent, id, inputs, dependencies, protect, retainOnDelete, deletedWith, trigger }];
  });
  return { version: 3, stack, seed: markers.seed, resources, datacenter: dc.state };
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
