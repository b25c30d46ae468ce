import { IMAGE_GIB } from "../datacenter/durations";
import type { Settings } from "../datacenter/model";
import type { VmRequest } from "../datacenter/virtual-machines";
import { ApiError } from "./api-error";

/** Bytes in a GiB. */
const GIB = 1024 ** 3;
/** What the volumes of firmware variables and of the TPM take. */
const SMALL_VOLUMES: Readonly<Record<string, string>> = { efidisk0: "528K", tpmstate0: "4M" };

const DISK = /^(scsi|virtio|sata|ide)\d+$/;
const VOLUME = /^(efidisk0|tpmstate0|(scsi|virtio|sata|ide)\d+)$/;

/** Parts of a setting like `local-lvm:20,discard=on`; the first one may stand without a name. */
export function partsOf(setting: string, first = "file"): Map<string, string> {
  // Clients leave a comma at the end.
  const parts = setting.split(",").filter((part) => part !== "");
  return new Map(
    parts.map((part): [string, string] => {
      const at = part.indexOf("=");
      return at < 0 ? [first, part] : [part.slice(0, at), part.slice(at + 1)];
    }),
  );
}

/** The setting that parts were read from. */
export function settingOf(parts: ReadonlyMap<string, string>, first = "file"): string {
  return [...parts].map(([name, value]) => (name === first ? value : `${name}=${value}`)).join(",");
}

/**
 * Settings as they are kept: volumes have been made where a size or a source was given, devices are written as Proxmox does.
 *
 * @returns the settings and, by disk, the image it is to be imported from
 */
export function allocate(vmId: string, asked: Settings, before: Settings = {}): { settings: Settings; imports: Settings } {
  const imports: Settings = {};
  const settings = { ...before };
  for (const [name, value] of Object.entries(asked)) {
    if (VOLUME.test(name)) settings[name] = volume(name, value);
    else if (/^net\d+$/.test(name)) settings[name] = networkDevice(value);
    else if (name === "cpu") settings[name] = settingOf(partsOf(value, "cputype"), "cputype");
    else settings[name] = value;
  }
  return { settings, imports };

  function volume(name: string, value: string): string {
    const parts = partsOf(value);
    const file = parts.get("file") ?? "";
    const source = parts.get("import-from");
    const [storage = "", rest = ""] = file.split(/:(.*)/s);
    if (source !== undefined) imports[name] = source;
    parts.delete("import-from");
    parts.delete("format");
    if (rest === "cloudinit") {
      return settingOf(
        new Map([
          ["file", `${storage}:vm-${vmId}-cloudinit`],
          ["media", "cdrom"],
          ["size", "4M"],
        ]),
      );
    }
    if (/^\d+$/.test(rest)) {
      parts.set("file", `${storage}:vm-${vmId}-disk-${nextDisk(Object.values(settings))}`);
      // An imported volume is as large as its image, whatever size is asked for.
      parts.set("size", SMALL_VOLUMES[name] ?? (source === undefined ? `${rest}G` : `${IMAGE_GIB}G`));
    }
    const existing = partsOf(settings[name] ?? "").get("size");
    if (!/^\d+$/.test(rest) && existing !== undefined) parts.set("size", existing);
    return settingOf(parts);
  }

  function nextDisk(values: readonly string[]): number {
    const taken = values.flatMap((value) => /:vm-\d+-disk-(\d+)/.exec(value)?.[1] ?? []).map(Number);
    return taken.length === 0 ? 0 : Math.max(...taken) + 1;
  }
}

function networkDevice(value: string): string {
  const parts = partsOf(value, "model");
  const [model, address] = [parts.get("model"), parts.get("macaddr")];
  if (model === undefined || address === undefined) return value;
  parts.delete("model");
  parts.delete("macaddr");
  return [`${model}=${address}`, settingOf(parts, "")].filter((part) => part !== "").join(",");
}

/** GiB of a size as Proxmox writes it: `20G`, `528K`, or plain bytes. */
export function gibOf(size: string): number {
  const [, digits = "", unit = ""] = /^(\d+)([KMGT]?)$/.exec(size) ?? [];
  if (digits === "") throw new ApiError(400, "Parameter verification failed.", { size: `value '${size}' is no size` });
  const bytes = { K: 1024, M: 1024 ** 2, G: GIB, T: 1024 * GIB }[unit] ?? 1;
  return (Number(digits) * bytes) / GIB;
}

/** What the datacenter reads out of a VM's settings. */
export function requestOf(host: string, vmId: number, settings: Settings, imports: Settings = {}): VmRequest {
  const address = partsOf(settings["ipconfig0"] ?? "");
  const [affinity, numa] = [settings["affinity"], partsOf(settings["numa0"] ?? "").get("hostnodes")];
  return {
    vmId,
    name: settings["name"] ?? `VM ${vmId}`,
    host,
    cores: Number(settings["cores"] ?? 1) * Number(settings["sockets"] ?? 1),
    memoryMiB: Number(settings["memory"] ?? 512),
    disks: Object.entries(settings)
      .filter(([name, value]) => DISK.test(name) && partsOf(value).get("media") !== "cdrom")
      .sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }))
      .map(([name, value]) => disk(name, partsOf(value), imports[name])),
    addresses: ["ip", "ip6"].flatMap((family) => address.get(family)?.replace(/\/.*$/, "") ?? []),
    hardware: {
      // Proxmox' own default.
      cpuType: partsOf(settings["cpu"] ?? "kvm64", "cputype").get("cputype") ?? "kvm64",
      lastThread: affinity === undefined || affinity === "" ? null : Math.max(...affinity.split(/[,-]/).map(Number)),
      numaNode: numa === undefined ? null : Number(numa),
      mappings: Object.entries(settings)
        .filter(([name]) => /^hostpci\d+$/.test(name))
        .flatMap(([, value]) => partsOf(value).get("mapping") ?? []),
      tpm: settings["tpmstate0"] !== undefined,
    },
    pool: settings["pool"] ?? "",
    started: false,
    ...cdromOf(settings),
  };
}

/** What is in the CD drive, unless it is a drive of Proxmox' own cloud-init. */
function cdromOf(settings: Settings): Pick<VmRequest, "cdrom"> {
  const files = Object.entries(settings)
    .filter(([name, value]) => DISK.test(name) && partsOf(value).get("media") === "cdrom")
    .map(([, value]) => partsOf(value).get("file") ?? "");
  const cdrom = files.find((file) => file.includes(":iso/"));
  return cdrom === undefined ? {} : { cdrom };
}

function disk(slot: string, parts: ReadonlyMap<string, string>, importFrom: string | undefined): VmRequest["disks"][number] {
  const serial = parts.get("serial");
  return {
    slot,
    datastore: (parts.get("file") ?? "").replace(/:.*$/s, ""),
    sizeGiB: gibOf(parts.get("size") ?? "0"),
    ...(serial === undefined ? {} : { serial }),
    ...(importFrom === undefined ? {} : { importFrom }),
  };
}
