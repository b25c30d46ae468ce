import type { Activity } from "../datacenter/datacenter";
import type { DurationName } from "../datacenter/durations";
import type { Registration } from "../door/recording";

/** The resource type on whose behalf the datacenter does each kind of work. */
const TYPES: Partial<Record<DurationName, string>> = {
  imageSchematic: "talos:imageFactory/schematic:Schematic",
  imageDownload: "proxmoxve:download/file:File",
  resourcePool: "proxmoxve:index/poolLegacy:PoolLegacy",
  diskImport: "proxmoxve:index/vmLegacy:VmLegacy",
  diskResize: "proxmoxve:index/vmLegacy:VmLegacy",
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
  podsReady: "kubernetes:helm.sh/v3:Release",
};

/** URNs of the resources behind a chain of activities, each once, in the order of the chain. */
export function attribute(path: readonly Activity[], registrations: readonly Registration[]): string[] {
  const addresses = new Map(
    registrations.filter(({ type }) => type === TYPES.vmStart).map(({ opened, id }) => [id, addressOf(opened["initialization"])]),
  );
  const urns = path.flatMap(({ kind, subject }) => {
    const candidates = registrations.filter(({ type }) => type === TYPES[kind]);
    const node = addresses.get(subject);
    const match =
      candidates.find(({ id, opened }) => id === subject || (node !== undefined && opened["node"] === node)) ??
      candidates.find(({ name, opened }) => name === subject || opened["nodeName"] === subject.split("/")[0]) ??
      candidates[0];
    return match ? [match.urn] : [];
  });
  return [...new Set(urns)];
}

function addressOf(initialization: unknown): string {
  const config = initialization as { ipConfigs?: { ipv4?: { address?: string } }[] } | undefined;
  return (config?.ipConfigs?.[0]?.ipv4?.address ?? "").replace(/\/.*$/, "");
}
