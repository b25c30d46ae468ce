import type { HostConfig, StackConfig } from "../../../config/schema";
import type { Plan, PlannedMachine } from "../../plan";
import { freeAddress } from "./addresses";

/** GiB that Proxmox itself takes: the least it is documented to run with. */
const PROXMOX_GIB = 2;

/** What a host has to hold at least. */
export interface Room {
  readonly memoryGiB: number;
  readonly cores: number;
  readonly datastores: HostConfig["datastores"];
}

/** The stack with one host more, and its name; undefined where there is no address left for it. */
export function withHost(
  config: StackConfig,
  prefix: string,
  size: Room,
): { readonly config: StackConfig; readonly name: string } | undefined {
  const { proxmox } = config;
  const like = proxmox && Object.values(proxmox.hosts)[0];
  if (!like) return undefined;
  const address = freeAddress(config, like.address);
  if (address === undefined) return undefined;
  const name = freeName(prefix, Object.keys(proxmox.hosts));
  const { memoryGiB, cores, datastores } = size;
  const host: HostConfig = {
    address,
    cores,
    threads: cores,
    memoryGiB,
    reservedMemoryGiB: PROXMOX_GIB,
    datastores,
    cpuLevel: like.cpuLevel,
    numaNodes: 1,
    pciMappings: {},
    domains: {},
  };
  return { name, config: { ...config, proxmox: { ...proxmox, hosts: { ...proxmox.hosts, [name]: host } } } };
}

/** The smallest host for a few VMs: their memory, Proxmox' own, and a VM's worth to spare where the stack file wants hosts to have that. */
export function smallest(config: StackConfig, machines: readonly PlannedMachine[]): Room {
  const asked = machines.reduce((memory, { memoryMiB }) => memory + memoryMiB, 0) / 1024;
  const isFullAccepted = config.acknowledge.some(({ code }) => code === "host-memory-full");
  const spare = isFullAccepted ? 0 : Math.min(...machines.map(({ memoryMiB }) => memoryMiB)) / 1024;
  const sizes = new Map<string, number>();
  for (const { datastore, sizeGiB } of machines.flatMap(({ disks }) => disks)) {
    if (datastore !== null) sizes.set(datastore, (sizes.get(datastore) ?? 0) + sizeGiB);
  }
  return {
    memoryGiB: Math.ceil(asked + spare) + PROXMOX_GIB,
    cores: Math.max(...machines.map(({ cores }) => cores)),
    datastores: Object.fromEntries(
      [...sizes].map(([name, sizeGiB]) => [name, shared(config, name) ?? { sizeGiB, shared: false }]),
    ),
  };
}

/** A datastore that all hosts reach is the same on a new one. */
function shared({ proxmox }: StackConfig, name: string): HostConfig["datastores"][string] | undefined {
  return Object.values(proxmox?.hosts ?? {})
    .map(({ datastores }) => datastores[name])
    .find((datastore) => datastore?.shared);
}

/** A host of the same size as another. */
export function twinOf(hosts: Plan["hosts"], name: string): Room | undefined {
  const host = hosts.find((each) => each.name === name);
  return (
    host && {
      memoryGiB: (host.memoryMiB - host.reservedMemoryMiB) / 1024 + PROXMOX_GIB,
      cores: host.cores,
      datastores: Object.fromEntries(host.datastores.map(({ name: own, sizeGiB, shared }) => [own, { sizeGiB, shared }])),
    }
  );
}

function freeName(prefix: string, taken: readonly string[]): string {
  if (!taken.includes(prefix)) return prefix;
  for (let number = 2; ; number++) {
    const name = `${prefix}-${number}`;
    if (!taken.includes(name)) return name;
  }
}
