import { POLICY_KINDS } from "../config/policies";
import type { PolicyLevel } from "../config/policies";
import { POLICIES } from "./catalog";
import type { PolicyFacts } from "./facts";
import type { Complaint, DeclaredResource, Policy } from "./policy";
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
    return complaintsOf(policy, resources, facts)
      .filter(isNews())
      .map(({ urn, message }) => ({
        policy: policy.name,
        enforcement: enforcement === "advisory" ? ("advisory" as const) : ("mandatory" as const),
        urn,
        message: messageOf(policy, message, facts),
      }));
  });
}

/** How hard a policy is on a stack: as its file says, or by default; whoever has acknowledged its finding is only warned. */
export function enforcementOf(policy: Policy, facts: PolicyFacts): PolicyLevel {
  const level = facts.policies[policy.name]?.level;
  if (level !== undefined) return level;
  const usual = POLICY_KINDS[policy.name][facts.environmentClass];
  return usual === "disabled" || acceptanceOf(policy, facts) === undefined ? usual : "advisory";
}

/** A complaint with what to do about it, or why it is accepted. */
export function messageOf(policy: Policy, complaint: string, facts: PolicyFacts): string {
  const accepted = acceptanceOf(policy, facts);
  return `${complaint}; ${accepted === undefined ? policy.remedy : `accepted: ${accepted}`}`;
}

/** What a policy goes by: namespaces that the stack file allows for it, and further ones, are beside those of add-ons. */
export function factsFor(policy: Policy, facts: PolicyFacts, further: readonly string[] = []): PolicyFacts {
  const { namespaces = [] } = facts.policies[policy.name] ?? {};
  return { ...facts, privilegedNamespaces: [...facts.privilegedNamespaces, ...namespaces, ...further] };
}

function acceptanceOf({ finding, name }: Policy, { acknowledged, policies }: PolicyFacts): string | undefined {
  const { level, reason } = policies[name] ?? {};
  if (level !== undefined) return level === "mandatory" ? undefined : reason;
  return finding && acknowledged[finding];
}

/** What one object is part of has said the same already: a patch of Talos and a pod in it. */
export function isNews(): (complaint: Complaint) => boolean {
  const said = new Set<string>();
  return ({ urn, message }) => {
    const key = `${urn} ${message}`;
    if (said.has(key)) return false;
    said.add(key);
    return true;
  };
}

function complaintsOf(policy: Policy, resources: readonly DeclaredResource[], all: PolicyFacts): readonly Complaint[] {
  const facts = factsFor(policy, all);
  if ("judgeAll" in policy) return policy.judgeAll(resources, facts);
  return resources.flatMap((resource) => policy.judge(resource, facts).map((message) => ({ urn: resource.urn, message })));
}
