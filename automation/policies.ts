import type { StackConfig } from "../config/schema";
import { factsOf } from "../policy/facts";
import { judgeResources } from "../policy/judge";
import type { DeclaredResource } from "../policy/policy";
import { SECRET } from "../policy/values";
import type { Value, Values } from "../policy/values";
import type { Registration, Violation } from "../simulator";
import { SecretValue } from "../simulator/values";
import type { Properties, PropertyValue } from "../simulator/values";
import type { Advice } from "./operations/tracker";

/** The policies of a stack, and what they have advised so far. */
export interface StackPolicies {
  /** What stops it. */
  readonly judge: (asked: readonly Registration[]) => Violation[];
  readonly advice: readonly Advice[];
}

/** The policy pack without Pulumi: the same policies over what the embedded engine was asked for. */
export function policiesOf(config: StackConfig): StackPolicies {
  const advice: Advice[] = [];
  return {
    advice,
    judge: (asked) => {
      const violations = judgeResources(asked.map(declaredOf), factsOf(config));
      for (const { enforcement, policy, urn, message } of violations) {
        if (enforcement === "advisory") advice.push({ policy, urn, message });
      }
      return violations
        .filter(({ enforcement }) => enforcement === "mandatory")
        .map(({ policy, urn, message }) => ({ rule: policy, urn, message }));
    },
  };
}

/** A resource as policies see it: what is secret they do not. */
export function declaredOf({ urn, type, name, inputs, protect }: Registration): DeclaredResource {
  return { urn, type, name, properties: propertiesOf(inputs), protect };
}

function propertiesOf(properties: Properties): Values {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, valueOf(value)]));
}

function valueOf(value: PropertyValue): Value {
  if (value instanceof SecretValue) return SECRET;
  if (value === null || typeof value !== "object") return value;
  return Array.isArray(value) ? value.map(valueOf) : propertiesOf(value);
}
