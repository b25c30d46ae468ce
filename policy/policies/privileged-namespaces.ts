import { ENFORCE_LABEL } from "../../planner/pod-security";
import type { ResourcePolicy } from "../policy";
import { TYPES } from "../types";
import { at, text } from "../values";

/** A namespace, and a change of one that somebody else has made. */
const NAMESPACES: readonly string[] = [TYPES.namespace, "kubernetes:core/v1:NamespacePatch"];

/** Pods with rights over their machine live where an add-on of the stack needs it, and nowhere else. */
export const privilegedNamespaces: ResourcePolicy = {
  name: "privileged-namespaces",
  description: "Only namespaces whose add-ons need the machine itself are privileged",
  remedy: "hold it to baseline or restricted, or allow it in the policy's configuration (namespaces)",
  severity: "high",
  enforcement: { homelab: "mandatory", prod: "mandatory" },
  takesNamespaces: true,
  judge: ({ type, name: resourceName, properties }, facts) => {
    if (!NAMESPACES.includes(type) || at(properties, "metadata", "labels", ENFORCE_LABEL) !== "privileged") return [];
    const name = text(at(properties, "metadata", "name")) ?? resourceName;
    if (facts.privilegedNamespaces.includes(name)) return [];
    return [`${name} is privileged; of this stack only ${facts.privilegedNamespaces.join(", ")} may be`];
  },
};
