import { POLICY_NAMES, defaultLevel, isLooser, levelOf } from "../../config/policies";
import type { UnplacedProblem } from "../../config/problem";
import { problem } from "../../config/problem";
import type { StackConfig } from "../../config/schema";
import type { Finding } from "../plan";
import { finding } from "./catalog";

/** What a stack file takes back of policies, in words; nothing of what it only tightens. */
function loosened(config: StackConfig) {
  return POLICY_NAMES.flatMap((name) => {
    const { reason, namespaces = [] } = config.policies[name] ?? {};
    const [level, usual] = [levelOf(name, config), defaultLevel(name, config)];
    const what = [
      ...(isLooser(level, usual) ? [`${level} in place of ${usual === "remediate" ? "set right on the way" : usual}`] : []),
      ...(namespaces.length === 0 ? [] : [`not for ${namespaces.join(", ")}`]),
    ];
    return what.length === 0 ? [] : [{ name, reason, what: what.join(", ") }];
  });
}

/** Policies that are looser than by default, with the reason given: whoever reads a plan is to know. */
export function judgePolicies(config: StackConfig): Finding[] {
  return loosened(config).map(({ name, what, reason = "" }) =>
    finding("policy-loosened", `policies.${name}`, `${name} is ${what}: ${reason}`, "take it out once the reason is gone"),
  );
}

/** Policies that are looser than by default for no reason. */
export function judgePolicyReasons(config: StackConfig): UnplacedProblem[] {
  return loosened(config)
    .filter(({ reason }) => reason === undefined)
    .map(({ name, what }) =>
      problem(
        `policies.${name}.reason`,
        null,
        `${name} is ${what}, and nobody says why`,
        "why it is not as hard as by default, at least ten characters",
        "add reason, which stands in plans and comments of pull requests; or take the entry away",
      ),
    );
}
