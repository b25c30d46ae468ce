import type { Process } from "../clock/clock";
import { sleep } from "../clock/clock";
import type { Datacenter } from "../datacenter/datacenter";
import { LIMITS } from "../datacenter/durations";
import { isReady } from "../datacenter/kubernetes";
import { RuleBroken } from "../datacenter/model";
import type { ModelContext } from "../models/model";
import { modelOf } from "../models/registry";
import type { Fault } from "../faults/faults";
import { Faults } from "../faults/faults";
import type { Violation } from "../report";
import type { Step } from "./steps";

/** How one step went, in simulated seconds. */
export interface StepResult {
  readonly step: Step;
  outcome: "done" | "failed" | "skipped";
  startSeconds: number;
  endSeconds: number;
}

/** What an execution led to. */
export interface Execution {
  readonly results: readonly StepResult[];
  readonly violations: readonly Violation[];
  readonly makespanSeconds: number;
}

/** How an execution may differ. */
export interface ExecuteOptions {
  readonly faults?: Faults;
  /** Operations that are under way at once. @default what the engine does by itself on four cores */
  readonly parallel?: number | undefined;
}

/**
 * Carries out the steps in the datacenter as the engine would: a step starts when all it depends on has ended and a slot is
 * free; after the first failure nothing new starts; deletions come last, dependants first.
 */
export function execute(
  dc: Datacenter,
  steps: readonly Step[],
  contextOf: (step: Step) => ModelContext,
  onDone: (result: StepResult) => void = () => undefined,
  { faults = new Faults(), parallel = LIMITS.engineParallelism }: ExecuteOptions = {},
): Execution {
  const going = new Set(steps.filter(({ operation }) => ["delete", "replace"].includes(operation)).map(({ urn }) => urn));
  const run = new Run(dc, { contextOf, going, onDone, faults, parallel });
  const kept = steps.filter((step) => step.operation !== "delete");
  const deleted = steps.filter((step) => step.operation === "delete");
  const results = [
    ...run.all(kept, (step) => step.registration?.dependencies ?? []),
    ...run.all(deleted, (step) => dependantsOf(step, deleted)),
  ];
  if (run.violations.length === 0) run.violations.push(...unfinished(dc));
  return { results, violations: run.violations, makespanSeconds: dc.clock.now };
}

interface RunOptions {
  readonly contextOf: (step: Step) => ModelContext;
  /** URNs of what is deleted or replaced in this run. */
  readonly going: ReadonlySet<string>;
  readonly onDone: (result: StepResult) => void;
  readonly faults: Faults;
  readonly parallel: number;
}

class Run {
  public readonly violations: Violation[] = [];
  private readonly ready: StepResult[] = [];
  private active = 0;
  /** Steps that take no time end while the loop still runs: they must not start another one inside it. */
  private starting = false;

  constructor(
    private readonly dc: Datacenter,
    private readonly options: RunOptions,
  ) {}

  public all(steps: readonly Step[], dependenciesOf: (step: Step) => readonly string[]): StepResult[] {
    const results = new Map<string, StepResult>();
    for (const step of steps) results.set(step.urn, { step, outcome: "skipped", startSeconds: 0, endSeconds: 0 });
    const waitingFor = new Map<string, number>();
    const dependants = new Map<string, StepResult[]>();
    for (const result of results.values()) {
      const dependencies = dependenciesOf(result.step).filter((urn) => results.has(urn));
      waitingFor.set(result.step.urn, dependencies.length);
      for (const urn of dependencies) dependants.set(urn, [...(dependants.get(urn) ?? []), result]);
    }
    const ended = (result: StepResult): void => {
      this.options.onDone(result);
      if (result.outcome !== "done") return;
      for (const dependant of dependants.get(result.step.urn) ?? []) {
        const left = (waitingFor.get(dependant.step.urn) ?? 0) - 1;
        waitingFor.set(dependant.step.urn, left);
        if (left === 0) this.ready.push(dependant);
      }
      this.startReady(ended);
    };
    this.ready.push(...[...results.values()].filter((result) => waitingFor.get(result.step.urn) === 0));
    this.startReady(ended);
    this.dc.clock.run();
    this.ready.length = 0;
    return [...results.values()];
  }

  private startReady(ended: (result: StepResult) => void): void {
    if (this.starting) return;
    this.starting = true;
    while (this.violations.length === 0 && this.active < this.options.parallel) {
      const next = this.ready.shift();
      if (!next) break;
      this.active++;
      this.dc.clock.spawn(this.carryOut(next, ended));
    }
    this.starting = false;
  }

