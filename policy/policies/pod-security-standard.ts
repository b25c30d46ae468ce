import { ENFORCE_LABEL, POD_SECURITY_STANDARDS } from "../../planner/pod-security";
import type { DeclaredResource, ResourcePolicy } from "../policy";
import { TYPES } from "../types";
import { at, isHidden, isTrue, text } from "../values";

/** Every namespace says which standard it is held to. */
export const podSecurityStandard: ResourcePolicy = {
  name: "pod-security-standard",
  description: "Every namespace says which pod security standard is enforced in it",
  remedy: `declare the namespace with the label ${ENFORCE_LABEL}: ${POD_SECURITY_STANDARDS.join(", ")}`,
  severity: "medium",
  judge: (resource) => {
    if (resource.type === TYPES.release) return madeByHelm(resource);
    if (resource.type !== TYPES.namespace) return [];
    const standard = at(resource.properties, "metadata", "labels", ENFORCE_LABEL);
    if (isHidden(standard) || POD_SECURITY_STANDARDS.some((each) => each === standard)) return [];
    return [
      standard === undefined
        ? "it has no pod security standard: what Talos holds it to is for anybody to change"
        : `its pod security standard is ${text(standard) ?? "no text"}, which Kubernetes does not know`,
    ];
  },
};

function madeByHelm({ properties }: DeclaredResource): string[] {
  if (!isTrue(at(properties, "createNamespace"))) return [];
  return [`Helm makes its namespace ${text(at(properties, "namespace")) ?? "default"}, without a pod security standard`];
}
