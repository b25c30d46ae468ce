import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { Diagnostic } from "../explanation";
import { plain } from "../plain";
import { Changes } from "./changes";

/** How many resources were created, updated and so on. */
export type Summary = Readonly<Record<string, number>>;

/** Something that is being done to a resource. */
export interface Step {
  readonly urn: string;
  /** For instance `create`. */
  readonly op: string;
  /** URN of the resource it belongs to; undefined for the stack itself. */
  readonly parent: string | undefined;
  /** False for a component, which only groups others. */
  readonly custom: boolean;
  /** When it began, in milliseconds of the clock that was handed over. */
  readonly startedAt: number;
}

/** A step that has ended. */
export interface EndedStep extends Step {
  readonly failed: boolean;
  readonly seconds: number;
}

/** What a policy says that stops nothing. */
export interface Advice {
  readonly policy: string;
  /** Empty for a policy about the whole stack. */
  readonly urn: string;
  readonly message: string;
}

type Metadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

/** What one operation of the engine has come to, by its events. */
export class Tracker {
  /** Steps under way, the oldest first. */
  public readonly underWay = new Map<string, Step>();
  /** Every resource that was seen, and the one it belongs to. */
  public readonly parents = new Map<string, string | undefined>();
  /** Steps that have ended, those that changed nothing among them. */
  public readonly ended: EndedStep[] = [];
  /** Resources of which a step has ended. */
  public readonly done = new Set<string>();
  public readonly errors: Diagnostic[] = [];
  public readonly advice: Advice[] = [];
  public readonly changes = new Changes();
  /** Set by the last event of an operation that got that far. */
  public summary: Summary = {};

  /**
   * @param now milliseconds of a clock
   * @param onEnded called with each step as it ends
   */
  constructor(
    private readonly now: () => number,
    private readonly onEnded: (step: EndedStep) => void = () => undefined,
  ) {}

  /** Takes one event in. */
  public take(event: EngineEvent): void {
    const { diagnosticEvent, resourcePreEvent, resOutputsEvent, resOpFailedEvent, policyEvent, summaryEvent } = event;
    this.changes.take(event);
    if (policyEvent) this.judged(policyEvent);
    if (diagnosticEvent?.severity === "error") {
      this.errors.push({ urn: diagnosticEvent.urn ?? "", message: diagnosticEvent.message });
    }
    // The engine counts what it will have done; a step that failed is not done.
    if (summaryEvent) this.summary = summaryEvent.resourceChanges;
    if (resourcePreEvent) this.begin(resourcePreEvent.metadata);
    if (resOutputsEvent) this.end(resOutputsEvent.metadata, false);
    if (resOpFailedEvent) this.end(resOpFailedEvent.metadata, true);
  }

  private judged({ policyName, resourceUrn = "", message, enforcementLevel }: NonNullable<EngineEvent["policyEvent"]>): void {
    const told = plain(message).trim();
    if (enforcementLevel === "mandatory") this.errors.push({ urn: resourceUrn, message: `policy ${policyName}: ${told}` });
    else this.advice.push({ policy: policyName, urn: resourceUrn, message: told });
  }

  private begin({ urn, op, new: after, old: before }: Metadata): void {
    const parent = (after ?? before)?.parent;
    const known = parent === undefined || parent === "" ? undefined : parent;
    this.parents.set(urn, known);
    const custom = (after ?? before)?.custom ?? true;
    this.underWay.set(keyOf(urn, op), { urn, op, parent: known, custom, startedAt: this.now() });
  }

  private end({ urn, op, new: after, old: before }: Metadata, failed: boolean): void {
    const key = keyOf(urn, op);
    const startedAt = this.underWay.get(key)?.startedAt ?? this.now();
    this.underWay.delete(key);
    this.done.add(urn);
    const custom = (after ?? before)?.custom ?? true;
    const seconds = (this.now() - startedAt) / 1000;
    const step = { urn, op, parent: this.parents.get(urn), custom, startedAt, failed, seconds };
    this.ended.push(step);
    this.onEnded(step);
  }
}

/** A replacement has several steps of one resource. */
function keyOf(urn: string, op: string): string {
  return `${op} ${urn}`;
}