  private *carryOut(result: StepResult, ended: (result: StepResult) => void): Process {
    result.startSeconds = this.dc.clock.now;
    try {
      yield* this.operate(result.step);
      result.outcome = "done";
    } catch (error) {
      // Anything but a broken rule is a fault of the simulator itself and must surface as one.
      if (!(error instanceof RuleBroken)) throw error;
      result.outcome = "failed";
      this.violations.push({ rule: error.rule, urn: result.step.urn, message: error.message });
    }
    result.endSeconds = this.dc.clock.now;
    this.active--;
    ended(result);
    this.startReady(ended);
  }

  private *operate(step: Step): Process {
    const { operation, registration, known } = step;
    const type = registration?.type ?? known?.type ?? "";
    const model = modelOf(type);
    if (!model || operation === "same") return;
    const parting = model.parting === undefined ? "" : `: ${model.parting}`;
    if ((operation === "replace" || operation === "delete") && known?.protect === true) {
      throw new RuleBroken("protected", `${known.name} is protected and would be ${operation}d${reasons(step)}${parting}`);
    }
    const fault = this.options.faults.strikeResource(type);
    const effect = fault?.effect;
    if (effect?.kind === "swallowed") return;
    // What only takes longer is waited for: the program's own waits are longer than any of these.
    const waits = effect?.kind === "late" || effect?.kind === "outage" ? effect.seconds : undefined;
    if (waits !== undefined) yield* sleep(waits);
    else if (fault && !happensAfter(fault)) throw new RuleBroken("fault", fault.what);
    const context = this.options.contextOf(step);
    const before = known?.inputs ?? {};
    const after = registration?.opened ?? {};
    // What carried it is deleted too: the provider is not asked.
    const carried = this.options.going.has(known?.deletedWith ?? "");
    if (operation === "delete" || operation === "replace") {
      // What the state says, not what the program does: that no longer speaks of it.
      if (known?.retainOnDelete === true) model.abandon?.(this.dc, before);
      else if (!carried) yield* model.delete?.(this.dc, before) ?? nothing();
    }
    if (operation === "create" || operation === "replace") yield* model.create?.(this.dc, after, context) ?? nothing();
    if (operation === "update" && registration?.id !== known?.id) throw idInPlace(step);
    if (operation === "update") yield* model.update?.(this.dc, after, before, context) ?? nothing();
    if (fault && waits === undefined) throw new RuleBroken("fault", fault.what);
  }
}

/** The engine keeps a resource's id as long as it is updated: what a provider says of another one reaches nobody. */
function idInPlace({ registration, known, changes }: Step): RuleBroken {
  return new RuleBroken(
    "id-in-place",
    `${known?.name ?? ""}: with ${changes.join(", ")} its id would go from ${known?.id ?? ""} to ${registration?.id ?? ""}, but an update keeps the old one, and so does whatever is made from it: it has to be replaced`,
  );
}

/** Whether what is asked for is carried out all the same. */
function happensAfter({ effect }: Fault): boolean {
  return effect.kind === "lost" || (effect.kind === "task" && effect.done);
}

function* nothing(): Process {
  // Takes no time.
}

function reasons({ replacedBy }: Step): string {
  return replacedBy.length > 0 ? ` (${replacedBy.join(", ")} changed)` : "";
}

/** Deletions wait for whatever depends on the thing to be gone first. */
function dependantsOf(step: Step, deleted: readonly Step[]): string[] {
  return deleted.filter((other) => other.known?.dependencies.includes(step.urn)).map((other) => other.urn);
}

/** What must not be left over when the program has got all it asked for. */
function unfinished(dc: Datacenter): Violation[] {
  const blank = dc.state.vms.filter((vm) => vm.running && !vm.machine && !vm.guest);
  const left = dc.state.clusters.filter((cluster) => cluster.nodes.length > 0 && !isReady(dc, cluster));
  return [
    ...blank.map((vm) => ({
      rule: "machine-unconfigured",
      urn: "",
      message: `${vm.name} runs but was never given a configuration: it stays in maintenance mode`,
    })),
    ...left.map((cluster) => ({
      rule: "cluster-not-ready",
      urn: "",
      message: `The cluster at ${cluster.endpoint} never became ready: ${cluster.networkReady.length} of ${dc.state.vms.filter((vm) => vm.machine?.clusterKey === cluster.key).length} machines have a pod network${cluster.coreDns ? "" : ", CoreDNS does not run"}`,
    })),
  ];
}
