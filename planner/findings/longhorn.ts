import { LONGHORN_DISK } from "../addons/longhorn";
import { LONGHORN_CLASS } from "../addons/volume";
import { judgeBackupLogin, judgeVolumeClasses, judgeZones } from "./longhorn-volumes";
import type { Finding, Plan, PlannedLonghorn, PlannedMachine, PlannedStorage } from "../plan";
import { finding } from "./catalog";

/** System extensions Longhorn's volumes are attached with (Longhorn documentation, Talos Linux support). */
const LONGHORN_EXTENSIONS = ["siderolabs/iscsi-tools", "siderolabs/util-linux-tools"];

/** Part of a disk Longhorn leaves alone by default: storageReservedPercentageForDefaultDisk. */
const RESERVED = 0.3;

type Judged = Pick<Plan, "addons" | "machines" | "talos" | "hosts">;

/** Whether machines can keep Longhorn's volumes, and all that add-ons ask for. */
export function judgeLonghorn(longhorn: PlannedLonghorn, { machines, talos, addons, hosts }: Judged): Finding[] {
  const path = "addons.longhorn";
  const keepers = machines.filter(({ name }) => longhorn.machines.includes(name));
  const lacking = LONGHORN_EXTENSIONS.map((extension) => ({
    extension,
    names: keepers.filter(({ schematic }) => !hasExtension(talos, schematic, extension)).map(({ name }) => name),
  })).filter(({ names }) => names.length > 0);
  const places = new Set(keepers.map(({ host, name }) => host ?? name));
  // Where volumes are on system disks, a first disk for Longhorn would have it look for them there.
  const onDisk = diskOf(longhorn) === LONGHORN_DISK;
  return [
    ...lacking.map(({ extension, names }) =>
      finding(
        "longhorn-extension-missing",
        "talos.extensions",
        `${names.join(", ")} have no ${extension}: no volume of Longhorn can be attached there`,
        `add ${extension} to talos.extensions`,
      ),
    ),
    ...(longhorn.replicas <= keepers.length
      ? []
      : [
          finding(
            "longhorn-replicas",
            `${path}.replicas`,
            `${longhorn.replicas} copies of each volume on ${keepers.length} ${keepers.length === 1 ? "machine" : "machines"} (${longhorn.machines.join(", ")}): every volume stays degraded`,
            `ask for at most ${keepers.length}, or ${onDisk ? `give more machines a disk ${LONGHORN_DISK}` : "add machines that take workloads"}`,
          ),
        ]),
    // A replica more or less is nothing to a volume whose machines, or whose only one, go all at once.
    ...(places.size === 1 && hosts.length > 1
      ? [
          finding(
            "longhorn-single-host",
            path,
            keepers.length > 1
              ? `all machines that keep volumes are on ${[...places].join("")}: its loss takes every copy`
              : `${longhorn.machines.join("")} is the only machine that keeps volumes: its loss takes every copy`,
            onDisk
              ? `give machines on other hosts a disk ${LONGHORN_DISK}, or spread the pool`
              : "spread the pool, or add one on other hosts",
          ),
        ]
      : []),
    ...judgeVolumeClasses(longhorn),
    ...judgeZones(longhorn, keepers),
    ...judgeBackupLogin(longhorn),
    ...judgeCapacity(longhorn, keepers, addons),
  ];
}

