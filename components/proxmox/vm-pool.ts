import * as pulumi from "@pulumi/pulumi";
import { VmLegacy } from "@muhlba91/pulumi-proxmoxve/vmLegacy";
import type { VmLegacyArgs } from "@muhlba91/pulumi-proxmoxve/vmLegacy";
import type { VmLegacyDisk } from "@muhlba91/pulumi-proxmoxve/types/input";
import { importQueue, isVm } from "../../planner/machines";
import { isProtected } from "../../planner/protection";
import type {
  PlannedAddons,
  PlannedDisk,
  PlannedHardware,
  PlannedNetwork,
  PlannedPool,
  PlannedTalos,
  PlannedVm,
} from "../../planner/plan";
import type { NodeRemoval } from "../kubernetes/node-removal";
import type { TalosImages } from "../talos/talos-images";
import { unchanged } from "../unchanged";
import type { ProxmoxCluster } from "./proxmox-cluster";

/** Arguments of a {@link VmPool}. */
export interface VmPoolArgs {
  readonly cluster: ProxmoxCluster;
  readonly pool: PlannedPool;
  readonly network: PlannedNetwork;
  readonly talos: Pick<PlannedTalos, "secureBoot" | "encryption">;
  /** What machines keep data for. */
  readonly addons: Pick<PlannedAddons, "longhorn" | "proxmoxCsi">;
  /** Where disk images come from. */
  readonly images: Pick<TalosImages, "volume">;
  /** What goes with a VM that is deleted. @default nothing */
  readonly nodes?: Pick<NodeRemoval, "hooks">;
  /** Last word on each VM's arguments. @default unchanged */
  readonly transformVm?: (args: VmLegacyArgs, machine: PlannedVm) => VmLegacyArgs;
}

/** A set of like VMs. Each is named by its machine, never by its position, so that removing one renames no other. */
export class VmPool extends pulumi.ComponentResource {
  /** The VMs by machine name. */
  public readonly vms: Readonly<Record<string, VmLegacy>>;

  constructor(name: string, args: VmPoolArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-talos:proxmox:VmPool", name, {}, opts);
    const { cluster, pool, transformVm = unchanged } = args;

    const vms: Record<string, VmLegacy> = {};
    for (const machine of pool.machines.filter(isVm)) {
      cluster.guard.consent(machine.name, machine.releasedDisks);
      vms[machine.name] = cluster.imports.enqueue(
        importQueue(machine),
        (after) =>
          new VmLegacy(machine.name, transformVm(vmArgs(machine, args), machine), {
            parent: this,
            provider: cluster.provider,
            dependsOn: after,
            protect: isProtected(machine, args.addons),
            // Id, address and MAC are fixed, so the old VM must be gone before the new one can exist.
            deleteBeforeReplace: true,
            // Volumes of pods are disks of the VM as well: an update of its own would take those away that it does not know.
            ignoreChanges: args.addons.proxmoxCsi ? ["disks"] : unlimitedDisks(machine),
            hooks: { ...cluster.guard.hooks, ...args.nodes?.hooks },
          }),
      );
    }
    this.vms = vms;

    this.registerOutputs({});
  }
}

/**
 * Limits of disks that have none: the provider reads nothing back and then misses the zeros it would have put there itself, in every
 * update anew (bpg/terraform-provider-proxmox v0.111 disk.go against its schema's default).
 */
function unlimitedDisks({ disks, hardware }: PlannedVm): string[] {
  return Object.keys(limitsOf(hardware)).length > 0 ? [] : disks.map((_disk, index) => `disks[${index}].speed`);
}

