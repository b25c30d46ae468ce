import * as pulumi from "@pulumi/pulumi";
import { VmLegacy } from "@muhlba91/pulumi-proxmoxve/vmLegacy";
import type { VmLegacyArgs } from "@muhlba91/pulumi-proxmoxve/vmLegacy";
import type { PlannedDisk, PlannedMachine, PlannedNetwork, PlannedPool } from "../../planner/plan";
import { unchanged } from "../unchanged";
import type { ProxmoxCluster } from "./proxmox-cluster";

/** Arguments of a {@link VmPool}. */
export interface VmPoolArgs {
  readonly cluster: ProxmoxCluster;
  readonly pool: PlannedPool;
  readonly network: PlannedNetwork;
  /** Volume id of the Talos disk image by host, for instance `local:import/talos-v1.13.9-….qcow2`. */
  readonly images: Readonly<Record<string, pulumi.Input<string>>>;
  /** Last word on each VM's arguments. @default unchanged */
  readonly transformVm?: (args: VmLegacyArgs, machine: PlannedMachine) => VmLegacyArgs;
}

/** A set of like VMs. Each is named by its machine, never by its position, so that removing one renames no other. */
export class VmPool extends pulumi.ComponentResource {
  /** The VMs by machine name. */
  public readonly vms: Readonly<Record<string, VmLegacy>>;

  constructor(name: string, args: VmPoolArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-talos:proxmox:VmPool", name, {}, opts);
    const { cluster, pool, transformVm = unchanged } = args;

    const vms: Record<string, VmLegacy> = {};
    for (const machine of pool.machines) {
      vms[machine.name] = cluster.imports.enqueue(
        machine.host,
        systemDisk(machine).datastore,
        (after) =>
          new VmLegacy(machine.name, transformVm(vmArgs(machine, args), machine), {
            parent: this,
            provider: cluster.provider,
            dependsOn: after,
            // Losing one is losing an etcd member: it takes a deliberate unprotect first.
            protect: pool.role === "controlplane",
            // Id, address and MAC are fixed, so the old VM must be gone before the new one can exist.
            deleteBeforeReplace: true,
          }),
      );
    }
    this.vms = vms;

    this.registerOutputs({});
  }
}

/** The VM as the Talos documentation advises: q35 with OVMF, VirtIO SCSI that is not the `single` variant, no ballooning. */
function vmArgs(machine: PlannedMachine, { cluster, network, images }: VmPoolArgs): VmLegacyArgs {
  const system = systemDisk(machine);
  const image = images[machine.host];
  if (image === undefined) {
    throw new pulumi.RunError(`No Talos image is planned for host ${machine.host}, where ${machine.name} belongs`);
  }
  return {
    nodeName: machine.host,
    vmId: machine.vmId,
    name: machine.name,
    description: `Talos ${machine.role} of pool ${machine.pool}`,
    tags: [...cluster.tags],
    poolId: cluster.poolId,
    bios: "ovmf",
    machine: "q35",
    operatingSystem: { type: "l26" },
    // A named baseline rather than `host`: VMs stay movable between hosts of different CPU generations.
    cpu: { type: "x86-64-v2-AES", cores: machine.cores },
    memory: { dedicated: machine.memoryMiB, floating: 0 },
    scsiHardware: "virtio-scsi-pci",
    efiDisk: { datastoreId: system.datastore, type: "4m", fileFormat: "raw", preEnrolledKeys: false },
    disks: machine.disks.map((disk, index) => ({
      interface: `scsi${index}`,
      datastoreId: disk.datastore,
      size: disk.sizeGiB,
      fileFormat: "raw",
      discard: "on",
      ssd: true,
      ...(disk.name === system.name ? { importFrom: image } : {}),
    })),
    bootOrders: ["scsi0"],
    networkDevices: [
      {
        bridge: network.bridge,
        model: "virtio",
        macAddress: machine.macAddress,
        ...(network.vlanId ? { vlanId: network.vlanId } : {}),
      },
    ],
    initialization: {
      datastoreId: system.datastore,
      interface: "ide2",
      ipConfigs: [{ ipv4: { address: `${machine.address}/${network.prefixLength}`, gateway: network.gateway } }],
      dns: { servers: [...network.nameservers] },
    },
    // The agent starts only once Talos is configured: waiting for its addresses here would block every creation for 15 minutes.
    agent: { enabled: true, waitForIp: { disabled: true } },
    onBoot: true,
    started: true,
    // A changed flavour is applied at the next planned reboot, never to all machines of a pool at once.
    rebootAfterUpdate: false,
    migrate: true,
    stopOnDestroy: true,
  };
}

function systemDisk(machine: PlannedMachine): PlannedDisk {
  const disk = machine.disks[0];
  if (!disk) throw new pulumi.RunError(`${machine.name} has no disk to boot from`);
  return disk;
}