function judgeCapacity(longhorn: PlannedLonghorn, keepers: readonly PlannedMachine[], addons: Plan["addons"]): Finding[] {
  const disk = diskOf(longhorn);
  const sizes = keepers.map(({ disks }) => disks.find(({ name }) => name === disk)?.sizeGiB ?? 0);
  const room = Math.floor((sizes.reduce((sum, size) => sum + size, 0) * (1 - RESERVED) * longhorn.overProvisioningPercent) / 100);
  const volumes = volumesOf(longhorn, keepers.length, addons);
  const wanted = volumes.reduce((sum, { sizeGiB, count, copies }) => sum + sizeGiB * count * copies, 0);
  if (wanted <= room) return judgeLargest(longhorn, sizes, volumes);
  const list = volumes.map(({ key, count, sizeGiB }) => `${key} ${count > 1 ? `${count} x ` : ""}${sizeGiB} GiB`);
  const [copies = 1, ...others] = [...new Set(volumes.map((each) => each.copies))];
  const as = others.length > 0 ? "with all copies" : `as ${copies} ${copies === 1 ? "copy" : "copies"}`;
  return [
    finding(
      "longhorn-capacity",
      "addons.longhorn",
      `the add-ons' volumes (${list.join(", ")}) take ${wanted} GiB ${as}, Longhorn has room for ${room} GiB: 70 % of ${sizes.reduce((sum, size) => sum + size, 0)} GiB on ${keepers.length} ${keepers.length === 1 ? "machine" : "machines"}`,
      disk === LONGHORN_DISK
        ? `larger disks ${LONGHORN_DISK} or fewer copies, in a new cluster also smaller volumes`
        : `larger disks or fewer copies, in a new cluster also smaller volumes or a disk ${LONGHORN_DISK}, which a running one gets only after its replicas were moved`,
    ),
  ];
}

/** All of it would fit, and one volume fits nowhere: a copy is on one machine, whole. */
function judgeLargest(longhorn: PlannedLonghorn, sizes: readonly number[], volumes: readonly Volume[]): Finding[] {
  const rooms = sizes.map((size) => Math.floor((size * (1 - RESERVED) * longhorn.overProvisioningPercent) / 100));
  const inOrder = rooms.sort((a, b) => b - a);
  const [large] = volumes.filter(({ sizeGiB, copies }) => sizeGiB > (inOrder[copies - 1] ?? 0));
  if (large === undefined) return [];
  const { key, sizeGiB, copies } = large;
  const [where, others] = copies === 1 ? ["one machine", "none has"] : [`each of ${copies} machines`, "not so many have"];
  return [
    finding(
      "longhorn-capacity",
      "addons.longhorn",
      `a volume of the add-ons (${key} ${sizeGiB} GiB) has a whole copy on ${where}, and ${others} room for more than ${inOrder[copies - 1] ?? 0} GiB: 70 % of a disk`,
      "larger disks, in a new cluster also a smaller volume",
    ),
  ];
}

/** A volume of an add-on on Longhorn. */
interface Volume {
  readonly key: string;
  readonly sizeGiB: number;
  /** Pods that have one each. */
  readonly count: number;
  /** Machines that keep each of them. */
  readonly copies: number;
}

/** Volumes of Longhorn's classes, which have copies of their own; others take nothing of its room. */
function volumesOf({ replicas, classes }: PlannedLonghorn, keepers: number, addons: Plan["addons"]): Volume[] {
  return storesOf(addons).flatMap(({ key, storage: { volume, count } }) => {
    const own = classes.find(({ name }) => name === volume?.storageClass);
    if (!volume || (volume.storageClass !== LONGHORN_CLASS && !own)) return [];
    return [
      { key, count, sizeGiB: volume.sizeGiB, copies: Math.min(own?.replicas ?? replicas, own?.machines.length ?? keepers) },
    ];
  });
}

/** Name of the disk that volumes are kept on. */
function diskOf({ dataPath }: PlannedLonghorn): string {
  return dataPath.endsWith(`/mnt/${LONGHORN_DISK}`) ? LONGHORN_DISK : "system";
}

/** Add-ons that keep what they collect, in the order they come up. */
export function storesOf(addons: Plan["addons"]): { readonly key: string; readonly storage: PlannedStorage }[] {
  return Object.values(addons).flatMap(({ key, storage }) => (storage ? [{ key, storage }] : []));
}

function hasExtension({ schematics }: Plan["talos"], key: string, extension: string): boolean {
  return schematics.find((each) => each.key === key)?.yaml.includes(`- ${extension}\n`) ?? false;
}
