import { kubernetesModels } from "./kubernetes";
import { CUSTOM_RESOURCE, customResource, isCustomResource } from "./custom-resource";
import type { FunctionModel, ResourceModel } from "./model";
import { providerId } from "./model";
import { proxmoxModels } from "./proxmox";
import { talosFunctions, talosModels } from "./talos";

/** Model of every resource type the datacenter understands, by type token; that of all custom resources under one token. */
export const resourceModels: ReadonlyMap<string, ResourceModel> = new Map(
  Object.entries({
    ...proxmoxModels,
    ...talosModels,
    ...kubernetesModels,
    [CUSTOM_RESOURCE]: customResource,
    "pulumi:providers:talos": { required: [], answer: (_inputs, context) => ({ id: providerId(context), outputs: {} }) },
  }),
);

/** Model of a type; undefined for one the datacenter does not understand. */
export function modelOf(type: string): ResourceModel | undefined {
  return resourceModels.get(type) ?? (isCustomResource(type) ? customResource : undefined);
}

/** Model of every function the datacenter understands, by token. */
export const functionModels: ReadonlyMap<string, FunctionModel> = new Map(Object.entries(talosFunctions));
