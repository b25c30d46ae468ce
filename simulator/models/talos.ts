import { createHash } from "node:crypto";
import { parseAllDocuments } from "yaml";
import { registerSchematic, schematicId } from "../datacenter/image-factory";
import { applyConfiguration, bootstrap, fetchKubeconfig } from "../datacenter/machines";
import { patchConfiguration, patchedConfiguration, readConfiguration } from "../datacenter/machine-config";
import { RuleBroken } from "../datacenter/model";
import { SecretValue } from "../values";
import { certificate, generateConfiguration, machineSecrets, talosconfig } from "./talos-secrets";
import type { FunctionModel, Inputs, ModelContext, ResourceModel } from "./model";
import { list, map, text } from "./model";

const APPLY = "talos:machine/configurationApply:ConfigurationApply";

/** Models of the talos provider 0.8.1. */
export const talosModels: Readonly<Record<string, ResourceModel>> = {
  "talos:imageFactory/schematic:Schematic": {
    required: [],
    answer: (inputs) => ({ id: schematicId(text(inputs["schematic"])), outputs: {} }),
    create: (dc, inputs) => registerSchematic(dc, text(inputs["schematic"])),
    update: (dc, inputs) => registerSchematic(dc, text(inputs["schematic"])),
  },
  "talos:machine/secrets:Secrets": {
    required: [],
    answer: (_inputs, { markers, urn }) => ({ id: "machine_secrets", outputs: machineSecrets(markers, urn) }),
  },
  [APPLY]: {
    required: ["node"],
    answer: (inputs) => {
      const configuration = effectiveConfiguration(inputs).text;
      return {
        id: "machine_configuration_apply",
        outputs: {
          machineConfiguration: new SecretValue(configuration),
          machineConfigurationHash: createHash("sha256").update(configuration).digest("hex"),
          resolvedApplyMode: text(inputs["applyMode"]) || "auto",
        },
      };
    },
    create: (dc, inputs) => applyConfiguration(dc, text(inputs["node"]), effectiveConfiguration(inputs).facts),
    update: (dc, inputs) => applyConfiguration(dc, text(inputs["node"]), effectiveConfiguration(inputs).facts),
    parting: "drain it, reset it with talosctl, then remove it from the state (pulumi state unprotect, then pulumi up)",
  },
  "talos:machine/bootstrap:Bootstrap": {
    required: ["node"],
    answer: () => ({ id: "machine_bootstrap", outputs: {} }),
    create: (dc, inputs) => bootstrap(dc, text(inputs["node"])),
  },
  "talos:cluster/kubeconfig:Kubeconfig": {
    required: ["clientConfiguration", "node"],
    answer: (inputs, context) => kubeconfig(text(inputs["node"]), context),
    create: (dc, inputs) => fetchKubeconfig(dc, text(inputs["node"])),
    update: (dc, inputs) => fetchKubeconfig(dc, text(inputs["node"])),
  },
};

/** Functions of the talos provider that work without a machine to talk to. */
export const talosFunctions: Readonly<Record<string, FunctionModel>> = {
  "talos:machine/getConfiguration:getConfiguration": {
    required: ["clusterEndpoint", "clusterName", "machineSecrets", "machineType"],
    answer: (inputs) => ({
      machineConfiguration: new SecretValue(
        patchConfiguration(generateConfiguration(inputs), list(inputs["configPatches"]).map(text)),
      ),
    }),
  },
  "talos:client/getConfiguration:getConfiguration": {
    required: ["clientConfiguration", "clusterName"],
    answer: (inputs) => ({ talosConfig: new SecretValue(talosconfig(inputs)) }),
  },
};

/** By the inputs that gave it: every run of the datacenter asks again, and parsing is most of its work. */
const effective = new WeakMap<Inputs, ReturnType<typeof patchedConfiguration>>();

function effectiveConfiguration(inputs: Inputs): ReturnType<typeof patchedConfiguration> {
  const base = text(inputs["machineConfigurationInput"]);
  if (base === "") throw new RuleBroken("machine-configuration", "machineConfigurationInput is empty");
  const configuration = effective.get(inputs) ?? patchedConfiguration(base, list(inputs["configPatches"]).map(text));
  effective.set(inputs, configuration);
  return configuration;
}

/** The provider asks the machine; the machine knows its endpoint from the configuration it was given. */
function kubeconfig(node: string, { markers, urn, registered }: ModelContext): ReturnType<ResourceModel["answer"]> {
  const applied = registered(APPLY).find((apply) => apply.inputs["node"] === node);
  const facts = applied && readConfiguration(text(applied.outputs["machineConfiguration"]));
  const host = facts?.endpoint ?? `https://${node}:6443`;
  const key = markers.marker(`${urn} clientKey`);
  const authority = applied
    ? kubernetesAuthority(text(applied.outputs["machineConfiguration"]))
    : certificate(`${urn} authority`);
  const client = certificate(`${urn} client`);
  const configuration = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "default", cluster: { server: host, "certificate-authority-data": authority } }],
    users: [{ name: "admin", user: { "client-certificate-data": client, "client-key-data": key } }],
    contexts: [{ name: "admin", context: { cluster: "default", user: "admin" } }],
    "current-context": "admin",
  };
  return {
    id: facts?.clusterName ?? node,
    outputs: {
      kubeconfigRaw: new SecretValue(JSON.stringify(configuration)),
      kubernetesClientConfiguration: {
        host,
        caCertificate: authority,
        clientCertificate: client,
        clientKey: new SecretValue(key),
      },
    },
  };
}

/** The authority every machine of a cluster has in its configuration. */
function kubernetesAuthority(configuration: string): string {
  const documents = parseAllDocuments(configuration).map((document) => document.toJS() as Inputs);
  const main = documents.find((document) => document["kind"] === undefined) ?? {};
  return text(map(map(main["cluster"])["ca"])["crt"]);
}
