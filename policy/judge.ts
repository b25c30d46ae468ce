import { POLICIES } from "./catalog";
import type { PolicyFacts } from "./facts";
import type { Complaint, DeclaredResource, Enforcement, Policy } from "./policy";
import { unfolded } from "./unfold";

/** What a policy says of a resource. */
export interface PolicyViolation {
  readonly policy: string;
  readonly enforcement: "advisory" | "mandatory";
  readonly urn: string;
  /** What is wrong, with the value, and what to do about it; no final period. */
  readonly message: string;
}

/** Judges all that a program asks for by every policy that is on, where values are known and secrets are marked. */
export function judgeResources(declared: readonly DeclaredResource[], facts: PolicyFacts): PolicyViolation[] {
  const resources = declared.flatMap(unfolded);
  return POLICIES.flatMap((policy) => {
    const enforcement = enforcementOf(policy, facts);
    if (enforcement === "disabled") return [];
    return complaintsOf(policy, resources, facts).map(({ urn, message }) => ({
      policy: policy.name,
      enforcement: enforcement === "advisory" ? ("advisory" as const) : ("mandatory" as const),
      urn,
      message: messageOf(policy, message, facts),
    }));
  });
}

/** How hard a policy is on a stack unless somebody configures it otherwise: whoever has acknowledged its finding is only warned. */
export function enforcementOf(policy: Policy, facts: PolicyFacts): Enforcement {
  const enforcement = policy.enforcement[facts.environmentClass];
  return enforcement === "disabled" || acceptanceOf(policy, facts) === undefined ? enforcement : "advisory";
}

/** A complaint with what to do about it, or why it is accepted. */
export function messageOf(policy: Policy, complaint: string, facts: PolicyFacts): string {
  const accepted = acceptanceOf(policy, facts);
  return `${complaint}; ${accepted === undefined ? policy.remedy : `accepted: ${accepted}`}`;
}

function acceptanceOf({ finding }: Policy, { acknowledged }: PolicyFacts): string | undefined {
  return finding && acknowledged[finding];
}

function complaintsOf(policy: Policy, resources: readonly DeclaredResource[], facts: PolicyFacts): readonly Complaint[] {
  if ("judgeAll" in policy) return policy.judgeAll(resources, facts);
  return resources.flatMap((resource) => policy.judge(resource, facts).map((message) => ({ urn: resource.urn, message })));
}
