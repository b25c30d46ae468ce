import type { EXISTING, VMS } from "./bases";

/** Values to write, by path; undefined takes the key away. */
export type Edits = Readonly<Record<string, unknown>>;

/** How one knob is turned: what is written before, if the base has not got it, and what is written then. */
export interface Knob {
  readonly base?: typeof VMS | typeof EXISTING;
  /** Written first, so that the knob means something. */
  readonly given?: Edits;
  readonly turned: Edits;
}

const turned = (path: string, value: unknown, given?: Edits): Knob => ({
  turned: { [path]: value },
  ...(given ? { given } : {}),
});
/** The same for an object whose only knob is turned. */
const host = "proxmox.hosts.pve-1";

/** What every add-on can be told about its release. */
function releaseKnobs(addon: string, version: string): Record<string, Knob> {
  const at = `addons.${addon}`;
  return {
    [`${at}.version`]: turned(`${at}.version`, version),
    [`${at}.repository`]: turned(`${at}.repository`, "https://charts.example.org"),
    [`${at}.values`]: turned(`${at}.values`, { podLabels: { a: "b" } }),
    [`${at}.timeoutSeconds`]: turned(`${at}.timeoutSeconds`, 1200),
  };
}

/** One entry per place of the schema where a value can be written. */
export const STACK_KNOBS: Readonly<Record<string, Knob>> = {
  "metadata.name": turned("metadata.name", "other"),
  "metadata.environment": turned("metadata.environment", "prod"),
  "proxmox.endpoint": turned("proxmox.endpoint", "https://10.0.0.3:8006"),
  "proxmox.insecure": turned("proxmox.insecure", false),
  "proxmox.cluster.name": turned("proxmox.cluster.name", "other"),
  "proxmox.cluster.qdevice": turned("proxmox.cluster.qdevice", "10.0.0.60"),
  "proxmox.ha.maxRestart": turned("proxmox.ha", { maxRestart: 3 }, { "proxmox.ha": {} }),
  "proxmox.ha.maxRelocate": turned("proxmox.ha", { maxRelocate: 3 }, { "proxmox.ha": {} }),
  "proxmox.ha.failback": turned("proxmox.ha", { failback: false }, { "proxmox.ha": {} }),
  "proxmox.poolId": turned("proxmox.poolId", "other"),
  "proxmox.tags[]": turned("proxmox.tags", ["green"]),
  "proxmox.bridge": turned("proxmox.bridge", "vmbr1"),
  "proxmox.vlanId": turned("proxmox.vlanId", 20),
  "proxmox.firewall": turned("proxmox.firewall", true),
  "proxmox.imageDatastore": turned("proxmox.imageDatastore", "tank"),
  "proxmox.vm.idBase": turned("proxmox.vm.idBase", 499),
  "proxmox.vm.idCount": turned("proxmox.vm.idCount", 50),
  "proxmox.hosts.*.address": turned(`${host}.address`, "10.0.0.9"),
  "proxmox.hosts.*.cores": turned(`${host}.cores`, 8),
  "proxmox.hosts.*.threads": turned(`${host}.threads`, 64),
  "proxmox.hosts.*.memoryGiB": turned(`${host}.memoryGiB`, 256),
  "proxmox.hosts.*.reservedMemoryGiB": turned(`${host}.reservedMemoryGiB`, 4),
  "proxmox.hosts.*.datastores.*.sizeGiB": turned(`${host}.datastores.tank.sizeGiB`, 1000),
  "proxmox.hosts.*.datastores.*.shared": turned(`${host}.datastores.tank.shared`, true),
  "proxmox.hosts.*.failureDomain": turned(`${host}.failureDomain`, "north"),
  "proxmox.hosts.*.cpuLevel": turned(`${host}.cpuLevel`, "x86-64-v4"),
  "proxmox.hosts.*.numaNodes": turned(`${host}.numaNodes`, 4),
  "proxmox.hosts.*.pciMappings.*": turned(`${host}.pciMappings.gpu`, 5),
  "proxmox.hosts.*.cost.purchase.*": turned(`${host}.cost.purchase.server`, 901),
  "proxmox.hosts.*.cost.rentPerMonth": turned(`${host}.cost.rentPerMonth`, 6),
  "proxmox.hosts.*.cost.powerWatts": turned(`${host}.cost.powerWatts`, 61),
  "proxmox.hosts.*.cost.currency": turned(`${host}.cost.currency`, "USD"),
  "network.subnet": turned("network.subnet", "10.0.0.0/23"),
  "network.gateway": turned("network.gateway", "10.0.0.5"),
  "network.addresses": turned("network.addresses", "10.0.0.100-10.0.0.138"),
  "network.ipv6.subnet": turned("network.ipv6.subnet", "fd00::/60"),
  "network.ipv6.gateway": turned("network.ipv6.gateway", "fd00::2"),
  "network.ipv6.addresses": turned("network.ipv6.addresses", "fd00::200-fd00::227"),
  "network.endpoint.address": turned("network.endpoint", { address: "10.0.0.100" }),
  "network.endpoint.vip": turned("network.endpoint.vip", "10.0.0.98"),
  "network.endpoint.dns": turned("network.endpoint", { dns: "api.example.org" }),
  "network.endpoint.loadBalancer": turned("network.endpoint", { loadBalancer: "lb.example.org" }),
  "network.endpoint.port": turned("network.endpoint.port", 443, { "network.endpoint": { loadBalancer: "lb.example.org" } }),
  "network.nameservers[]": turned("network.nameservers", ["10.0.0.6"]),
  "network.searchDomains[]": turned("network.searchDomains", ["example.net"]),
  "network.timeServers[]": turned("network.timeServers", ["b.example.org"]),
  "network.mtu": turned("network.mtu", 9000),
  "talos.version": turned("talos.version", "v1.13.8"),
  "talos.discovery": turned("talos.discovery", false),
  "talos.timeoutMinutes": turned("talos.timeoutMinutes", 20),
  "talos.extensions[]": turned("talos.extensions", ["siderolabs/iscsi-tools", "siderolabs/util-linux-tools"]),
  "talos.kernelArgs[]": turned("talos.kernelArgs", ["console=ttyS0"]),
  "talos.imageFactory": turned("talos.imageFactory", "factory.example.org"),
  "talos.secureBoot": turned("talos.secureBoot", true),
  "talos.encryption.provider": turned("talos.encryption.provider", "nodeId"),
  "talos.encryption.volumes[]": turned("talos.encryption.volumes", ["user"]),
  "talos.sysctls.*": turned("talos.sysctls", { "vm.swappiness": "20" }),
  "talos.registryMirrors.*[]": turned("talos.registryMirrors", { "docker.io": ["https://b.example.org"] }),
  "kubernetes.version": turned("kubernetes.version", "v1.36.1"),
  "kubernetes.podSubnets[]": turned("kubernetes.podSubnets", ["10.245.0.0/16", "fd00:10:245::/56"]),
  "kubernetes.serviceSubnets[]": turned("kubernetes.serviceSubnets", ["10.112.0.0/12", "fd00:10:97::/112"]),
  "kubernetes.domain": turned("kubernetes.domain", "example.internal"),
  "kubernetes.certSans[]": turned("kubernetes.certSans", ["b.example.org"]),
  "kubernetes.args.apiServer.*": turned("kubernetes.args.apiServer", { v: "3" }),
  "kubernetes.args.controllerManager.*": turned("kubernetes.args.controllerManager", { v: "3" }),
  "kubernetes.args.scheduler.*": turned("kubernetes.args.scheduler", { v: "3" }),
  "kubernetes.args.kubelet.*": turned("kubernetes.args.kubelet", { v: "3" }),
  "kubernetes.args.etcd.*": turned("kubernetes.args.etcd", { "heartbeat-interval": "200" }),
  "addons.cilium.enabled": turned("addons.cilium", { enabled: false }),
  "addons.cilium.operatorReplicas": turned("addons.cilium", { operatorReplicas: 2 }),
  "addons.cilium.hubble.relay": turned("addons.cilium", { hubble: { relay: true } }),
  "addons.cilium.hubble.ui": turned("addons.cilium", { hubble: { ui: true } }),
  "addons.mirror": turned("addons.mirror", "oci://mirror.example.org/charts"),
  ...releaseKnobs("cilium", "1.20.1"),
  ...releaseKnobs("longhorn", "1.12.2"),
  ...releaseKnobs("kubePrometheusStack", "88.5.4"),
  ...releaseKnobs("loki", "18.12.0"),
  ...releaseKnobs("tempo", "2.2.5"),
  "addons.longhorn.namespace": turned("addons.longhorn.namespace", "storage"),
  "addons.longhorn.replicas": turned("addons.longhorn.replicas", 2),
  "addons.longhorn.defaultClass": turned("addons.longhorn.defaultClass", false),
  "addons.longhorn.overProvisioningPercent": turned("addons.longhorn.overProvisioningPercent", 200),
  "addons.longhorn.backup.target": turned("addons.longhorn.backup", { target: "nfs://10.0.0.70:/backup" }),
  "addons.longhorn.backup.credentialSecret": turned(
    "addons.longhorn.backup",
    { target: "nfs://10.0.0.70:/backup", credentialSecret: "backup" },
    { "addons.longhorn.backup": { target: "nfs://10.0.0.70:/backup" } },
  ),
  "addons.kubePrometheusStack.namespace": turned("addons.kubePrometheusStack.namespace", "metrics"),
  "addons.kubePrometheusStack.retentionDays": turned("addons.kubePrometheusStack.retentionDays", 3),
  "addons.kubePrometheusStack.storageGiB": turned("addons.kubePrometheusStack.storageGiB", 5),
  "addons.kubePrometheusStack.replicas": turned("addons.kubePrometheusStack.replicas", 2),
  "addons.kubePrometheusStack.grafana.enabled": turned("addons.kubePrometheusStack.grafana", { enabled: false }),
  "addons.kubePrometheusStack.grafana.adminSecret": turned("addons.kubePrometheusStack.grafana", { adminSecret: "admin" }),
  "addons.kubePrometheusStack.alertmanager.enabled": turned("addons.kubePrometheusStack.alertmanager", { enabled: false }),
  "addons.kubePrometheusStack.alertmanager.replicas": turned("addons.kubePrometheusStack.alertmanager", { replicas: 3 }),
  "addons.loki.namespace": turned("addons.loki.namespace", "logs"),
  "addons.loki.retentionDays": turned("addons.loki.retentionDays", 3),
  "addons.loki.storageGiB": turned("addons.loki.storageGiB", 5),
  "addons.tempo.namespace": turned("addons.tempo.namespace", "traces"),
  "addons.tempo.retentionHours": turned("addons.tempo.retentionHours", 3),
  "addons.tempo.storageGiB": turned("addons.tempo.storageGiB", 5),
  "externals.*.host": turned("externals.db.host", "db2.example.org"),
  "externals.*.port": turned("externals.cache.port", 6380),
  "externals.*.namespace": turned("externals.db.namespace", "kube-public"),
  "acknowledge[].code": turned("acknowledge", [{ code: "control-plane-single", reason: "this is a test" }]),
  "acknowledge[].reason": turned("acknowledge", [{ code: "control-plane-single", reason: "this is a test as well" }], {
    acknowledge: [{ code: "control-plane-single", reason: "this is a test" }],
  }),
  "acknowledge[].path": turned(
    "acknowledge",
    [{ code: "control-plane-single", reason: "this is a test", path: "somewhere.else" }],
    { acknowledge: [{ code: "control-plane-single", reason: "this is a test" }] },
  ),
};
