import type * as pulumi from "@pulumi/pulumi";
import type { FileLegacyArgs } from "@muhlba91/pulumi-proxmoxve/fileLegacy";
import type { VmLegacyArgs } from "@muhlba91/pulumi-proxmoxve/vmLegacy";
import type { PlannedBalancer, PlannedBalancers, PlannedNetwork } from "../../planner/plan";
import type { ProxmoxCluster } from "../proxmox/proxmox-cluster";
import { SEED_IMAGE_BYTES, seedImage } from "./seed-image";

/** The file that cloud-init reads in a balancer. */
export function seedArgs({ host, seed }: PlannedBalancer, { image }: PlannedBalancers): FileLegacyArgs {
  const { fileName, userData, metaData, networkConfig } = seed;
  const files = { "user-data": userData, "meta-data": metaData, "network-config": networkConfig };
  return {
    nodeName: host,
    datastoreId: image.datastore,
    // Proxmox takes ISO images through its API; for snippets the provider needs to log in to the host.
    contentType: "iso",
    sourceRaw: { fileName, data: seedImage(files), resize: SEED_IMAGE_BYTES },
  };
}

/** What a balancer is made of. */
export interface BalancerParts {
  readonly cluster: Pick<ProxmoxCluster, "tags" | "poolId">;
  readonly network: PlannedNetwork;
  /** Volume of its seed, and the one its disk is imported from. */
  readonly seed: pulumi.Input<string>;
  readonly image: pulumi.Input<string>;
}

/** A balancer as Proxmox is to make it: like the machines of Talos, with what Debian wants otherwise. */
export function balancerVmArgs(machine: PlannedBalancer, { cluster, network, seed, image }: BalancerParts): VmLegacyArgs {
  const [system] = machine.disks;
  const datastoreId = system?.datastore ?? "";
  return {
    nodeName: machine.host,
    vmId: machine.vmId,
    name: machine.name,
    description: "Load balancer of the Kubernetes API",
    tags: [...cluster.tags],
    poolId: cluster.poolId,
    bios: "ovmf",
    machine: "q35",
    operatingSystem: { type: "l26" },
    cpu: { type: "x86-64-v2-AES", cores: machine.cores },
    memory: { dedicated: machine.memoryMiB, floating: 0 },
    scsiHardware: "virtio-scsi-pci",
    efiDisk: { datastoreId, type: "4m", fileFormat: "raw", preEnrolledKeys: false },
    disks: [
      {
        interface: "scsi0",
        datastoreId,
        size: system?.sizeGiB ?? 0,
        fileFormat: "raw",
        discard: "on",
        ssd: true,
        importFrom: image,
      },
    ],
    // Debian's kernel for clouds has no driver of IDE or SATA.
    cdrom: { interface: "scsi1", fileId: seed },
    bootOrders: ["scsi0"],
    networkDevices: [
      {
        bridge: network.bridge,
        model: "virtio",
        macAddress: machine.macAddress,
        ...(network.vlanId === undefined ? {} : { vlanId: network.vlanId }),
        ...(network.mtu === undefined ? {} : { mtu: network.mtu }),
        ...(network.firewall ? { firewall: true } : {}),
      },
    ],
    // Debian's console is the serial one.
    serialDevices: [{}],
    agent: { enabled: false },
    onBoot: true,
    started: true,
    stopOnDestroy: true,
  };
}
