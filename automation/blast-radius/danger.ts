import type { DangerCode } from "../../config/dangers";
import type { StackConfig } from "../../config/schema";
import type { Plan } from "../../planner";
import type { ComparedResource, Comparison } from "../../simulator";

/** Something that a change does and that its reviewer has to know. */
export interface Danger {
  readonly code: DangerCode;
  /** What is meant: a machine, a release, a namespace, the cluster; what `of` of a consent names. */
  readonly of: string;
  /** URN of the resource; null where it is about the stack as a whole. */
  readonly urn: string | null;
  /** What happens, with figures; no final period. */
  readonly what: string;
  /** What follows from it; no final period. */
  readonly consequence: string;
  /** What consents to it, or what to do in its place; null where nobody is asked. */
  readonly consent: string | null;
  /** Why it may pass: the reason given, or the switch that is set. Null where it may not, or where nobody is asked. */
  readonly consented: string | null;
}

/** A danger before it is known who consents to it. */
export type Found = Omit<Danger, "consequence" | "consent" | "consented"> & {
  /** A switch of its own that is set. */
  readonly consented?: string;
  /** What else it takes beside consent. */
  readonly besides?: string;
};

/** What is judged: what would be done, and what the two versions of the stack file say. */
export interface Change {
  readonly comparison: Comparison;
  readonly before: { readonly text: string } | null;
  readonly after: { readonly text: string; readonly config: StackConfig; readonly plan: Plan } | null;
}

/** One rule: what of a change is dangerous in its eyes. */
export type Judge = (change: Change) => Found[];

/** What the engine makes no question of: it stays, or goes with something that is told of by itself. */
export function isGone({ operation, retained, carried }: ComparedResource): boolean {
  return operation === "delete" && !retained && !carried;
}

/** The engine refuses to touch what is protected: whoever means it has to lift that first. */
export function unprotecting({ wasProtected }: ComparedResource): Pick<Found, "besides"> {
  return wasProtected ? { besides: "it is protected, and goes only after pulumi state unprotect" } : {};
}
