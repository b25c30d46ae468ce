import type { UnplacedProblem } from "../../config/problem";
import { problem } from "../../config/problem";
import type { Site } from "../site";
import type { AddonDefinition } from "./definition";

/** Namespaces that every cluster has and the stack does not label; of these, Talos exempts only kube-system from its standard. */
const HELD_TO_BASELINE: readonly string[] = ["default", "kube-node-lease", "kube-public"];

/** Pods that need the machine, in namespaces where Talos lets none in: their release would wait for them in vain. */
export function judgeNamespaces(site: Site, on: readonly AddonDefinition[]): UnplacedProblem[] {
  return on.flatMap(({ key, podSecurity }) => {
    const namespace = (site.addons[key] as { readonly namespace?: string } | undefined)?.namespace;
    const standard = typeof podSecurity === "string" ? podSecurity : podSecurity(site);
    if (namespace === undefined || standard !== "privileged" || !HELD_TO_BASELINE.includes(namespace)) return [];
    return [
      problem(
        `addons.${key}.namespace`,
        namespace,
        "its pods need rights over their machine, and Talos holds this namespace to the baseline standard",
        "kube-system, or any namespace that is not one of Kubernetes' own",
        "leave it out, or take another one",
      ),
    ];
  });
}
