import { kubernetesModels } from "./kubernetes";
import type { FunctionModel, ResourceModel } from "./model";
import { providerId } from "./model";
import { proxmoxModels } from "./proxmox";
import { talosFunctions, talosModels } from "./talos";

/** Model of every resource type the datacenter understands, by type token. */
export const resourceModels: ReadonlyMap<string, ResourceModel> = new Map(
  Object.entries({
    ...proxmoxModels,
    ...talosModels,
    ...kubernetesModels,
    "pulumi:providers:talos": { required: [], answer: (_inputs, context) => ({ id: providerId(context), outputs: {} }) },
  }),
);

/** Model of every function the datacenter understands, by token. */
export const functionModels: ReadonlyMap<string, FunctionModel> = new Map(Object.entries(talosFunctions));
