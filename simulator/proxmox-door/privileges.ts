import type { ApiRequest } from "./request";
import { partsOf } from "./vm-settings";

/** One thing a call asks of whoever makes it. */
export interface Demand {
  /** Object that it is asked for, for instance `/vms/850`. */
  readonly path: string;
  /** One of these has to be given there. */
  readonly anyOf: readonly string[];
}

/** Privileges by path. Those of the longest path that leads to an object count, and no others (PVE::AccessControl, roles). */
export type Acl = Readonly<Record<string, readonly string[]>>;

/** Lists that leave out what may not be seen, in place of a refusal. */
const FILTERED: Readonly<Record<string, Demand>> = {
  "GET /cluster/resources": { path: "/vms", anyOf: ["VM.Audit"] },
  "GET /pools": { path: "/pool", anyOf: ["Pool.Audit"] },
};

/** What the role Administrator has (PVE::AccessControl). */
export const PRIVILEGES: readonly string[] = [
  "Datastore.Allocate Datastore.AllocateSpace Datastore.AllocateTemplate Datastore.Audit",
  "Group.Allocate Mapping.Audit Mapping.Modify Mapping.Use Permissions.Modify Pool.Allocate Pool.Audit",
  "Realm.Allocate Realm.AllocateUser SDN.Allocate SDN.Audit SDN.Use",
  "Sys.AccessNetwork Sys.Audit Sys.Console Sys.Incoming Sys.Modify Sys.PowerMgmt Sys.Syslog User.Modify",
  "VM.Allocate VM.Audit VM.Backup VM.Clone VM.Config.CDROM VM.Config.CPU VM.Config.Cloudinit VM.Config.Disk VM.Config.HWType",
  "VM.Config.Memory VM.Config.Network VM.Config.Options VM.Console VM.GuestAgent.Audit VM.GuestAgent.FileRead",
  "VM.GuestAgent.FileSystemMgmt VM.GuestAgent.FileWrite VM.GuestAgent.Unrestricted VM.Migrate VM.PowerMgmt VM.Replicate",
  "VM.Snapshot VM.Snapshot.Rollback",
].flatMap((line) => line.split(" "));

const READ_STORAGE = ["Datastore.Audit", "Datastore.AllocateSpace"];
const DRIVE = /^(scsi|virtio|sata|ide|efidisk|tpmstate)\d+$/;

/** Settings by the privilege to change them (PVE::API2::Qemu, check_vm_modify_config_perm). */
const SETTINGS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(cores|cpu|cpulimit|cpuunits|sockets|vcpus|numa\d*|affinity)$/, ["VM.Config.CPU"]],
  [/^(memory|balloon|shares)$/, ["VM.Config.Memory"]],
  [/^(acpi|hotplug|kvm|machine|scsihw|smbios1|tablet|vga|watchdog|audio\d|rng\d|serial\d|hostpci\d+)$/, ["VM.Config.HWType"]],
  [/^(agent|autostart|bios|description|name|onboot|ostype|protection|startup|template|tags)$/, ["VM.Config.Options"]],
  [/^(boot|bootdisk)$/, ["VM.Config.Disk"]],
  [/^net\d+$/, ["VM.Config.Network"]],
  [/^(ci\w+|nameserver|searchdomain|sshkeys|ipconfig\d+)$/, ["VM.Config.Cloudinit", "VM.Config.Network"]],
];

/**
 * What Proxmox 9 asks of a call. Read in its own sources: qemu-server (API2/Qemu.pm), pve-storage (API2/Storage), pve-manager
 * (API2/Cluster.pm, Nodes.pm, Pool.pm), pve-ha-manager (API2/HA).
 *
 * @param call method and pattern of the endpoint, for instance `POST /nodes/:node/qemu`
 * @param before settings that the VM has already
 */
