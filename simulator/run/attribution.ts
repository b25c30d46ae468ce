import type { Activity } from "../datacenter/datacenter";
import type { DurationName } from "../datacenter/durations";
import type { Registration } from "../door/recording";

/** The resource type on whose behalf the datacenter does each kind of work. */
const TYPES: Partial<Record<DurationName, string>> = {
  imageSchematic: "talos:imageFactory/schematic:Schematic",
  imageDownload: "proxmoxve:download/file:File",
  haChange: "proxmoxve:index/haresource:Haresource",
  objectApply: "kubernetes:core/v1:Service",
  flannelAgent: "pulumi-nodejs:dynamic/kubernetes:KubernetesApi",
  resourcePool: "proxmoxve:index/poolLegacy:PoolLegacy",
  diskImport: "proxmoxve:index/vmLegacy:VmLegacy",
  diskResize: "proxmoxve:index/vmLegacy:VmLegacy",
  fileUpload: "proxmoxve:index/fileLegacy:FileLegacy",
  guestBoot: "proxmoxve:index/vmLegacy:VmLegacy",
  guestInstall: "proxmoxve:index/vmLegacy:VmLegacy",
  vmStart: "proxmoxve:index/vmLegacy:VmLegacy",
  vmUpdate: "proxmoxve:index/vmLegacy:VmLegacy",
  vmMigrate: "proxmoxve:index/vmLegacy:VmLegacy",
  talosBoot: "talos:machine/configurationApply:ConfigurationApply",
  talosApply: "talos:machine/configurationApply:ConfigurationApply",
  talosServices: "talos:machine/bootstrap:Bootstrap",
  etcdBootstrap: "talos:machine/bootstrap:Bootstrap",
  etcdJoin: "talos:machine/configurationApply:ConfigurationApply",
  controlPlanePods: "pulumi-nodejs:dynamic/kubernetes:KubernetesApi",
  kubeconfig: "talos:cluster/kubeconfig:Kubeconfig",
  nodeRegister: "kubernetes:helm.sh/v3:Release",
  helmInstall: "kubernetes:helm.sh/v3:Release",
  ciliumAgent: "kubernetes:helm.sh/v3:Release",
  longhornReady: "kubernetes:helm.sh/v3:Release",
  volumeAttach: "kubernetes:helm.sh/v3:Release",
  podsReady: "kubernetes:helm.sh/v3:Release",
};

/**
 * URNs of the resources behind a chain of activities, each once, in the order of the chain.
 *
 * @param addressOf address of the machine an activity was done to, if it was done to one
 */
export function attribute(
  path: readonly Activity[],
  registrations: readonly Pick<Registration, "urn" | "type" | "name" | "id" | "opened">[],
  addressOf: (subject: string) => string | undefined,
): string[] {
  const urns = path.flatMap(({ kind, subject }) => {
    const candidates = registrations.filter(({ type }) => type === TYPES[kind]);
    const node = addressOf(subject);
    const match =
      candidates.find(({ id, opened }) => id === subject || (node !== undefined && opened["node"] === node)) ??
      candidates.find(({ name, opened }) => name === subject || opened["nodeName"] === subject.split("/")[0]) ??
      candidates[0];
    return match ? [match.urn] : [];
  });
  return [...new Set(urns)];
}
