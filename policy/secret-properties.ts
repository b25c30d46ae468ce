import { TYPES } from "./types";

const CREDENTIALS = [["clientConfiguration"]] as const;

/** Properties that hold secrets and nothing else, by type. */
const SECRET_PROPERTIES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  [TYPES.secret]: [["data"], ["stringData"]],
  [TYPES.configuration]: [...CREDENTIALS, ["machineConfigurationInput"]],
  [TYPES.bootstrap]: CREDENTIALS,
  [TYPES.kubeconfig]: CREDENTIALS,
  [TYPES.proxmoxProvider]: [["apiToken"], ["password"], ["authTicket"], ["csrfPreventionToken"]],
  [TYPES.kubernetesProvider]: [["kubeconfig"]],
  [TYPES.vm]: [["initialization", "userAccount", "password"]],
  "kubernetes:core/v1:SecretList": [["items"]],
  "kubernetes:core/v1:SecretPatch": [["data"], ["stringData"]],
  "proxmoxve:index/containerLegacy:ContainerLegacy": [["initialization", "userAccount", "password"]],
};

/** Paths of properties of a type that must be secrets; empty for all others. */
export function secretProperties(type: string): readonly (readonly string[])[] {
  // Resources of the program's own, which look at the cluster with its kubeconfig.
  return SECRET_PROPERTIES[type] ?? (type.startsWith("pulumi-nodejs:") ? [["kubeconfig"]] : []);
}