export function demandsOf(call: string, { path, form }: ApiRequest, before: ApiRequest["form"] = {}): Demand[] {
  const vm = `/vms/${path["vmid"] ?? form["vmid"] ?? ""}`;
  const storage = `/storage/${path["storage"] ?? ""}`;
  const pool = `/pool/${form["poolid"] ?? ""}`;
  const one = (at: string, ...anyOf: string[]): Demand[] => [{ path: at, anyOf }];
  const allocated = one(storage, "Datastore.AllocateTemplate");
  const outside = one(`/nodes/${path["node"] ?? ""}`, "Sys.AccessNetwork");
  switch (call) {
    case "GET /cluster/status":
    case "GET /nodes/:node/status":
      return one("/", "Sys.Audit");
    case "POST /pools":
    case "PUT /pools":
    case "DELETE /pools":
      return one(pool, "Pool.Allocate");
    case "GET /nodes/:node/query-url-metadata":
      return outside;
    case "POST /nodes/:node/storage/:storage/download-url":
      return [...allocated, ...outside];
    case "POST /nodes/:node/storage/:storage/upload":
      return allocated;
    case "DELETE /nodes/:node/storage/:storage/content/:volume":
      return one(storage, "Datastore.Allocate");
    case "POST /nodes/:node/qemu":
      return [...one(vm, "VM.Allocate"), ...settingsDemands(vm, form, {}, true)];
    case "PUT /nodes/:node/qemu/:vmid/config":
    case "POST /nodes/:node/qemu/:vmid/config":
      return settingsDemands(vm, form, before, false);
    case "GET /nodes/:node/storage/:storage/content/:volume":
      return volumeDemands(storage, path["volume"] ?? "");
    case "PUT /nodes/:node/qemu/:vmid/resize":
      return one(vm, "VM.Config.Disk");
    case "PUT /nodes/:node/qemu/:vmid/cloudinit":
      return one(vm, "VM.Config.Cloudinit");
    case "POST /nodes/:node/qemu/:vmid/migrate":
      return one(vm, "VM.Migrate");
    case "DELETE /nodes/:node/qemu/:vmid":
      return one(vm, "VM.Allocate");
  }
  if (call.includes("/cluster/ha/")) return one("/", call.startsWith("GET ") ? "Sys.Audit" : "Sys.Console");
  if (call.includes("/qemu/:vmid/status/") && call.startsWith("POST ")) return one(vm, "VM.PowerMgmt");
  if (call.includes("/qemu/:vmid/agent/")) return one(vm, "VM.GuestAgent.Audit");
  if (call.startsWith("GET /nodes/:node/qemu/:vmid/")) return one(vm, "VM.Audit");
  if (call.startsWith("GET /nodes/:node/storage/:storage/")) return one(storage, ...READ_STORAGE);
  return FILTERED[call] ? [FILTERED[call]] : [];
}

/** Whether a call is answered with an empty list in place of a refusal. */
export function isFiltered(call: string): boolean {
  return call in FILTERED;
}

/** Whether somebody has what a demand asks for. */
export function isGranted(acl: Acl, { path, anyOf }: Demand): boolean {
  const granted = grantedAt(acl, path);
  return anyOf.some((privilege) => granted.includes(privilege));
}

/** What somebody may do at a path. */
export function grantedAt(acl: Acl, path: string): readonly string[] {
  const at = Object.keys(acl)
    .filter((each) => each === "/" || path === each || path.startsWith(`${each}/`))
    .sort((a, b) => b.length - a.length)[0];
  return at === undefined ? [] : (acl[at] ?? []);
}

/** Reading what a volume is: that of a VM takes more than a file does (PVE::Storage, check_volume_access). */
function volumeDemands(storage: string, volume: string): Demand[] {
  const owner = /\bvm-(\d+)-/.exec(volume)?.[1];
  if (owner === undefined) return [{ path: storage, anyOf: READ_STORAGE }];
  return [
    { path: storage, anyOf: ["Datastore.Audit"] },
    { path: `/vms/${owner}`, anyOf: ["VM.Config.Disk"] },
  ];
}

function settingsDemands(vm: string, form: ApiRequest["form"], before: ApiRequest["form"], isNew: boolean): Demand[] {
  const gone = (form["delete"] ?? "").split(",").map((name): [string, string] => [name, before[name] ?? ""]);
  return [...Object.entries(form), ...gone].flatMap(([name, value]) => {
    if (DRIVE.test(name)) return driveDemands(vm, value, isNew);
    const anyOf = SETTINGS.find(([pattern]) => pattern.test(name))?.[1];
    const mapping = /^hostpci\d+$/.test(name) ? partsOf(value).get("mapping") : undefined;
    return [
      ...(anyOf ? [{ path: vm, anyOf }] : []),
      ...(mapping === undefined ? [] : [{ path: `/mapping/pci/${mapping}`, anyOf: ["Mapping.Use"] }]),
      ...(/^net\d+$/.test(name) ? bridgeDemands(value) : []),
    ];
  });
}

function driveDemands(vm: string, value: string, isNew: boolean): Demand[] {
  const parts = partsOf(value);
  const [store = "", rest = ""] = (parts.get("file") ?? "").split(/:(.*)/s);
  const isCloudInit = rest.includes("cloudinit");
  const kind = isCloudInit
    ? ["VM.Config.Cloudinit", "VM.Config.CDROM"]
    : [parts.get("media") === "cdrom" ? "VM.Config.CDROM" : "VM.Config.Disk"];
  const source = parts.get("import-from")?.replace(/:.*$/s, "");
  return [
    ...(isNew ? [] : kind.map((privilege) => ({ path: vm, anyOf: [privilege] }))),
    ...(/^\d+$/.test(rest) ? [{ path: `/storage/${store}`, anyOf: ["Datastore.AllocateSpace"] }] : []),
    ...(parts.get("media") === "cdrom" && !isCloudInit ? [{ path: `/storage/${store}`, anyOf: READ_STORAGE }] : []),
    ...(source === undefined ? [] : [{ path: `/storage/${source}`, anyOf: READ_STORAGE }]),
  ];
}

function bridgeDemands(device: string): Demand[] {
  const bridge = partsOf(device, "model").get("bridge");
  return bridge === undefined ? [] : [{ path: `/sdn/zones/localnetwork/${bridge}`, anyOf: ["SDN.Use"] }];
}
