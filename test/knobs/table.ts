import { POLICY_KINDS, POLICY_NAMES } from "../../config/policies";
import type { PolicyName } from "../../config/policies";
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

/** Snapshots of etcd with the least that is needed. */
const RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
const ETCD_BACKUP: Edits = { "talos.etcdBackup": { s3: { bucket: "etcd", accessKeyId: "GK1" }, ageRecipient: RECIPIENT } };

/** Balancers with the least that is needed, and an image of their own. */
const BALANCED: Edits = { "network.endpoint": { haproxy: { vip: "10.0.0.99" } } };
const IMAGE = { url: "https://a.example.org/debian.qcow2", sha512: "a".repeat(128) };

/** A Secret of the stack. */
const SHOP: Edits = { "secrets.shop": { api: { keys: ["token"], values: { user: "shop" } } } };

/** Without what stops a stack unless it is acknowledged. */
const NONE_BLOCKING: Edits = { "addons.ingressNginx": undefined };

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
  "proxmox.hosts.*.domains.*": turned(`${host}.domains.power`, "feed-c"),
  "proxmox.hosts.*.processor.vendor": turned(`${host}.processor`, { vendor: "intel", model: "i5-9500T" }),
  "proxmox.hosts.*.processor.model": turned(`${host}.processor`, { vendor: "amd", model: "EPYC 7413" }),
  "proxmox.hosts.*.cpuLevel": turned(`${host}.cpuLevel`, "x86-64-v4"),
  "proxmox.hosts.*.numaNodes": turned(`${host}.numaNodes`, 4),
  "proxmox.hosts.*.pciMappings.*": turned(`${host}.pciMappings.gpu`, 5),
  "proxmox.hosts.*.cost.purchase.*": turned(`${host}.cost.purchase.server`, 901),
  "proxmox.hosts.*.cost.rentPerMonth": turned(`${host}.cost.rentPerMonth`, 6),
  "proxmox.hosts.*.cost.powerWatts": turned(`${host}.cost.powerWatts`, 61, { costs: { electricityPerKwh: 0.3 } }),
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
  ...Object.fromEntries(
    Object.entries({
      vip: "10.0.0.98",
      count: 3,
      cores: 2,
      memoryGiB: 2,
      diskGiB: 9,
      datastore: "tank",
      "hosts[]": ["pve-3", "pve-1"],
      ids: "520-522",
      addresses: "10.0.0.120-10.0.0.122",
      names: "edge-00..02",
      virtualRouterId: 7,
      metrics: true,
      "sshAuthorizedKeys[]": ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE0000000000000000000000000000000000000000000 admin"],
    }).map(([key, value]) => [
      `network.endpoint.haproxy.${key}`,
      turned(`network.endpoint.haproxy.${key.replace("[]", "")}`, value, BALANCED),
    ]),
  ),
  "network.endpoint.haproxy.image.url": turned(
    "network.endpoint.haproxy.image",
    { ...IMAGE, url: "https://b.example.org/debian.qcow2" },
    {
      "network.endpoint": { haproxy: { vip: "10.0.0.99", image: IMAGE } },
    },
  ),
  "network.endpoint.haproxy.image.sha512": turned(
    "network.endpoint.haproxy.image",
    { ...IMAGE, sha512: "b".repeat(128) },
    {
      "network.endpoint": { haproxy: { vip: "10.0.0.99", image: IMAGE } },
    },
  ),
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
  ...Object.fromEntries(
    Object.entries({
      "pools[]": ["main"],
      hostnamePrefix: "other-",
      "tags[]": ["tag:other"],
      "routes[]": ["10.9.0.0/16"],
      acceptRoutes: true,
      authOnce: false,
      loginServer: "https://headscale.example.org",
    }).map(([key, value]) => [`talos.tailscale.${key}`, turned(`talos.tailscale.${key.replace("[]", "")}`, value)]),
  ),
  "talos.sysctls.*": turned("talos.sysctls", { "vm.swappiness": "20" }),
  "talos.registryMirrors.*[]": turned("talos.registryMirrors", { "docker.io": ["https://b.example.org"] }),
  "talos.etcdBackup.s3.endpoint": turned("talos.etcdBackup.s3.endpoint", "https://s3.example.net", ETCD_BACKUP),
  "talos.etcdBackup.s3.bucket": turned("talos.etcdBackup.s3.bucket", "other", ETCD_BACKUP),
  "talos.etcdBackup.s3.region": turned("talos.etcdBackup.s3.region", "garage", ETCD_BACKUP),
  "talos.etcdBackup.s3.prefix": turned("talos.etcdBackup.s3.prefix", "a/b", ETCD_BACKUP),
  "talos.etcdBackup.s3.accessKeyId": turned("talos.etcdBackup.s3.accessKeyId", "GK2", ETCD_BACKUP),
  "talos.etcdBackup.ageRecipient": turned("talos.etcdBackup.ageRecipient", RECIPIENT.replace(/p$/, "q"), ETCD_BACKUP),
  "talos.etcdBackup.everyHours": turned("talos.etcdBackup.everyHours", 3, ETCD_BACKUP),
  "talos.etcdBackup.retentionDays": turned("talos.etcdBackup.retentionDays", 7, ETCD_BACKUP),
  "talos.etcdBackup.namespace": turned("talos.etcdBackup.namespace", "snapshots", ETCD_BACKUP),
  "talos.etcdBackup.image": turned("talos.etcdBackup.image", "registry.example.org/talos-backup:v1", ETCD_BACKUP),
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
  "addons.mirror": turned("addons.mirror", "oci://mirror.example.org/charts"),
  "externals.*.host": turned("externals.db.host", "db2.example.org"),
  "externals.*.port": turned("externals.cache.port", 6380),
  "externals.*.namespace": turned("externals.db.namespace", "kube-public"),
  "costs.currency": turned("costs.currency", "CHF", { costs: { services: { db: { perMonth: 5 } } } }),
  "costs.electricityPerKwh": turned("costs.electricityPerKwh", 0.4, { costs: { electricityPerKwh: 0.3 } }),
  "costs.months": turned("costs.months", 12, { costs: {} }),
  "costs.services.*.perMonth": turned(
    "costs.services.db.perMonth",
    { from: 5 },
    { costs: { services: { db: { perMonth: 5 } } } },
  ),
  "costs.services.*.currency": turned("costs.services.db.currency", "CHF", { costs: { services: { db: { perMonth: 5 } } } }),
  "sla.availabilityPercent": turned("sla.availabilityPercent", 99.95, { sla: { availabilityPercent: 99 } }),
  "secrets.*.*.type": turned("secrets.shop.api.type", "example.org/api", SHOP),
  "secrets.*.*.labels.*": turned("secrets.shop.api.labels", { app: "shop" }, SHOP),
  "secrets.*.*.keys[]": turned("secrets.shop.api.keys", ["token", "other"], SHOP),
  "secrets.*.*.values.*": turned("secrets.shop.api.values", { user: "other" }, SHOP),
  "acknowledge[].code": turned("acknowledge", [{ code: "control-plane-single", reason: "this is a test" }], NONE_BLOCKING),
  "acknowledge[].reason": turned("acknowledge", [{ code: "control-plane-single", reason: "this is a test as well" }], {
    ...NONE_BLOCKING,
    acknowledge: [{ code: "control-plane-single", reason: "this is a test" }],
  }),
  "acknowledge[].path": turned(
    "acknowledge",
    [{ code: "control-plane-single", reason: "this is a test", path: "somewhere.else" }],
    { ...NONE_BLOCKING, acknowledge: [{ code: "control-plane-single", reason: "this is a test" }] },
  ),
  ...(Object.assign({}, ...POLICY_NAMES.map(policyKnobs)) as Readonly<Record<string, Knob>>),
};

/** How hard a policy is changes no resource: the plan's findings, which the program exports, say it. */
function policyKnobs(name: PolicyName): Readonly<Record<string, Knob>> {
  const path = `policies.${name}`;
  // Where the base asks nothing of it, only what is asked less can be told.
  const given: Edits = { "metadata.environment": "prod" };
  const more = "takesNamespaces" in POLICY_KINDS[name];
  return {
    [`${path}.level`]: turned(path, { level: "disabled", reason: "this is a test" }, given),
    ...(more ? { [`${path}.namespaces[]`]: turned(path, { namespaces: ["shop"], reason: "this is a test" }, given) } : {}),
  };
}
