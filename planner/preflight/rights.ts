import type { Plan, PlannedNetwork } from "../plan";
import type { Made } from "./made";
import { NOTHING_MADE, devicesOf, pendingOf, vmsOf } from "./made";
import { imagesContent } from "./storages";
import type { Caller } from "./survey";

/** What has to be allowed somewhere, and what fails without it. */
export interface Right {
  /** Any of these paths will do: VMs have their rights by id or by resource pool. */
  readonly paths: readonly string[];
  /** Any of these privileges will do. */
  readonly anyOf: readonly string[];
  /** What does as well, somewhere else. @default nothing */
  readonly instead?: { readonly path: string; readonly privilege: string };
  /** What does not happen without it. */
  readonly without: string;
  /** Whether the next update goes through without it. */
  readonly isForLater?: boolean;
}

const VM_RIGHTS = {
  "VM.Allocate": "VMs are neither made nor deleted",
  "VM.Config.CPU": "VMs get no cores",
  "VM.Config.Disk": "VMs get no order of booting, and disks do not grow",
  "VM.Config.HWType": "VMs get no machine type and no SCSI controller",
  "VM.Config.Memory": "VMs get no memory",
  "VM.Config.Network": "VMs get no network device",
  "VM.Config.Options": "VMs get neither name nor tags",
  "VM.PowerMgmt": "VMs are neither started nor stopped",
} as const;

const VM_RIGHTS_FOR_LATER = {
  "VM.Config.CDROM": "a drive of cloud-init does not change",
  "VM.Config.Cloudinit": "a VM's addresses do not change",
  "VM.Migrate": "a VM whose host changes stays where it is",
} as const;

/**
 * What deploying a plan asks for, in the order of paths; the privileges are those of docs/first-deployment.md, read in Proxmox' own
 * sources.
 *
 * @param made already: what only making it asks for is for later then. @default nothing is
 */
export function rightsOf(plan: Plan, made: Made = NOTHING_MADE): Right[] {
  const { proxmox, network, balancers, images } = plan;
  if (!proxmox) return [];
  const vms = vmsOf(plan);
  const pending = pendingOf(plan, made);
  const isAnyVm = pending.vms.length > 0;
  const first = Math.min(...vms.map(({ vmId }) => vmId ?? Infinity));
  const ofVms = [`/vms/${first}`, `/pool/${proxmox.poolId}`];
  const pool = `/pool/${proxmox.poolId}`;
  const datastores = sorted(vms.flatMap(datastoresOf));
  const usedDatastores = pending.vms.flatMap(datastoresOf);
  const imageStores = sorted(imagesContent({ images, balancers }).map(({ datastore }) => datastore));
  const filled = pending.images.map(({ datastore }) => datastore);
  const fetching = sorted([...images.map(({ host }) => host), ...(balancers?.image.hosts ?? [])]);
  const nowFetching = pending.images.flatMap(({ hosts }) => hosts);
  const passedThrough = pending.vms.flatMap(devicesOf);
  return [
    right("/", "Sys.Audit", "the members of the Proxmox cluster are not known"),
    ...(proxmox.ha ? [{ ...right("/", "Sys.Console", "no VM is managed by high availability"), ...unless(pending.ha) }] : []),
    right("/vms", "VM.Audit", "VMs of others are not seen, and their ids would be taken for free"),
    ...Object.entries(VM_RIGHTS).map(([privilege, without]) => ({
      paths: ofVms,
      anyOf: [privilege],
      without,
      ...unless(isAnyVm || pending.deletions),
    })),
    ...Object.entries(VM_RIGHTS_FOR_LATER).map(([privilege, without]) => ({
      paths: ofVms,
      anyOf: [privilege],
      without,
      isForLater: true,
    })),
    { ...right(pool, "Pool.Allocate", "there is no resource pool for the VMs"), ...unless(pending.pool) },
    { ...right(pool, "Pool.Audit", "the resource pool is not seen, and would be made again"), ...unless(pending.pool) },
    ...datastores.flatMap((name) => [
      {
        ...right(`/storage/${name}`, "Datastore.AllocateSpace", "no disk is made there"),
        ...unless(usedDatastores.includes(name)),
      },
      { ...right(`/storage/${name}`, "Datastore.Audit", "no disk there can be looked at"), isForLater: true },
    ]),
    ...imageStores.flatMap((name) => [
      {
        ...right(`/storage/${name}`, "Datastore.AllocateTemplate", "no image is downloaded there"),
        ...unless(filled.includes(name)),
      },
      {
        paths: [`/storage/${name}`],
        anyOf: ["Datastore.AllocateSpace", "Datastore.Audit"],
        without: "no image is read there",
        ...unless(isAnyVm || filled.includes(name)),
      },
      { ...right(`/storage/${name}`, "Datastore.Allocate", "images that nobody needs stay there"), isForLater: true },
    ]),
    ...fetching.map((host) => ({
      ...right(`/nodes/${host}`, "Sys.AccessNetwork", "the host fetches no image"),
      // Proxmox asks for it on / and nowhere else (PVE::API2::Storage::Status, download_url).
      instead: { path: "/", privilege: "Sys.Modify" },
      ...unless(nowFetching.includes(host)),
    })),
    ...onBridge(network).map((each) => ({ ...each, ...unless(isAnyVm) })),
    ...sorted(vms.flatMap(devicesOf)).map((name) => ({
      ...right(`/mapping/pci/${name}`, "Mapping.Use", "no VM gets a device of this mapping"),
      ...unless(passedThrough.includes(name)),
    })),
  ];
}

/** Paths that {@link rightsOf} asks about, each once. */
export function pathsOf(rights: readonly Right[]): string[] {
  return [...new Set(rights.flatMap(({ paths }) => paths))];
}

/** Whether somebody has what a right asks for. */
export function isGiven({ paths, anyOf, instead }: Right, { rights }: Caller): boolean {
  const has = (path: string, privilege: string): boolean => rights[path]?.includes(privilege) === true;
  return (
    paths.some((path) => anyOf.some((each) => has(path, each))) || (instead !== undefined && has(instead.path, instead.privilege))
  );
}

/** Only of a host's own bridge the zone is known; those of other zones are not listed to whoever may not use them. */
function onBridge({ bridge, vlanId }: PlannedNetwork): Right[] {
  if (!/^vmbr\d+$/.test(bridge)) return [];
  const path = `/sdn/zones/localnetwork/${bridge}`;
  const paths = vlanId === undefined ? [path] : [path, `${path}/${vlanId}`];
  return [{ paths, anyOf: ["SDN.Use"], without: "VMs get no network device" }];
}

function right(path: string, privilege: string, without: string): Right {
  return { paths: [path], anyOf: [privilege], without };
}

/** What an update does not do needs no right before the one that does. */
function unless(isPending: boolean): Pick<Right, "isForLater"> {
  return isPending ? {} : { isForLater: true };
}

function datastoresOf({ disks }: { readonly disks: readonly { readonly datastore: string | null }[] }): string[] {
  return disks.flatMap(({ datastore }) => datastore ?? []);
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
