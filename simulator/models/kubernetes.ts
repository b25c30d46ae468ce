import { parse } from "yaml";
import type { Process } from "../clock/clock";
import type { Datacenter } from "../datacenter/datacenter";
import { awaitApi } from "../datacenter/kubernetes";
import { applyNamespace, applyObject, deleteNamespace } from "../datacenter/objects";
import { release, uninstall } from "../datacenter/releases";
import type { ReleaseRequest } from "../datacenter/model";
import type { Inputs, ModelContext, ResourceModel } from "./model";
import { list, map, providerId, text } from "./model";

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
  "kubernetes:helm.sh/v3:Release": {
    required: ["chart"],
    answer: (inputs) => ({
      id: `${text(inputs["namespace"]) || "default"}/${text(inputs["name"])}`,
      outputs: {
        status: { name: text(inputs["name"]), namespace: text(inputs["namespace"]), revision: 1, status: "deployed" },
      },
    }),
    create: (dc, inputs, context) => release(dc, endpoint(context), releaseRequest(inputs)),
    update: (dc, inputs, _before, context) => release(dc, endpoint(context), releaseRequest(inputs)),
    delete: (dc, before) => uninstall(dc, releaseRequest(before)),
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
  "kubernetes:core/v1:Service": object(["spec"]),
  "kubernetes:discovery.k8s.io/v1:EndpointSlice": object(["addressType", "endpoints"]),
};

function namespace(dc: Datacenter, inputs: Inputs, context: ModelContext, isNew: boolean): Process {
  const { name, labels } = map(inputs["metadata"]);
  const enforced = text(map(labels)["pod-security.kubernetes.io/enforce"]);
  return applyNamespace(dc, endpoint(context), text(name), enforced, isNew);
}

/** A plain object of the API: it is there as soon as the API server has taken it. */
function object(required: readonly string[]): ResourceModel {
  const identity = (inputs: Inputs): string => {
    const metadata = map(inputs["metadata"]);
    return `${text(metadata["namespace"]) || "default"}/${text(metadata["name"])}`;
  };
  const apply = (dc: Datacenter, inputs: Inputs, context: ModelContext): Process =>
    applyObject(dc, endpoint(context), identity(inputs), text(map(inputs["metadata"])["namespace"]) || "default");
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

/** The API server named in the kubeconfig of the release's provider. */
function endpoint({ provider }: ModelContext): string {
  const kubeconfig = text(provider?.inputs["kubeconfig"]);
  if (kubeconfig === "") return "(no kubeconfig)";
  const document = parse(kubeconfig) as Inputs;
  return text(map(map(list(document["clusters"])[0])["cluster"])["server"]);
}
