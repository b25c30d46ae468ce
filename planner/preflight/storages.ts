import type { Plan } from "../plan";

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
