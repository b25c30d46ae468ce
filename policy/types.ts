/** Type tokens of resources that policies judge. */
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
