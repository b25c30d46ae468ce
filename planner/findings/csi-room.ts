import type { Finding, Plan } from "../plan";
import type { Site } from "../site";
import { finding } from "./catalog";
import { storesOf } from "./longhorn";

/** Volumes of the add-ons beside the VMs' own disks on the hosts' datastores. */
export function judgeVolumeRoom(site: Site, addons: Plan["addons"], hosts: Plan["hosts"]): Finding[] {
  return Object.entries(site.addons.proxmoxCsi?.storageClasses ?? {}).flatMap(([name, { datastore }]) => {
    const wanted = storesOf(addons).flatMap(({ key, storage: { volume, count } }) =>
      volume?.storageClass === name ? [{ key, count, sizeGiB: volume.sizeGiB }] : [],
    );
    const rooms = roomsOn(datastore, hosts);
    const [sum, largest] = [
      sumOf(wanted.map(({ count, sizeGiB }) => count * sizeGiB)),
      Math.max(0, ...wanted.map((each) => each.sizeGiB)),
    ];
    if (sum <= sumOf(rooms) && largest <= Math.max(0, ...rooms)) return [];
    const list = wanted.map(({ key, count, sizeGiB }) => `${key} ${count > 1 ? `${count} x ` : ""}${sizeGiB} GiB`);
    return [
      finding(
        "csi-volume-room",
        `addons.proxmoxCsi.storageClasses.${name}.datastore`,
        `the add-ons' volumes of ${name} (${list.join(", ")}) do not fit beside the VMs' disks: ${datastore} has ${rooms.join(", ")} GiB left`,
        "take a larger datastore, smaller volumes, or another class for some of them",
      ),
    ];
  });
}

/** GiB that are left: of each host's own datastore, once of one that all of them share. */
function roomsOn(datastore: string, hosts: Plan["hosts"]): number[] {
  const found = hosts.flatMap(({ datastores }) => datastores.filter(({ name }) => name === datastore));
  const rooms = found.map(({ sizeGiB, allocatedGiB }) => Math.max(0, sizeGiB - allocatedGiB));
  return found.some(({ shared }) => shared) ? [Math.min(...rooms)] : rooms;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
