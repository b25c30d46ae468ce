import { ENFORCE_LABEL } from "../../planner/pod-security";
import { breaksOfRestricted } from "../pod-security";
import { podOf } from "../pods";
import type { Complaint, DeclaredResource, StackPolicy } from "../policy";
import { isNamespace } from "../types";
import { at, text } from "../values";

/** Who holds a namespace to the strictest standard hears of pods that Kubernetes would not let in. */
export const restrictedPods: StackPolicy = {
  name: "restricted-pods",
  description: "Pods of a namespace that is held to restricted are as that standard asks",
  remedy: "set it as the standard asks, or hold the namespace to baseline",
  severity: "medium",
  judgeAll: (resources) => {
    const restricted = new Set(resources.filter(isRestricted).map(nameOf));
    return resources.flatMap((resource): Complaint[] => {
      const pod = podOf(resource);
      if (pod?.namespace === undefined || !restricted.has(pod.namespace)) return [];
      const broken = breaksOfRestricted(pod);
      const where = `namespace ${pod.namespace} is held to restricted, which does not let its pods in`;
      return broken.length === 0 ? [] : [{ urn: resource.urn, message: `${where} (${broken.join(", ")})` }];
    });
  },
};

function isRestricted(resource: DeclaredResource): boolean {
  return isNamespace(resource) && at(resource.properties, "metadata", "labels", ENFORCE_LABEL) === "restricted";
}

function nameOf({ name, properties }: DeclaredResource): string {
  return text(at(properties, "metadata", "name")) ?? name;
}