/** The VM as the Talos documentation advises: q35 with OVMF, VirtIO SCSI that is not the `single` variant, no ballooning. */
function vmArgs(machine: PlannedVm, { cluster, network, talos, images }: VmPoolArgs): VmLegacyArgs {
  const { hardware } = machine;
  const datastoreId = systemDisk(machine).datastore ?? "";
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
    cpu: cpuArgs(machine),
    ...numaArgs(machine),
    memory: { dedicated: machine.memoryMiB, floating: 0 },
    scsiHardware: "virtio-scsi-pci",
    // Without enrolled keys the firmware is in setup mode: a signed Talos image enrols its own at the first boot.
    efiDisk: { datastoreId, type: "4m", fileFormat: "raw", preEnrolledKeys: false },
    ...(talos.secureBoot || talos.encryption?.provider === "tpm" ? { tpmState: { datastoreId, version: "v2.0" } } : {}),
    disks: machine.disks.map((disk) => diskArgs(disk, hardware, images.volume(machine))),
    bootOrders: ["scsi0"],
    networkDevices: [networkDevice(machine, network)],
    initialization: {
      datastoreId,
      interface: "ide2",
      ipConfigs: [
        Object.fromEntries(
          machine.addresses.map(({ family, address, prefixLength, gateway }) => [
            `ipv${family}`,
            { address: `${address}/${prefixLength}`, gateway },
          ]),
        ),
      ],
      dns: {
        servers: [...network.nameservers],
        ...(network.searchDomains[0] === undefined ? {} : { domain: network.searchDomains[0] }),
      },
    },
    ...(hardware.devices.length === 0
      ? {}
      : { hostpcis: hardware.devices.map(({ mapping, pcie }, index) => ({ device: `hostpci${index}`, mapping, pcie })) }),
    // The agent starts only once Talos is configured: waiting for its addresses here would block every creation for 15 minutes.
    agent: { enabled: machine.guestAgent, waitForIp: { disabled: true } },
    onBoot: true,
    started: true,
    // A changed flavour is applied at the next planned reboot, never to all machines of a pool at once.
    rebootAfterUpdate: false,
    migrate: true,
    stopOnDestroy: true,
  };
}

function cpuArgs({ cores, hardware }: PlannedVm): NonNullable<VmLegacyArgs["cpu"]> {
  const { cpuType, affinity, numaNode, cpuLimit, cpuUnits } = hardware;
  return {
    type: cpuType,
    cores,
    ...(affinity === undefined ? {} : { affinity }),
    ...(numaNode === undefined ? {} : { numa: true }),
    ...(cpuLimit === undefined ? {} : { limit: cpuLimit }),
    ...(cpuUnits === undefined ? {} : { units: cpuUnits }),
  };
}

/** One node of the guest, bound to one of the host: all of its memory comes from there. */
function numaArgs({ cores, memoryMiB, hardware: { numaNode } }: PlannedVm): Pick<VmLegacyArgs, "numas"> {
  if (numaNode === undefined) return {};
  const cpus = cores === 1 ? "0" : `0-${cores - 1}`;
  return { numas: [{ device: "numa0", cpus, memory: memoryMiB, hostnodes: String(numaNode), policy: "bind" }] };
}

function diskArgs(
  { name, slot, datastore, sizeGiB }: PlannedDisk,
  hardware: PlannedHardware,
  image: pulumi.Input<string>,
): VmLegacyDisk {
  const limits = limitsOf(hardware);
  return {
    interface: `scsi${slot}`,
    datastoreId: datastore ?? "",
    size: sizeGiB,
    fileFormat: "raw",
    discard: "on",
    ssd: true,
    // The system disk is the image; Talos finds any other one by the serial number it has from here.
    ...(slot === 0 ? { importFrom: image } : { serial: name }),
    ...(Object.keys(limits).length === 0 ? {} : { speed: limits }),
  };
}

function limitsOf({ diskLimits }: PlannedHardware): Record<string, number> {
  const { readIops, writeIops, readMiBps, writeMiBps } = diskLimits;
  const limits = { iopsRead: readIops, iopsWrite: writeIops, read: readMiBps, write: writeMiBps };
  return Object.fromEntries(Object.entries(limits).flatMap(([name, limit]) => (limit === undefined ? [] : [[name, limit]])));
}

function networkDevice({ macAddress, hardware }: PlannedVm, { bridge, vlanId, mtu, firewall }: PlannedNetwork): object {
  return {
    bridge,
    model: "virtio",
    macAddress,
    ...(vlanId === undefined ? {} : { vlanId }),
    ...(mtu === undefined ? {} : { mtu }),
    ...(firewall ? { firewall } : {}),
    ...(hardware.networkMiBps === undefined ? {} : { rateLimit: hardware.networkMiBps }),
  };
}

function systemDisk(machine: PlannedVm): PlannedDisk {
  const disk = machine.disks[0];
  if (!disk) throw new pulumi.RunError(`${machine.name} has no disk to boot from`);
  return disk;
}
