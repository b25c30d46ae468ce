import type { EngineEvent } from "@pulumi/pulumi/automation";
import { isEnginesOwn } from "../explanation";
import { DONE } from "./verbs";

/** Something an operation does, or would do, to a resource. */
export interface Change {
  /** As the engine has it, for instance `update`. */
  readonly operation: string;
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** False for a component, which only groups others. */
  readonly custom: boolean;
  /** Properties that differ, for instance `memory.dedicated`. */
  readonly properties: readonly string[];
}

type Metadata = NonNullable<EngineEvent["resOutputsEvent"]>["metadata"];

/** Steps that stand for no change of their own: the engine counts the replacement itself. */
const PARTS = ["same", "refresh", "read", "create-replacement", "delete-replaced", "discard-replaced", "read-replacement"];

/** The changes among an operation's events, in the order of their URNs. */
export class Changes {
  private readonly byUrn = new Map<string, Change>();

  /** Takes one event in. */
  public take({ resourcePreEvent, resOutputsEvent }: EngineEvent): void {
    // A preview of a refresh learns what differs only when the provider has answered.
    const metadata = resOutputsEvent?.metadata ?? resourcePreEvent?.metadata;
    if (metadata) this.add(metadata);
  }

  public all(): Change[] {
    return [...this.byUrn.values()].sort((a, b) => (a.urn < b.urn ? -1 : 1));
  }

  private add({ op, urn, type, detailedDiff, diffs, new: after, old: before }: Metadata): void {
    if (PARTS.includes(op) || !(op in DONE) || isEnginesOwn(urn)) return;
    const properties = Object.keys(detailedDiff ?? {}).sort();
    const known = properties.length > 0 ? properties : [...(diffs ?? [])].sort();
    const custom = (after ?? before)?.custom ?? true;
    this.byUrn.set(urn, { operation: op, urn, type, name: urn.split("::").slice(3).join("::"), custom, properties: known });
  }
}
