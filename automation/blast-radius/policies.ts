import { parseStackFile } from "../../config/parse";
import { POLICY_NAMES, defaultLevel, isLooser, levelOf } from "../../config/policies";
import type { PolicyName } from "../../config/policies";
import type { StackConfig } from "../../config/schema";
import type { Found, Judge } from "./danger";

/** What of a stack file decides how hard policies are. */
type Said = Pick<StackConfig, "metadata" | "policies">;

/** Policies that let more pass than before, by what the file says of them or by another environment. */
export const judgePolicies: Judge = ({ before, after }) => {
  if (!before || !after) return [];
  const was = parseStackFile(before.text, "");
  const now: Said = after.config;
  // What the program of today cannot read said nothing that it would go by.
  const then: Said = was.ok ? was.config : { metadata: now.metadata, policies: {} };
  const names = POLICY_NAMES.filter((name) => isLooserByEnvironment(name, then, now));
  return [
    ...byEnvironment(names, then, now),
    ...POLICY_NAMES.filter((name) => !names.includes(name)).flatMap((name) => bySaying(name, then, now)),
  ];
};

function isLooserByEnvironment(name: PolicyName, then: Said, now: Said): boolean {
  const isSaid = [then, now].some(({ policies }) => policies[name]?.level !== undefined);
  return !isSaid && isLooser(defaultLevel(name, now), defaultLevel(name, then));
}

function byEnvironment(names: readonly PolicyName[], then: Said, now: Said): Found[] {
  if (names.length === 0) return [];
  const what = `${now.metadata.environment} in place of ${then.metadata.environment}: less is asked by ${names.join(", ")}`;
  return [{ code: "policy-loosened", of: "metadata.environment", urn: null, what }];
}

function bySaying(name: PolicyName, then: Said, now: Said): Found[] {
  const [level, before] = [levelOf(name, now), levelOf(name, then)];
  const { namespaces = [], reason = "no reason" } = now.policies[name] ?? {};
  const further = namespaces.filter((each) => !then.policies[name]?.namespaces?.includes(each));
  const what = [
    ...(isLooser(level, before) ? [`${level} in place of ${before}`] : []),
    ...(further.length === 0 ? [] : [`not for ${further.join(", ")} any more`]),
  ];
  return what.length === 0 ? [] : [{ code: "policy-loosened", of: name, urn: null, what: `${what.join(", ")}: ${reason}` }];
}
