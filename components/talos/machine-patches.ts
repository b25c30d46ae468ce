import { stringify } from "yaml";
import type { Plan, PlannedMachine, PlannedNetwork } from "../../planner/plan";

/** Port of KubePrism, Talos' load balancer for the Kubernetes API on every machine's loopback. */
export const KUBEPRISM_PORT = 7445;

/** Name of a nocloud machine's first network device: the image sets `net.ifnames=0`. */
const LINK = "eth0";

/**
 * Patches every machine of a TalosCluster shares, in the forms Talos up to 1.13 reads.
 *
 * @returns one YAML document; holds no secret
 */
export function clusterPatch(plan: Pick<Plan, "talos" | "endpoint">, installer: string): string {
  return stringify({
    machine: {
      // Pre-installed images ignore it at boot; every later upgrade starts from it.
      install: { image: installer, disk: "/dev/sda" },
      // Workloads resolve through CoreDNS itself: Cilium's BPF masquerading cannot reach the host's resolver.
      features: { kubePrism: { enabled: true, port: KUBEPRISM_PORT }, hostDNS: { enabled: true, forwardKubeDNSToHost: false } },
      certSANs: [plan.endpoint.host],
    },
    cluster: {
      // Cilium is the network and replaces kube-proxy.
      network: { cni: { name: "none" } },
      proxy: { disabled: true },
      discovery: { enabled: plan.talos.discovery },
    },
  });
}

/** What only control planes are told, as one YAML document. */
export function controlPlanePatch(plan: Pick<Plan, "talos" | "endpoint">): string {
  return stringify({
    cluster: {
      allowSchedulingOnControlPlanes: plan.talos.scheduleOnControlPlanes,
      apiServer: { certSANs: [plan.endpoint.host] },
      // Reachable metrics, which Talos keeps on loopback otherwise.
      etcd: { extraArgs: { "listen-metrics-urls": "http://0.0.0.0:2381" } },
    },
  });
}

/** One machine's own documents: name, addresses and resolvers, and the shared address on control planes. */
export function machinePatches(machine: PlannedMachine, network: PlannedNetwork, endpoint: Plan["endpoint"]): string[] {
  const documents: object[] = [
    // `auto: off` as well: the generated document says `stable`, and both together are refused.
    { apiVersion: "v1alpha1", kind: "HostnameConfig", hostname: machine.name, auto: "off" },
    {
      apiVersion: "v1alpha1",
      kind: "LinkConfig",
      name: LINK,
      addresses: [{ address: `${machine.address}/${network.prefixLength}` }],
      routes: [{ gateway: network.gateway }],
    },
    { apiVersion: "v1alpha1", kind: "ResolverConfig", nameservers: network.nameservers.map((address) => ({ address })) },
    { apiVersion: "v1alpha1", kind: "TimeSyncConfig", ntp: { servers: network.timeServers } },
  ];
  if (endpoint.kind === "vip" && machine.role === "controlplane") {
    documents.push({ apiVersion: "v1alpha1", kind: "Layer2VIPConfig", name: endpoint.host, link: LINK });
  }
  // YAML 1.1 readers take a bare `off` for false: quote every string that could be mistaken.
  return documents.map((document) => stringify(document, { version: "1.1" }));
}
