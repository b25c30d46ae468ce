import type { Plan, PlannedBalancer, PlannedImage, PlannedMachine } from "../plan";
import { imagesContent } from "./storages";
import type { ImageContent } from "./storages";

/** What the stack's state says was made already: an update does not ask Proxmox for it again. */
export interface Made {
  /** Whether a deployment has begun at all: from then on `lab up` takes over what it finds of its own. */
  readonly isBegun: boolean;
  /** Ids of the stack's VMs. */
  readonly vmIds: ReadonlySet<number>;
  /** Those of them that were made as the plan has them: an update leaves them alone. */
  readonly settled: ReadonlySet<number>;
  /** Images and seeds, as {@link fileKey} says. */
  readonly files: ReadonlySet<string>;
  readonly hasPool: boolean;
  /** Whether high availability manages VMs. */
  readonly hasHa: boolean;
}

/** Before the first deployment. */
export const NOTHING_MADE: Made = {
  isBegun: false,
  vmIds: new Set(),
  settled: new Set(),
  files: new Set(),
  hasPool: false,
  hasHa: false,
};

/** One file on one storage of one host. */
export function fileKey(host: string, datastore: string, fileName: string): string {
  return [host, datastore, fileName].join(" ");
}

/** What an update still has to make, or to change. */
export interface Pending {
  readonly vms: readonly (PlannedMachine | PlannedBalancer)[];
  /** Whether VMs are there that the plan does not have any more. */
  readonly deletions: boolean;
  /** Images of Talos that are not there yet. */
  readonly talosImages: readonly PlannedImage[];
  /** Content that storages have to take for images that are not there yet. */
  readonly images: readonly ImageContent[];
  readonly pool: boolean;
  readonly ha: boolean;
}

/** What of a plan is not made yet; all of it before the first deployment. */
export function pendingOf(plan: Plan, { vmIds, settled, files, hasPool, hasHa }: Made): Pending {
  const all = vmsOf(plan);
  const vms = all.filter(({ vmId }) => vmId !== null && !settled.has(vmId));
  const isThere = (host: string, datastore: string, fileName: string): boolean => files.has(fileKey(host, datastore, fileName));
  const images = plan.images.filter(({ host, datastore, fileName }) => !isThere(host, datastore, fileName));
  const { balancers } = plan;
  const hosts = balancers?.image.hosts.filter((host) => {
    const { datastore, fileName } = balancers.image;
    const seeds = balancers.machines.filter((machine) => machine.host === host).map(({ seed }) => seed.fileName);
    return [fileName, ...seeds].some((name) => !isThere(host, datastore, name));
  });
  return {
    vms,
    deletions: [...vmIds].some((id) => !all.some(({ vmId }) => vmId === id)),
    talosImages: images,
    images: imagesContent({
      images,
      ...(balancers && hosts && hosts.length > 0 ? { balancers: { ...balancers, image: { ...balancers.image, hosts } } } : {}),
    }),
    pool: !hasPool,
    ha: plan.proxmox?.ha !== undefined && (!hasHa || vms.length > 0),
  };
}

/** Every VM of a plan: machines of Talos, then load balancers. */
export function vmsOf({ machines, balancers }: Pick<Plan, "machines" | "balancers">): (PlannedMachine | PlannedBalancer)[] {
  return [...machines, ...(balancers?.machines ?? [])].filter(({ vmId }) => vmId !== null);
}

/** PCI devices of a VM, by resource mapping; balancers have none. */
export function devicesOf(vm: PlannedMachine | PlannedBalancer): string[] {
  return "hardware" in vm ? (vm.hardware?.devices.map(({ mapping }) => mapping) ?? []) : [];
}
