import type { Operation, Rehearsal, RehearsedResource } from "../../simulator";
import type { Faults, PlannedFault } from "../../simulator/faults/faults";
import { attribute } from "../../simulator/run/attribution";
import { lowerBound } from "../../simulator/run/lower-bound";
import { missedFaults } from "../../simulator/run/rehearse";
import type { PlannedStack } from "../stacks";
import { plain } from "../plain";
import type { Run, StepMetadata } from "./pulumi";
import { isEnginesOwn } from "../explanation";
import type { Site } from "./site";

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
export interface Times {
  readonly start: number;
  end: number;
  outcome: RehearsedResource["outcome"];
}

/** A resource as the exported state has it. */
export interface Exported {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly parent?: string;
  readonly retainOnDelete?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly dependencies?: readonly string[];
}

/** An update, and when in it everything happened. */
export interface Deployment {
  readonly run: Run;
  readonly times: ReadonlyMap<string, Times>;
  readonly seconds: number;
}

/** What became of an update, as every rehearsal is reported. */
export function report(
  { stack }: PlannedStack,
  { doors }: Site,
  { run, times, seconds }: Deployment,
  state: readonly Exported[],
  { faults, planned }: { readonly faults: Faults; readonly planned: readonly PlannedFault[] },
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
    ...missedFaults(faults, planned),
    diagnostics: diagnosticsOf(run),
  };
}

/** The step that says most about each resource: a replacement is told in several. */
function stepsByUrn({ events }: Run): Map<string, StepMetadata> {
  const steps = new Map<string, StepMetadata>();
  for (const { resourcePreEvent } of events) {
    const step = resourcePreEvent?.metadata;
    if (!step || isEnginesOwn(step.urn)) continue;
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

/** The name in a URN. */
export function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
