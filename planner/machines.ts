import type { PoolConfig } from "../config/schema";
import { familyOf, prefixOf } from "./addresses";
import { fnv1a } from "./fnv";
import { placementOf } from "./placement";
import type { PlannedAddress, PlannedDisk, PlannedHardware, PlannedMachine, PlannedPool, PlannedTaint, PlannedVm } from "./plan";
import { addressRange } from "./range-texts";
import { ZONE_LABEL, csiLabels, providerIdOf } from "./proxmox-topology";
import type { AllocatedPool, Seat } from "./seats";
import type { Site } from "./site";
import { joinsTailnet, planTailscale } from "./tailscale";
import { hasGuestAgent, schematicKey } from "./talos-image";

/** Name of a nocloud machine's first network device: the image sets `net.ifnames=0`. */
const NOCLOUD_LINK = "eth0";

/** Disk of a VM that Talos boots from: the first one on the SCSI controller. */
const VM_SYSTEM_DISK = "/dev/sda";

/** Decides everything about every machine. */
export function planPools(site: Site, pools: readonly AllocatedPool[]): PlannedPool[] {
  return pools.map((pool) => {
    const placement = placementOf(site, pool);
    const machines = pool.seats.map((seat) => planMachine(site, pool, seat, placement.get(seat.name) ?? null));
    const schedulable = pool.role === "worker" || site.topology.controlPlane.schedulable === true;
    return { name: pool.name, role: pool.role, schedulable, machines };
  });
}

/** Whether a machine is a VM. */
export function isVm(machine: PlannedMachine): machine is PlannedVm {
  return machine.source === "proxmox";
}

/** Imports into one storage wait for each other, also from different hosts where these share it. */
export function importQueue({ host, disks: [system] }: Pick<PlannedVm, "host" | "disks">): string {
  const datastore = system?.datastore ?? "";
  return system?.shared === true ? `shared/${datastore}` : `${host}/${datastore}`;
}

/** Machines on which pods run that tolerate nothing in particular. */
export function workloadMachines(machines: readonly PlannedMachine[], scheduleOnControlPlanes: boolean): PlannedMachine[] {
  return machines.filter(
    ({ role, taints }) =>
      (role === "worker" || scheduleOnControlPlanes) &&
      !taints.some(({ effect }) => effect === "NoSchedule" || effect === "NoExecute"),
  );
}

function planMachine(site: Site, pool: AllocatedPool, seat: Seat, host: string | null): PlannedMachine {
  const { config } = pool;
  const own = config.machines?.[seat.name] ?? {};
  const isVirtual = config.source === "proxmox";
  const link = isVirtual ? NOCLOUD_LINK : (own.interface ?? config.interface ?? null);
  return {
    name: seat.name,
    role: pool.role,
    source: config.source,
    pool: pool.name,
    host: isVirtual ? host : null,
    vmId: seat.vmId,
    macAddress: seat.vmId === null ? null : macAddress(site.metadata.name, seat.vmId),
    hardware: isVirtual ? hardwareOf(config) : null,
    address: seat.address,
    addresses: link === null ? [] : addressesOf(site, seat),
    link,
    cores: own.cores ?? config.cores,
    memoryMiB: (own.memoryGiB ?? config.memoryGiB) * 1024,
    disks: disksOf(site, config, host, own.diskGiB ?? config.diskGiB),
    releasedDisks: Object.entries(config.disks)
      .flatMap(([name, { remove }]) => (remove ? [name] : []))
      .sort(),
    installDisk: isVirtual ? VM_SYSTEM_DISK : (own.installDisk ?? config.installDisk ?? ""),
    schematic: schematicKey(site, pool),
    guestAgent: isVirtual && hasGuestAgent(site, config),
    ...providerIdOf(site, seat.vmId),
    labels: sorted({ ...zoneOf(site, isVirtual ? host : null), ...config.labels, ...own.labels }),
    taints: uniqueTaints([...config.taints, ...(own.taints ?? [])]),
    ...(joinsTailnet(site, pool.name) ? { tailscale: planTailscale(site, seat.name) } : {}),
    configPatches: [...config.configPatches, ...(own.configPatches ?? [])],
  };
}

