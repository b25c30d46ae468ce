import type { Process } from "../clock/clock";
import type { Datacenter } from "../datacenter/datacenter";
import { awaitKind } from "../datacenter/custom-resources";
import { awaitApi } from "../datacenter/kubernetes";
import { applyNamespace, applyObject, deleteNamespace } from "../datacenter/objects";
import { abandon, install, release, uninstall } from "../datacenter/releases";
import type { ReleaseRequest } from "../datacenter/model";
import { endpointOf } from "./kubeconfig";
import type { Inputs, ModelContext, ResourceModel } from "./model";
import { map, providerId, text } from "./model";

/** Models of the kubernetes provider 4.x and of the program's own wait for the API. */
export const kubernetesModels: Readonly<Record<string, ResourceModel>> = {
  "pulumi:providers:kubernetes": {
    required: [],
    answer: (_inputs, context) => ({ id: providerId(context), outputs: {} }),
  },
  "pulumi-nodejs:dynamic/kubernetes:KubernetesApi": {
    required: ["endpoint", "kubeconfig", "__provider"],
    answer: (inputs) => ({ id: text(inputs["endpoint"]), outputs: {} }),
    create: (dc, inputs) => awaitApi(dc, text(inputs["endpoint"]), Number(inputs["timeoutSeconds"] ?? 600)),
    createOnly: true,
  },
  "pulumi-nodejs:dynamic/kubernetes:ServedKind": {
    required: ["endpoint", "kubeconfig", "path", "__provider"],
    answer: (inputs) => ({ id: text(inputs["path"]), outputs: {} }),
    create: (dc, inputs) =>
      awaitKind(dc, text(inputs["endpoint"]), text(inputs["path"]), Number(inputs["timeoutSeconds"] ?? 300)),
    createOnly: true,
  },
  "kubernetes:helm.sh/v3:Release": {
    required: ["chart"],
    answer: (inputs) => ({
      id: `${text(inputs["namespace"]) || "default"}/${text(inputs["name"])}`,
      outputs: {
        status: { name: text(inputs["name"]), namespace: text(inputs["namespace"]), revision: 1, status: "deployed" },
      },
    }),
    create: (dc, inputs, context) => install(dc, endpointOf(context), releaseRequest(inputs)),
    update: (dc, inputs, _before, context) => release(dc, endpointOf(context), releaseRequest(inputs)),
    delete: (dc, before) => uninstall(dc, releaseRequest(before)),
    abandon: (dc, before) => {
      abandon(dc, releaseRequest(before));
    },
    parting: "consent first, with addons.longhorn.allowUninstall: true in an update of its own",
  },
  "kubernetes:core/v1:Namespace": {
    required: ["metadata"],
    answer: (inputs) => ({ id: text(map(inputs["metadata"])["name"]), outputs: {} }),
    create: (dc, inputs, context) => namespace(dc, inputs, context, true),
    update: (dc, inputs, _before, context) => namespace(dc, inputs, context, false),
    delete: (dc, before) => deleteNamespace(dc, text(map(before["metadata"])["name"])),
  },
  "kubernetes:core/v1:ConfigMap": object(["data"]),
  "kubernetes:core/v1:Secret": object(["metadata"]),
  "kubernetes:batch/v1:CronJob": object(["spec"]),
  "kubernetes:core/v1:Service": object(["spec"]),
  "kubernetes:discovery.k8s.io/v1:EndpointSlice": object(["addressType", "endpoints"]),
};

function namespace(dc: Datacenter, inputs: Inputs, context: ModelContext, isNew: boolean): Process {
  const { name, labels } = map(inputs["metadata"]);
  const enforced = text(map(labels)["pod-security.kubernetes.io/enforce"]);
  return applyNamespace(dc, endpointOf(context), text(name), enforced, isNew);
}

/** A plain object of the API: it is there as soon as the API server has taken it. */
function object(required: readonly string[]): ResourceModel {
  const identity = (inputs: Inputs): string => {
    const metadata = map(inputs["metadata"]);
    return `${text(metadata["namespace"]) || "default"}/${text(metadata["name"])}`;
  };
  const apply = (dc: Datacenter, inputs: Inputs, context: ModelContext): Process =>
    applyObject(dc, endpointOf(context), identity(inputs), text(map(inputs["metadata"])["namespace"]) || "default");
  return {
    required,
    answer: (inputs) => ({ id: identity(inputs), outputs: {} }),
    create: apply,
    update: (dc, inputs, _before, context) => apply(dc, inputs, context),
  };
}

function releaseRequest(inputs: Inputs): ReleaseRequest {
  return {
    name: text(inputs["name"]),
    namespace: text(inputs["namespace"]) || "default",
    createNamespace: inputs["createNamespace"] === true,
    chart: text(inputs["chart"]).replace(/^oci:.*\//, ""),
    values: map(inputs["values"]),
    // Five minutes are Helm's own default.
    timeoutSeconds: Number(inputs["timeout"] ?? 300),
  };
}
