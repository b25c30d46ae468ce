import type { Operation, Rehearsal, RehearsedResource } from "../../simulator";
import { Faults } from "../../simulator/faults/faults";
import type { PlannedFault } from "../../simulator/faults/faults";
import { attribute } from "../../simulator/run/attribution";
import { missedFaults } from "../../simulator/run/rehearse";
import { lowerBound } from "../../simulator/run/lower-bound";
import { findBinaries } from "../../simulator/kubernetes-door/binaries";
import type { ProgressReport } from "../progress";
import type { PlannedStack } from "../stacks";
import { plain } from "../workspace";
import type { EngineEvent, Run, StepMetadata } from "./pulumi";
import { isEnginesOwn, killGroup, pulumi } from "./pulumi";
import { writeStackFile } from "./sandbox";
import type { Site } from "./site";
import { carryStack, openSite } from "./site";

/** Virtual seconds in a real one: fast enough not to be waited for, slow enough for clients that poll every second. */
const SPEED = 20;

/** Operations as the engine names them; what it does in several steps counts once. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  create: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
  same: "same",
  "create-replacement": "replace",
};

/** When a resource's operation began and ended, in virtual seconds, and whether it ended well. */
interface Times {
  readonly start: number;
  end: number;
  outcome: RehearsedResource["outcome"];
}

/** A resource as the exported state has it. */
interface Exported {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly dependencies?: readonly string[];
}

/**
 * Deploys a stack with the real engine and the real providers to a datacenter that speaks the real protocols. Inside of a
 * namespace only.
 *
 * @param from stack to deploy first; only what comes after it is reported
 * @param faults what is to go wrong
 */
export async function rehearseForReal(
  stack: PlannedStack,
  from: PlannedStack | undefined,
  faults: readonly PlannedFault[],
  onProgress: (progress: ProgressReport) => void,
): Promise<Rehearsal> {
  const armed = new Faults();
  const options = { binaries: findBinaries().found, speed: SPEED, faults: armed };
  const site = await openSite(from ? { ...from, stack: stack.stack } : stack, options);
  try {
    if (from) {
      const before = await up(site, armed, from.plan.parallel, ({ done, detail }) => {
        onProgress({ phase: "deploy", before: true, done, detail });
      });
      if (before.run.code !== 0) return report(stack, site, before, [], armed);
      carryStack(stack);
      writeStackFile(site.sandbox, stack.text);
    }
    armed.arm(faults);
    const after = await up(site, armed, stack.plan.parallel, ({ done, detail }) => {
      onProgress({ phase: "deploy", done, detail });
    });
    const { output } = await pulumi(site.sandbox, ["stack", "export"]);
    const exported = JSON.parse(output) as { deployment: { resources?: readonly Exported[] } };
    return report(stack, site, after, exported.deployment.resources ?? [], armed);
  } finally {
    await site.close();
  }
}

interface Deployment {
  readonly run: Run;
  readonly times: ReadonlyMap<string, Times>;
  readonly seconds: number;
}

async function up(
  { doors, sandbox }: Site,
  faults: Faults,
  parallel: number,
  onDone: (progress: { done: number; detail: string }) => void,
): Promise<Deployment> {
  const startedAt = doors.time.now();
  const times = new Map<string, Times>();
  let done = 0;
  const run = await pulumi(sandbox, ["up", "--yes", "--skip-preview", "--parallel", String(parallel)], {
    onStart: ({ pid }) => {
      faults.onKill = () => {
        killGroup(pid);
      };
    },
    onEvent: ({ resourcePreEvent, resOutputsEvent, resOpFailedEvent }: EngineEvent) => {
      const now = doors.time.now() - startedAt;
      const begun = resourcePreEvent?.metadata.urn;
      if (begun !== undefined && !times.has(begun)) times.set(begun, { start: now, end: now, outcome: "skipped" });
      const ended = (resOutputsEvent ?? resOpFailedEvent)?.metadata.urn;
      const entry = ended === undefined ? undefined : times.get(ended);
      if (ended === undefined || !entry) return;
      Object.assign(entry, { end: now, outcome: resOpFailedEvent ? "failed" : "done" });
      onDone({ done: ++done, detail: nameOf(ended) });
    },
  });
  return { run, times, seconds: doors.time.now() - startedAt };
}

