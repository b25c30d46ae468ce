import type { PolicyName } from "../config/policies";
import type { FindingCode } from "../planner/findings/catalog";
import type { PolicyFacts } from "./facts";
import type { Values } from "./values";

/** A resource as the engine has it, whichever program asked for it. */
export interface DeclaredResource {
  readonly urn: string;
  /** Type token, for instance `kubernetes:core/v1:Namespace`. */
  readonly type: string;
  readonly name: string;
  /** Inputs before the resource is touched; what came of it where a whole stack is judged. */
  readonly properties: Values;
  readonly protect: boolean;
}

/** What is wrong with one resource. */
export interface Complaint {
  readonly urn: string;
  /** With the value and its path, never a secret; no final period. */
  readonly message: string;
}

interface PolicyHead {
  /** Its name in Pulumi and in stack files, and its section in `docs/policy.md`. How hard it is `config/policies.ts` says. */
  readonly name: PolicyName;
  /** What is asked for, in one sentence. */
  readonly description: string;
  /** What to do about a violation: an imperative without a final period. */
  readonly remedy: string;
  readonly severity: "low" | "medium" | "high" | "critical";
  /** The planner's finding of the same thing: whoever has acknowledged it is warned and not stopped. @default there is none */
  readonly finding?: FindingCode;
}

/** Judges each resource by itself, before it is touched. */
export interface ResourcePolicy extends PolicyHead {
  /** What is wrong with it; empty when nothing is. */
  readonly judge: (resource: DeclaredResource, facts: PolicyFacts) => readonly string[];
  /** Whether it has to know which values are secrets, which Pulumi says to policies that repair and to no other. @default false */
  readonly readsMarks?: true;
}

/** Judges all resources together, when all are known. */
export interface StackPolicy extends PolicyHead {
  readonly judgeAll: (resources: readonly DeclaredResource[], facts: PolicyFacts) => readonly Complaint[];
}

/** A rule that resources are held to. */
export type Policy = ResourcePolicy | StackPolicy;
