import type { PolicyResourceOptions, ResourceValidationArgs } from "@pulumi/policy";
import type { PolicyFacts } from "../../policy/facts";
import { packPolicies } from "../../policy/pack/policies";

/** A resource as a test asks for it. */
export interface Asked {
  readonly type: string;
  readonly name: string;
  readonly props: Record<string, unknown>;
  /** @default false */
  readonly protect?: boolean;
}

/** Runs all policies through the pack's own API; answers `<policy> <resource>: <message>` of each violation. */
export function violationsOf(asked: readonly Asked[], facts: PolicyFacts, config: object = {}): string[] {
  const args = asked.map((each) => argsOf(each, config));
  return packPolicies(facts).flatMap((policy) => {
    const found: string[] = [];
    const reportOf = (urn: string) => (message: string, other?: string) => {
      found.push(`${policy.name} ${(other ?? urn).split("::").at(-1) ?? ""}: ${message}`);
    };
    if (policy.enforcementLevel === "disabled") return [];
    if ("validateStack" in policy) {
      const resources = args.map((each) => ({ ...each, dependencies: [], propertyDependencies: {} }));
      const whole = { resources, stackTags: new Map<string, string>(), getConfig: each(config), notApplicable };
      void policy.validateStack(whole as never, reportOf(""));
      return found;
    }
    const { validateResource } = policy;
    if (typeof validateResource === "function") for (const one of args) void validateResource(one, reportOf(one.urn));
    return found;
  });
}

/** What a policy is handed of a resource. */
export function argsOf({ type, name, props, protect = false }: Asked, config: object = {}): ResourceValidationArgs {
  const opts: PolicyResourceOptions = {
    protect,
    ignoreChanges: [],
    aliases: [],
    customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
    additionalSecretOutputs: [],
  };
  const urn = `urn:pulumi:test::proxmox-talos::${type}::${name}`;
  return {
    type,
    name,
    props,
    urn,
    opts,
    stackTags: new Map(),
    isType: () => false,
    asType: () => undefined,
    getConfig: each(config),
    notApplicable,
  };
}

/** Pulumi has every caller say what it expects. */
function each(config: object): () => never {
  return () => config as never;
}

function notApplicable(): never {
  throw new Error("every policy is applicable");
}
