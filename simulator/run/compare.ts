import { Datacenter } from "../datacenter/datacenter";
import { DurationTable } from "../datacenter/durations";
import { resume } from "../datacenter/machines";
import type { DatacenterSpec, DatacenterState } from "../datacenter/model";
import type { Recording } from "../door/recording";
import type { ModelContext } from "../models/model";
import type { Change, Operation, RehearsalProgress, Violation } from "../report";
import { SecretMarkers } from "../secrets";
import type { Json } from "../values";
import { plain } from "../values";
import { changesOf, shown } from "./changes";
import { execute } from "./execute";
import type { ProgramOptions, Recorded } from "./recorded";
import { diagnosticsOf, leaksOf, recorded } from "./recorded";
import type { KnownResource } from "./state";
import type { Step } from "./steps";
import { knownResource, planSteps } from "./steps";

/** One of two versions of a stack. */
export interface ComparedSide extends Pick<ProgramOptions, "stackText" | "projectDir" | "program" | "secrets" | "parallel"> {
  /** Its hardware. @default unknown: then nothing is said of what a datacenter would refuse */
  readonly datacenter?: DatacenterSpec;
}

/** What to compare; a side that is missing is a stack that does not exist, any more or yet. */
export interface CompareOptions {
  readonly stack: string;
  readonly before?: ComparedSide | undefined;
  readonly after?: ComparedSide | undefined;
  readonly onProgress?: (progress: RehearsalProgress) => void;
}

/** One resource with what the engine would do to it; every secret is the string `[secret]`. */
export interface ComparedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly parent: string | null;
  readonly operation: Operation;
  readonly changes: readonly Change[];
  /** The changed inputs, or the replaced resources, that force a replacement. */
  readonly replacedBy: readonly string[];
  /** Inputs as they were; null for what is created. */
  readonly before: Readonly<Record<string, Json>> | null;
  /** Inputs as they will be; null for what is deleted. */
  readonly after: Readonly<Record<string, Json>> | null;
  /** Whether it was protected before: then the engine refuses to replace or delete it. */
  readonly wasProtected: boolean;
  readonly isProtected: boolean;
  /** Whether it stays where it is when the program no longer asks for it. */
  readonly retained: boolean;
  /** Whether it goes with something that is deleted or replaced, without anybody being asked. */
  readonly carried: boolean;
}

/** What the program says of the cluster as a whole, in what it has machine configurations made of. */
export interface ClusterFacts {
  readonly clusterName: string;
  readonly clusterEndpoint: string;
  readonly talosVersion: string;
  readonly kubernetesVersion: string;
}

/** What becomes of a stack between two versions of it. */
export interface Comparison {
  /** In order of the program, what goes last; without components, which are nothing outside of the state. */
  readonly resources: readonly ComparedResource[];
  /** Null where there is no such side, or where it has no machines. */
  readonly before: ClusterFacts | null;
  readonly after: ClusterFacts | null;
  /** The first rule of the datacenter that the change breaks, were nothing protected. */
  readonly refusals: readonly Violation[];
  /** Why nothing is known of that; null where it is. */
  readonly unrehearsed: string | null;
}

/** A program that did not get as far as saying what it wants. */
export class ProgramFailed extends Error {
  constructor(
    public readonly side: "before" | "after",
    message: string,
  ) {
    super(message);
  }
}

/**
 * Compares what two versions of a stack ask for, as the engine's preview would. Nothing has to be deployable: that is what is found
 * out.
 *
 * @throws {ProgramFailed} when one of the two programs ends with an error
 */
export async function compare(options: CompareOptions): Promise<Comparison> {
  // Both sides have the same stand-ins: a secret that nobody set anew is the same.
  const { seed } = new SecretMarkers();
  const before = await sideOf("before", options, seed);
  const after = await sideOf("after", options, seed);
  const known = before?.recording.registrations.map(knownResource) ?? [];
  const steps = planSteps(after?.recording.registrations ?? [], known);
  const going = new Set(steps.filter(({ operation }) => ["delete", "replace"].includes(operation)).map(({ urn }) => urn));
  return {
    resources: steps.filter(isCustom).map((step) => comparedResource(step, going)),
    before: factsOf(before?.recording),
    after: factsOf(after?.recording),
    ...rehearsed(options, steps, before, after),
  };
}

