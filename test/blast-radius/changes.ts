import type { Change } from "../../automation/blast-radius/danger";
import type { ClusterFacts, ComparedResource } from "../../simulator";
import { planOf, configOf, stackFile } from "../stacks";

export const FACTS: ClusterFacts = {
  clusterName: "lab",
  clusterEndpoint: "https://192.168.1.100:6443",
  talosVersion: "v1.13.9",
  kubernetesVersion: "1.36.0",
};

/** A resource as a comparison has it, with parts to replace. */
export function resource(
  parts: Pick<ComparedResource, "type" | "name" | "operation"> & Partial<ComparedResource>,
): ComparedResource {
  const { type, name } = parts;
  return {
    urn: `urn:pulumi:lab::proxmox-talos::${type}::${name}`,
    parent: null,
    changes: [],
    replacedBy: [],
    before: parts.operation === "create" ? null : {},
    after: parts.operation === "delete" ? null : {},
    wasProtected: false,
    isProtected: false,
    retained: false,
    carried: false,
    ...parts,
  };
}

/** A change of nothing but these resources. */
export function changeOf(
  resources: readonly ComparedResource[],
  more: Partial<Change["comparison"]> = {},
  text = stackFile(),
): Change {
  return {
    comparison: { resources, before: FACTS, after: FACTS, refusals: [], unrehearsed: null, ...more },
    before: { text },
    after: { text, config: configOf(text), plan: planOf(text) },
  };
}
