import { stringify } from "yaml";
import type { Plan, PlannedEtcdBackup, PlannedLonghorn, PlannedMachine, PlannedTalos } from "../../planner/plan";
import { inUrl } from "../../planner/addresses";
import { ETCD_METRICS_PORT, KUBEPRISM_PORT, KUBE_PROXY_METRICS_PORT } from "../../planner/ports";
import { tailscaleSettings } from "./tailscale";

/** What the patches are made of. */
export type PatchedPlan = Pick<Plan, "talos" | "endpoint" | "network" | "kubernetes" | "addons" | "etcdBackup">;

/**
 * Patches every machine of a TalosCluster shares, in the forms Talos up to 1.13 reads.
 *
 * @param installer image that upgrades start from
 * @returns one YAML document; holds no secret
 */
export function clusterPatch({ talos, kubernetes, addons }: PatchedPlan, installer: string, installDisk: string): string {
  const hasCilium = addons.cilium !== undefined;
  return text({
    machine: {
      // Pre-installed images ignore it at boot; every later upgrade starts from it.
      install: { image: installer, disk: installDisk },
      features: {
        kubePrism: { enabled: true, port: KUBEPRISM_PORT },
        // Workloads resolve through CoreDNS itself: Cilium's BPF masquerading cannot reach the host's resolver.
        ...(hasCilium ? { hostDNS: { enabled: true, forwardKubeDNSToHost: false } } : {}),
      },
      certSANs: kubernetes.certSans,
      ...present("sysctls", talos.sysctls),
      ...present("registries", mirrors(talos)),
      ...present("kubelet", present("extraArgs", kubernetes.args.kubelet)),
    },
    cluster: {
      network: {
        // Cilium is the network and replaces kube-proxy.
        ...(hasCilium ? { cni: { name: "none" } } : {}),
        dnsDomain: kubernetes.domain,
        podSubnets: kubernetes.podSubnets,
        serviceSubnets: kubernetes.serviceSubnets,
      },
      ...(hasCilium ? { proxy: { disabled: true } } : {}),
      discovery: { enabled: talos.discovery },
    },
  });
}

/** What only control planes are told, as one YAML document. */
export function controlPlanePatch({ talos, kubernetes, addons, etcdBackup }: PatchedPlan): string {
  const { args, anyAddress } = kubernetes;
  const proxyMetrics = `${inUrl(anyAddress)}:${KUBE_PROXY_METRICS_PORT}`;
  return text({
    // Workers are refused with it.
    ...(etcdBackup ? { machine: { features: { kubernetesTalosAPIAccess: talosAccess(etcdBackup) } } } : {}),
    cluster: {
      allowSchedulingOnControlPlanes: talos.scheduleOnControlPlanes,
      apiServer: { certSANs: kubernetes.certSans, ...present("extraArgs", args.apiServer) },
      // Reachable metrics, which Talos keeps on loopback otherwise.
      controllerManager: { extraArgs: { "bind-address": anyAddress, ...args.controllerManager } },
      scheduler: { extraArgs: { "bind-address": anyAddress, ...args.scheduler } },
      etcd: { extraArgs: { "listen-metrics-urls": `http://${inUrl(anyAddress)}:${ETCD_METRICS_PORT}`, ...args.etcd } },
      ...(addons.cilium ? {} : { proxy: { extraArgs: { "metrics-bind-address": proxyMetrics } } }),
    },
  });
}

/** Who may ask Talos from inside of the cluster: pods of one namespace, for snapshots of etcd. */
function talosAccess({ namespace, role }: PlannedEtcdBackup): object {
  return { enabled: true, allowedRoles: [role], allowedKubernetesNamespaces: [namespace] };
}

/** One machine's own documents: name, addresses, labels, disks, the shared address on control planes, and its own patches last. */
export function machinePatches(machine: PlannedMachine, plan: PatchedPlan): string[] {
  return [
    ...kubeletOf(machine, plan.addons.longhorn),
    // `auto: off` as well: the generated document says `stable`, and both together are refused.
    { apiVersion: "v1alpha1", kind: "HostnameConfig", hostname: machine.name, auto: "off" },
    ...networkDocuments(machine, plan),
    ...volumeDocuments(machine, plan.talos),
    ...tailscaleSettings(machine),
    ...machine.configPatches,
  ].map(text);
}

