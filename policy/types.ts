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

/** Guests of a host, with properties of the same names. */
const GUESTS: readonly string[] = [TYPES.vm, "proxmoxve:index/containerLegacy:ContainerLegacy"];

/** Charts, installed by Helm or by Pulumi itself. */
const CHARTS: readonly string[] = [TYPES.release, "kubernetes:helm.sh/v4:Chart"];

/** Whether it is a VM or a container of Proxmox. */
export function isGuest({ type }: Pick<DeclaredResource, "type">): boolean {
  return GUESTS.includes(type);
}

/** Whether it is made of a chart. */
export function isChart({ type }: Pick<DeclaredResource, "type">): boolean {
  return CHARTS.includes(type);
}
