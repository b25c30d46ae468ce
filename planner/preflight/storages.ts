import type { Plan } from "../plan";
import type { SurveyedStorage } from "./survey";

/** What a storage has to take on some hosts, beside disks of VMs. */
export interface ImageContent {
  readonly datastore: string;
  /** Proxmox' name of the content type. */
  readonly content: "import" | "iso";
  readonly hosts: readonly string[];
}

/** Images of Talos and of load balancers are imported; a balancer's seed is an ISO image. */
export function imagesContent({ images, balancers }: Pick<Plan, "images" | "balancers">): ImageContent[] {
  const stores = [...new Set(images.map(({ datastore }) => datastore))].sort();
  const ofTalos = stores.map((datastore): ImageContent => {
    const hosts = images.filter((image) => image.datastore === datastore).map(({ host }) => host);
    return { datastore, content: "import", hosts: [...new Set(hosts)].sort() };
  });
  if (!balancers) return ofTalos;
  const { datastore, hosts } = balancers.image;
  return [...ofTalos, ...(["import", "iso"] as const).map((content) => ({ datastore, content, hosts }))];
}

/** Types that no disk can be made on, whatever their content says (pve-storage, plugindata of the types). */
const NO_DISKS = ["cephfs", "esxi", "iscsi", "iscsidirect", "pbs"];
/** Types of block devices, backups and other hypervisors: no file can be put there. */
const NO_FILES = ["esxi", "iscsi", "iscsidirect", "lvm", "lvmthin", "pbs", "rbd", "zfs", "zfspool"];

/** Whether Proxmox makes no disks of VMs on storages of this type. */
export function takesNoDisks({ type }: Pick<SurveyedStorage, "type">): boolean {
  return NO_DISKS.includes(type);
}

/** Whether storages of this type can take images and ISO files; one of a plugin nobody knows may. */
export function fileStorage({ type }: Pick<SurveyedStorage, "type">): boolean {
  return !NO_FILES.includes(type);
}