/** Labels and taints of the node, which of its addresses is the node's, and what the kubelet sees. */
function kubeletOf(
  { name, pool, role, labels, taints, addresses, tailscale, providerId }: PlannedMachine,
  longhorn: PlannedLonghorn | undefined,
): object[] {
  const keepsVolumes = longhorn?.labelled === true && longhorn.machines.includes(name);
  const isTagged = longhorn?.machines.includes(name) === true && longhorn.taggedPools.includes(pool);
  const validSubnets = addresses.map(({ address, family }) => `${address}/${family === 4 ? 32 : 128}`);
  const isWorker = role === "worker";
  const nodeTaints = taints.map(({ key, value, effect }) => [key, `${value}:${effect}`] as const);
  const part = {
    ...present("nodeLabels", { ...labels, ...(keepsVolumes ? { "node.longhorn.io/create-default-disk": "true" } : {}) }),
    // Longhorn reads it once, for a node that has no tags yet.
    ...present("nodeAnnotations", isTagged ? { "node.longhorn.io/default-node-tags": JSON.stringify([pool]) } : {}),
    ...present("nodeTaints", isWorker ? {} : Object.fromEntries(nodeTaints)),
    ...present("kubelet", {
      ...present("extraConfig", {
        // A worker may not change its own taints (NodeRestriction), only bring them along when it registers.
        ...(isWorker && taints.length > 0 ? { registerWithTaints: taints } : {}),
        ...(providerId === undefined ? {} : { providerID: providerId }),
      }),
      ...(validSubnets.length === 0 ? {} : { nodeIP: { validSubnets } }),
      ...(longhorn?.runsOn.includes(name) === true ? { extraMounts: [mountOf(longhorn.systemPath)] } : {}),
    }),
  };
  // etcd takes a machine's first address otherwise, and the one of a tailnet may come first.
  const etcd = tailscale && !isWorker && validSubnets.length > 0 ? { etcd: { advertisedSubnets: validSubnets } } : {};
  return [...asDocument("machine", part), ...asDocument("cluster", etcd)];
}

/** A folder of the machine in a place of its own; user volumes the kubelet sees by itself. */
function mountOf(folder: string): object {
  return { destination: folder, type: "bind", source: folder, options: ["bind", "rshared", "rw"] };
}

function networkDocuments(machine: PlannedMachine, { network, endpoint }: PatchedPlan): object[] {
  const { link, addresses, role } = machine;
  const { nameservers, searchDomains, timeServers, mtu } = network;
  const documents: object[] = [];
  if (link !== null) {
    documents.push({
      apiVersion: "v1alpha1",
      kind: "LinkConfig",
      name: link,
      addresses: addresses.map(({ address, prefixLength }) => ({ address: `${address}/${prefixLength}` })),
      routes: addresses.map(({ gateway }) => ({ gateway })),
      ...(mtu === undefined ? {} : { mtu }),
    });
  }
  if (nameservers.length + searchDomains.length > 0) {
    documents.push({
      apiVersion: "v1alpha1",
      kind: "ResolverConfig",
      nameservers: nameservers.map((address) => ({ address })),
      ...(searchDomains.length > 0 ? { searchDomains: { domains: searchDomains } } : {}),
    });
  }
  documents.push({ apiVersion: "v1alpha1", kind: "TimeSyncConfig", ntp: { servers: timeServers } });
  if (endpoint.kind === "vip" && role === "controlplane" && link !== null) {
    documents.push({ apiVersion: "v1alpha1", kind: "Layer2VIPConfig", name: endpoint.host, link });
  }
  return documents;
}

/** Disks beside the system disk, and the encryption of all. */
function volumeDocuments({ disks }: PlannedMachine, { encryption }: PlannedTalos): object[] {
  const encrypted = (volume: "state" | "ephemeral" | "user"): object =>
    encryption?.volumes.includes(volume) === true
      ? {
          encryption: {
            provider: "luks2",
            keys: [{ slot: 0, ...(encryption.provider === "tpm" ? { tpm: {} } : { nodeID: {} }) }],
          },
        }
      : {};
  const system = (["state", "ephemeral"] as const)
    .filter((volume) => encryption?.volumes.includes(volume))
    .map((volume) => ({ apiVersion: "v1alpha1", kind: "VolumeConfig", name: volume.toUpperCase(), ...encrypted(volume) }));
  const further = disks
    .filter(({ name }) => name !== "system")
    .map(({ name, selector }) => ({
      apiVersion: "v1alpha1",
      kind: "UserVolumeConfig",
      name,
      provisioning: { diskSelector: { match: selector }, minSize: "1GiB", grow: true },
      ...encrypted("user"),
    }));
  return [...system, ...further];
}

function mirrors({ registryMirrors }: PlannedTalos): object {
  const entries = Object.entries(registryMirrors).map(([registry, endpoints]) => [registry, { endpoints }] as const);
  return entries.length === 0 ? {} : { mirrors: Object.fromEntries(entries) };
}

function asDocument(key: string, part: object): object[] {
  return Object.keys(part).length === 0 ? [] : [{ [key]: part }];
}

/** The key only where there is something to say. */
function present(key: string, value: object): object {
  return Object.keys(value).length === 0 ? {} : { [key]: value };
}

/** YAML 1.1 readers take a bare `off` for false: quote every string that could be mistaken. Sorted, as the engine hands maps on. */
function text(document: object): string {
  return stringify(document, { version: "1.1", sortMapEntries: true, aliasDuplicateObjects: false });
}
