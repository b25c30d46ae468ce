import type { DeclaredResource } from "./policy";

/** Type tokens of resources that stacks have and policies judge. */
export const TYPES = {
  vm: "proxmoxve:index/vmLegacy:VmLegacy",
  download: "proxmoxve:download/file:File",
  proxmoxProvider: "pulumi:providers:proxmoxve",
  kubernetesProvider: "pulumi:providers:kubernetes",
  talosSecrets: "talos:machine/secrets:Secrets",
  bootstrap: "talos:machine/bootstrap:Bootstrap",
  kubeconfig: "talos:cluster/kubeconfig:Kubeconfig",
  configuration: "talos:machine/configurationApply:ConfigurationApply",
  namespace: "kubernetes:core/v1:Namespace",
  secret: "kubernetes:core/v1:Secret",
  release: "kubernetes:helm.sh/v3:Release",
} as const;

/** A container of Proxmox: no stack file has any, other programs may. */
const CONTAINER = "proxmoxve:index/containerLegacy:ContainerLegacy";

/** Guests of a host, with properties of the same names. */
const GUESTS: readonly string[] = [TYPES.vm, CONTAINER];

/** A namespace, and a change of one that somebody else has made. */
const NAMESPACES: readonly string[] = [TYPES.namespace, "kubernetes:core/v1:NamespacePatch"];

/** What everybody reads who may read a namespace. */
const CONFIG_MAPS: readonly string[] = ["kubernetes:core/v1:ConfigMap", "kubernetes:core/v1:ConfigMapPatch"];

/** Charts, installed by Helm or by Pulumi itself. */
const CHARTS: readonly string[] = [TYPES.release, "kubernetes:helm.sh/v4:Chart"];

/** Whether it is a VM or a container of Proxmox. */
export function isGuest({ type }: Pick<DeclaredResource, "type">): boolean {
  return GUESTS.includes(type);
}

/** Whether it is a container of Proxmox. */
export function isContainer({ type }: Pick<DeclaredResource, "type">): boolean {
  return type === CONTAINER;
}

/** Whether it is a namespace, or changes one. */
export function isNamespace({ type }: Pick<DeclaredResource, "type">): boolean {
  return NAMESPACES.includes(type);
}

/** Whether it is a ConfigMap, or changes one. */
export function isConfigMap({ type }: Pick<DeclaredResource, "type">): boolean {
  return CONFIG_MAPS.includes(type);
}

/** Whether it is made of a chart. */
export function isChart({ type }: Pick<DeclaredResource, "type">): boolean {
  return CHARTS.includes(type);
}
