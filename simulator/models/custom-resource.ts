import { applyCustomResource, deleteCustomResource } from "../datacenter/custom-resources";
import { BALANCING_KINDS } from "../datacenter/load-balancers";
import type { CustomResourceRequest } from "../datacenter/model";
import { endpointOf } from "./kubeconfig";
import type { Inputs, ResourceModel } from "./model";
import { list, map, text } from "./model";

/** Stands for the type of every custom resource: `kubernetes:<group>/<version>:<Kind>`. */
export const CUSTOM_RESOURCE = "kubernetes:*:*";

/** Groups of Kubernetes itself that have a dot in their names (API reference, v1.36), and the provider's own. */
const BUILT_IN = [
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "authentication.k8s.io",
  "authorization.k8s.io",
  "certificates.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "events.k8s.io",
  "flowcontrol.apiserver.k8s.io",
  "helm.sh",
  "internal.apiserver.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "rbac.authorization.k8s.io",
  "resource.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
  "storagemigration.k8s.io",
];

/** Whether a type token is that of a custom resource: its group has a dot and is none of Kubernetes' own. */
export function isCustomResource(type: string): boolean {
  const [, group = ""] = /^kubernetes:([^/:]+)\/v[^/:]+:[A-Z]\w*$/.exec(type) ?? [];
  return type === CUSTOM_RESOURCE || (group.includes(".") && !BUILT_IN.includes(group));
}

/** A resource of whatever kind a release brings, pulumi-kubernetes 4.x. */
export const customResource: ResourceModel = {
  required: ["apiVersion", "kind", "metadata"],
  answer: (inputs) => ({ id: idOf(inputs), outputs: {} }),
  create: (dc, inputs, context) => applyCustomResource(dc, endpointOf(context), requestOf(inputs)),
  update: (dc, inputs, _before, context) => applyCustomResource(dc, endpointOf(context), requestOf(inputs)),
  delete: (dc, before) => deleteCustomResource(dc, requestOf(before)),
};

function requestOf(inputs: Inputs): CustomResourceRequest {
  return {
    apiVersion: text(inputs["apiVersion"]),
    kind: text(inputs["kind"]),
    name: text(map(inputs["metadata"])["name"]),
    namespace: text(map(inputs["metadata"])["namespace"]),
    ...(inputs["apiVersion"] === "talos.dev/v1alpha1" ? { roles: list(map(inputs["spec"])["roles"]).map(text) } : {}),
    ...(BALANCING_KINDS.includes(text(inputs["kind"])) ? { spec: map(inputs["spec"]) } : {}),
  };
}

/** As the provider writes it: a kind without namespaces has just a name. */
function idOf(inputs: Inputs): string {
  const { name, namespace } = requestOf(inputs);
  return namespace === "" ? name : `${namespace}/${name}`;
}