/** The address itself and, beside IPv4, the one at the same position of the IPv6 range. */
export function addressesOf({ network }: Site, { address }: Seat): PlannedAddress[] {
  const first: PlannedAddress = {
    family: familyOf(address),
    address,
    prefixLength: prefixOf(network.subnet),
    gateway: network.gateway,
  };
  const position = addressRange(network.addresses).indexOf(address);
  if (!network.ipv6 || position < 0) return [first];
  const { subnet, gateway, addresses } = network.ipv6;
  return [first, { family: 6, address: addressRange(addresses).at(position), prefixLength: prefixOf(subnet), gateway }];
}

/** The system disk, then the others by slot. A disk is found by its serial number, which the VM gives it. */
function disksOf(
  { proxmox }: Site,
  { source, datastore, disks }: PoolConfig,
  host: string | null,
  systemGiB: number,
): PlannedDisk[] {
  const isVirtual = source === "proxmox";
  const isShared = (name: string): boolean => isVirtual && proxmox.hosts[host ?? ""]?.datastores[name]?.shared === true;
  const further = Object.entries(disks)
    .filter(([, { remove }]) => !remove)
    .map(([name, disk]): PlannedDisk => ({
      name,
      sizeGiB: disk.sizeGiB,
      datastore: isVirtual ? (disk.datastore ?? datastore) : null,
      shared: isShared(disk.datastore ?? datastore),
      slot: disk.slot ?? 1,
      selector: disk.selector ?? `disk.serial == "${name}"`,
    }));
  return [
    {
      name: "system",
      sizeGiB: systemGiB,
      datastore: isVirtual ? datastore : null,
      shared: isShared(datastore),
      slot: 0,
      selector: "system_disk",
    },
    ...further.sort((a, b) => a.slot - b.slot || (a.name < b.name ? -1 : 1)),
  ];
}

function hardwareOf({ cpu, diskLimits, networkMiBps, devices }: PoolConfig): PlannedHardware {
  return {
    cpuType: cpu.type,
    ...(cpu.affinity === undefined ? {} : { affinity: cpu.affinity }),
    ...(cpu.numaNode === undefined ? {} : { numaNode: cpu.numaNode }),
    ...(cpu.limit === undefined ? {} : { cpuLimit: cpu.limit }),
    ...(cpu.units === undefined ? {} : { cpuUnits: cpu.units }),
    diskLimits: diskLimits ?? {},
    ...(networkMiBps === undefined ? {} : { networkMiBps }),
    devices,
  };
}

/** What fails together is one zone to Kubernetes, unless its disks are Proxmox's: then it is what they are on. */
function zoneOf(site: Site, host: string | null): Record<string, string> {
  if (host === null) return {};
  return csiLabels(site, host) ?? { [ZONE_LABEL]: site.proxmox.hosts[host]?.failureDomain ?? host };
}

/** A node may have a key and effect once: the machine's own taint comes after the pool's and counts. */
function uniqueTaints(taints: PoolConfig["taints"]): PlannedTaint[] {
  return [...new Map(taints.map((taint) => [`${taint.key}:${taint.effect}`, taint])).values()];
}

/** In order of key: the engine hands maps on sorted, and a plan must not depend on who read the file. */
function sorted(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * A locally administered address: `02`, one byte of the TalosCluster's name, four bytes of the VM id. Ids are unique in a Proxmox
 * cluster, so addresses are too; the name keeps clusters on different Proxmox clusters apart.
 */
export function macAddress(clusterName: string, vmId: number): string {
  const bytes = [0x02, macByte(clusterName), ...[24, 16, 8, 0].map((shift) => Math.floor(vmId / 2 ** shift) & 0xff)];
  return bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(":");
}

/** What a TalosCluster's name contributes to the MAC addresses of its machines. */
export function macByte(clusterName: string): number {
  return fnv1a(clusterName) & 0xff;
}