function report(
  { stack }: PlannedStack,
  { doors }: Site,
  { run, times, seconds }: Deployment,
  state: readonly Exported[],
  faults: Faults,
): Rehearsal {
  const dependencies = new Map(state.map((each) => [each.urn, each.dependencies ?? []]));
  const resources = [...stepsByUrn(run)].map(([urn, step]): RehearsedResource => {
    const { start = 0, end = 0, outcome = "skipped" } = times.get(urn) ?? {};
    return {
      urn,
      type: step.type,
      name: nameOf(urn),
      parent: step.new?.parent ?? step.old?.parent ?? null,
      dependencies: dependencies.get(urn) ?? [],
      operation: OPERATIONS[step.op] ?? "same",
      outcome: step.op === "same" ? "done" : outcome,
      startSeconds: round(start),
      // A component stands for what it is made of, which has times of its own.
      endSeconds: round(step.new?.custom === false ? start : end),
      changes: step.op === "same" || step.op === "create" ? [] : changesOf(step),
      replacedBy: step.op === "replace" ? Object.keys(step.detailedDiff ?? {}) : [],
      inputs: step.new?.inputs ?? {},
    };
  });
  const bound = lowerBound(doors.dc);
  const known = state.map(({ urn, type, id = "", inputs = {} }) => ({
    urn,
    type,
    id,
    name: nameOf(urn),
    opened: inputs as never,
  }));
  const summary = { create: 0, update: 0, replace: 0, delete: 0, same: 0 };
  for (const { operation, outcome } of resources) if (outcome === "done") summary[operation]++;
  return {
    stack,
    engine: "pulumi",
    result: run.code === 0 ? "succeeded" : "failed",
    summary,
    resources,
    makespanSeconds: round(seconds),
    criticalPathSeconds: round(bound.seconds),
    criticalPath: attribute(bound.path, known, (subject) => doors.dc.vm(Number(subject))?.addresses[0]),
    violations: [],
    sensitivity: [{ factor: 1, makespanSeconds: round(seconds), criticalPathSeconds: round(bound.seconds) }],
    diagnostics: [...diagnosticsOf(run), ...missedFaults(faults)],
  };
}

/** The step that says most about each resource: a replacement is told in several. */
function stepsByUrn({ events }: Run): Map<string, StepMetadata> {
  const steps = new Map<string, StepMetadata>();
  for (const { resourcePreEvent } of events) {
    const step = resourcePreEvent?.metadata;
    if (!step || isEnginesOwn(step)) continue;
    const isPart = step.op === "create-replacement" || step.op === "delete-replaced";
    if (!isPart || !steps.has(step.urn)) steps.set(step.urn, step);
  }
  return steps;
}

function changesOf({ detailedDiff, old, new: now }: StepMetadata): RehearsedResource["changes"] {
  return Object.keys(detailedDiff ?? {}).map((path) => ({
    path,
    before: valueAt(old?.inputs, path),
    after: valueAt(now?.inputs, path),
  }));
}

/** Value at a path such as `disks[0].size`; null where there is none. */
function valueAt(inputs: unknown, path: string): unknown {
  const keys = path.split(/[.[\]]+/).filter((key) => key !== "");
  return keys.reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key] ?? null, inputs);
}

/** Errors and warnings, each once; how the providers were found is no one's trouble. */
function diagnosticsOf({ events, output, code }: Run): Rehearsal["diagnostics"] {
  const told = events.flatMap(({ diagnosticEvent }) => {
    const { severity = "", urn = "", message = "" } = diagnosticEvent ?? {};
    if ((severity !== "error" && severity !== "warning") || /using pulumi-resource-\S+ from \$PATH/.test(message)) return [];
    return [{ severity, urn, message: plain(message).trim() } as const];
  });
  const once = told.filter(({ message }, index) => told.findIndex((other) => other.message === message) === index);
  if (code === 0 || once.some(({ severity }) => severity === "error")) return once;
  return [...once, { severity: "error", urn: "", message: plain(output).trim() || `pulumi up ended with code ${code}` }];
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
