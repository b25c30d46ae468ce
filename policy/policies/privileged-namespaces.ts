import { ENFORCE_LABEL } from "../../planner/pod-security";
import type { PolicyFacts } from "../facts";
import { patchesOf } from "../machines";
import type { DeclaredResource, ResourcePolicy } from "../policy";
import { TYPES, isNamespace } from "../types";
import { at, list, text } from "../values";

/** Pods with rights over their machine live where an add-on of the stack needs it, and nowhere else. */
export const privilegedNamespaces: ResourcePolicy = {
  name: "privileged-namespaces",
  description: "Only namespaces whose add-ons need the machine itself are privileged",
  remedy: "hold it to baseline or restricted, or allow it in the stack file (policies.privileged-namespaces.namespaces)",
  severity: "high",
  judge: (resource, facts) => {
    const { type, name: resourceName, properties } = resource;
    if (type === TYPES.configuration) return exempted(resource, facts);
    if (!isNamespace(resource) || at(properties, "metadata", "labels", ENFORCE_LABEL) !== "privileged") return [];
    const name = text(at(properties, "metadata", "name")) ?? resourceName;
    if (facts.privilegedNamespaces.includes(name)) return [];
    return [`${name} is privileged; of this stack only ${facts.privilegedNamespaces.join(", ")} may be`];
  },
};

/** Talos hands the API server its list of namespaces that no standard holds, and the standard of all that name none. */
function exempted(resource: DeclaredResource, { privilegedNamespaces: allowed }: PolicyFacts): string[] {
  return patchesOf(resource)
    .flatMap((patch) => list(at(patch, "cluster", "apiServer", "admissionControl")))
    .filter((plugin) => at(plugin, "name") === "PodSecurity")
    .flatMap((plugin) => {
      const names = list(at(plugin, "configuration", "exemptions", "namespaces")).flatMap((each) => text(each) ?? []);
      return [
        ...names.filter((each) => !allowed.includes(each)).map((each) => `a patch exempts ${each} from every standard`),
        ...(at(plugin, "configuration", "defaults", "enforce") === "privileged"
          ? ["a patch holds namespaces without a label to no standard"]
          : []),
      ];
    });
}
