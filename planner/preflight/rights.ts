import type { Plan, PlannedNetwork } from "../plan";
import { imagesContent } from "./storages";

/** What has to be allowed somewhere, and what fails without it. */
export interface Right {
  /** Any of these paths will do: VMs have their rights by id or by resource pool. */
  readonly paths: readonly string[];
  /** Any of these privileges will do. */
  readonly anyOf: readonly string[];
  /** What does not happen without it. */
  readonly without: string;
  /** Whether a first deployment goes through without it. */
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
 */
export function rightsOf({ proxmox, network, machines, balancers, images }: Plan): Right[] {
  if (!proxmox) return [];
  const vms = [...machines, ...(balancers?.machines ?? [])];
  const first = Math.min(...vms.flatMap(({ vmId }) => vmId ?? []));
  const ofVms = [`/vms/${first}`, `/pool/${proxmox.poolId}`];
  const datastores = sorted(vms.flatMap(({ disks }) => disks.flatMap(({ datastore }) => datastore ?? [])));
  const imageStores = sorted(imagesContent({ images, balancers }).map(({ datastore }) => datastore));
  const mappings = sorted(machines.flatMap(({ hardware }) => hardware?.devices.map(({ mapping }) => mapping) ?? []));
  const fetching = sorted([...images.map(({ host }) => host), ...(balancers?.image.hosts ?? [])]);
  return [
    right("/", "Sys.Audit", "the members of the Proxmox cluster are not known"),
    ...(proxmox.ha ? [right("/", "Sys.Console", "no VM is managed by high availability")] : []),
    right("/vms", "VM.Audit", "VMs of others are not seen, and their ids would be taken for free"),
    ...Object.entries(VM_RIGHTS).map(([privilege, without]) => ({ paths: ofVms, anyOf: [privilege], without })),
    ...Object.entries(VM_RIGHTS_FOR_LATER).map(([privilege, without]) => ({
      paths: ofVms,
      anyOf: [privilege],
      without,
      isForLater: true,
    })),
    right(`/pool/${proxmox.poolId}`, "Pool.Allocate", "there is no resource pool for the VMs"),
    right(`/pool/${proxmox.poolId}`, "Pool.Audit", "the resource pool is not seen, and would be made again"),
    ...datastores.flatMap((name) => [
      right(`/storage/${name}`, "Datastore.AllocateSpace", "no disk is made there"),
      { ...right(`/storage/${name}`, "Datastore.Audit", "no disk there can be looked at"), isForLater: true },
    ]),
    ...imageStores.flatMap((name) => [
      right(`/storage/${name}`, "Datastore.AllocateTemplate", "no image is downloaded there"),
      { paths: [`/storage/${name}`], anyOf: ["Datastore.AllocateSpace", "Datastore.Audit"], without: "no image is read there" },
      { ...right(`/storage/${name}`, "Datastore.Allocate", "images that nobody needs stay there"), isForLater: true },
    ]),
    ...fetching.map((host) => ({
      paths: [`/nodes/${host}`],
      anyOf: ["Sys.AccessNetwork", "Sys.Modify"],
      without: "the host fetches no image",
    })),
    ...onBridge(network),
    ...mappings.map((name) => right(`/mapping/pci/${name}`, "Mapping.Use", "no VM gets a device of this mapping")),
  ];
}

/** Paths that {@link rightsOf} asks about, each once. */
export function pathsOf(rights: readonly Right[]): string[] {
  return [...new Set(rights.flatMap(({ paths }) => paths))];
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

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
