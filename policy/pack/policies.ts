import type {
  Policies,
  PolicyConfigSchema,
  PolicyResource,
  ReportViolation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import { POLICY_KINDS } from "../../config/policies";
import { POLICIES } from "../catalog";
import type { PolicyFacts } from "../facts";
import { enforcementOf, factsFor, isNews, messageOf } from "../judge";
import type { DeclaredResource, Policy, ResourcePolicy, StackPolicy } from "../policy";
import { secretProperties } from "../secret-properties";
import { unfolded } from "../unfold";
import { encrypt, propertiesOf } from "./properties";

/** What a policy may be told in Pulumi's own configuration of policies, beside what the stack file says. */
interface PackSettings {
  readonly namespaces?: readonly string[];
}

const NAMESPACES: PolicyConfigSchema = { properties: { namespaces: { type: "array", items: { type: "string" } } } };

/** All policies as Pulumi knows them, as hard as they are on the stack. */
export function packPolicies(facts: PolicyFacts): Policies {
  return POLICIES.map((policy) => {
    if ("judgeAll" in policy) return stackPolicy(policy, facts);
    return policy.readsMarks ? repairingPolicy(policy, facts) : resourcePolicy(policy, facts);
  });
}

/** What Pulumi is told about any policy. */
function headOf(policy: Policy, facts: PolicyFacts) {
  const { name, description, remedy, severity } = policy;
  return {
    name,
    description,
    remediationSteps: remedy,
    severity,
    enforcementLevel: enforcementOf(policy, facts),
    ...("takesNamespaces" in POLICY_KINDS[name] ? { configSchema: NAMESPACES } : {}),
  };
}

function resourcePolicy(policy: ResourcePolicy, facts: PolicyFacts): ResourceValidationPolicy {
  return {
    ...headOf(policy, facts),
    validateResource: (args: ResourceValidationArgs, report: ReportViolation) => {
      const told = factsFor(policy, facts, args.getConfig<PackSettings>().namespaces);
      const complaints = unfolded(declared(args)).flatMap((each) => policy.judge(each, told));
      for (const complaint of new Set(complaints)) report(messageOf(policy, complaint, facts));
    },
  };
}

/** What is a secret Pulumi says to a policy that repairs: so this one marks what is not marked, instead of complaining. */
function repairingPolicy(policy: ResourcePolicy, facts: PolicyFacts): ResourceValidationPolicy {
  return {
    ...headOf(policy, facts),
    remediateResource: (args: ResourceValidationArgs) => {
      if (policy.judge(declared(args), facts).length === 0) return undefined;
      for (const path of secretProperties(args.type)) encrypt(args.props, path);
      return args.props;
    },
  };
}

function stackPolicy(policy: StackPolicy, facts: PolicyFacts): StackValidationPolicy {
  return {
    ...headOf(policy, facts),
    validateStack: ({ resources }: StackValidationArgs, report: ReportViolation) => {
      for (const { urn, message } of policy.judgeAll(resources.map(declared).flatMap(unfolded), facts).filter(isNews()))
        report(messageOf(policy, message, facts), urn);
    },
  };
}

function declared({ urn, type, name, props, opts }: ResourceValidationArgs | PolicyResource): DeclaredResource {
  return { urn, type, name, properties: propertiesOf(props), protect: opts.protect };
}