async function sideOf(
  side: "before" | "after",
  { stack, onProgress = () => undefined, [side]: of }: CompareOptions,
  seed: string,
): Promise<Recorded | undefined> {
  if (!of) return undefined;
  const show = (progress: RehearsalProgress): void => {
    onProgress({ ...progress, before: side === "before" });
  };
  const result = await recorded({ ...of, stack, onProgress: show }, seed);
  const { recording } = result;
  const errors = diagnosticsOf(recording).filter(({ severity }) => severity === "error");
  if (recording.exitCode !== 0) {
    const printed = errors.map(({ message }) => message).join("\n") || recording.printed.trim().split("\n").slice(-5).join("\n");
    throw new ProgramFailed(side, printed || `the program ended with code ${String(recording.exitCode)}`);
  }
  const [leak] = leaksOf(recording);
  if (leak) throw new ProgramFailed(side, leak.message);
  return result;
}

function isCustom({ registration, known }: Step): boolean {
  return (registration ?? known)?.custom === true;
}

function comparedResource(step: Step, going: ReadonlySet<string>): ComparedResource {
  const { urn, operation, registration, known, kept } = step;
  const source = registration ?? known;
  const inputs = (of: KnownResource["inputs"] | undefined): ComparedResource["before"] =>
    of === undefined ? null : (shown({ ...of }) as Record<string, Json>);
  return {
    urn,
    type: source?.type ?? "",
    name: source?.name ?? "",
    parent: source?.parent ?? null,
    operation,
    changes: known && registration ? changesOf(step) : [],
    replacedBy: step.replacedBy,
    before: inputs(known?.inputs),
    after: inputs(kept ?? (registration && knownResource(registration).inputs)),
    wasProtected: known?.protect === true,
    isProtected: registration?.protect === true,
    retained: known?.retainOnDelete === true,
    carried: going.has(known?.deletedWith ?? ""),
  };
}

/** Every machine's configuration is of the same cluster: the first one tells. */
function factsOf(recording: Recording | undefined): ClusterFacts | null {
  const call = recording?.invocations.find(({ token }) => token === "talos:machine/getConfiguration:getConfiguration");
  if (!call) return null;
  const text = (name: string): string => {
    const value = plain(call.inputs[name] ?? null);
    return typeof value === "string" ? value : "";
  };
  return {
    clusterName: text("clusterName"),
    clusterEndpoint: text("clusterEndpoint"),
    talosVersion: text("talosVersion"),
    kubernetesVersion: text("kubernetesVersion"),
  };
}

/** Carries the change out in the simulated datacenter, and says what stops it there. */
function rehearsed(
  { before: from, after: to }: CompareOptions,
  steps: readonly Step[],
  before: Recorded | undefined,
  after: Recorded | undefined,
): Pick<Comparison, "refusals" | "unrehearsed"> {
  if (!after || !to) return { refusals: [], unrehearsed: null };
  if (!to.datacenter || (from && !from.datacenter)) return { refusals: [], unrehearsed: "the hardware of the base is not known" };
  const start =
    before && from?.datacenter && carryOut(from, from.datacenter, planSteps(before.recording.registrations, []), before);
  const [broken] = start?.violations ?? [];
  if (broken) return { refusals: [], unrehearsed: `the base itself cannot be rehearsed today: ${broken.message}` };
  const { violations } = carryOut(to, to.datacenter, steps.map(unprotected), after, start?.state);
  return { refusals: violations, unrehearsed: null };
}

function carryOut(
  { parallel }: ComparedSide,
  spec: DatacenterSpec,
  steps: readonly Step[],
  { monitor }: Recorded,
  state?: DatacenterState,
): { readonly violations: readonly Violation[]; readonly state: DatacenterState } {
  const dc = new Datacenter(spec, new DurationTable(1), state);
  resume(dc);
  const contextOf = ({ registration, urn }: Step): ModelContext => monitor.contextOf(registration ?? { urn, provider: null });
  const { violations } = execute(dc, steps, contextOf, undefined, { parallel });
  return { violations, state: dc.state };
}

/** Protection is told of by itself: whoever lifts it must know what comes next. */
function unprotected(step: Step): Step {
  return step.known ? { ...step, known: { ...step.known, protect: false } } : step;
}
