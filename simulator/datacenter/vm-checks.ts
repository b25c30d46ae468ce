import ipaddr from "ipaddr.js";
import type { Datacenter } from "./datacenter";
import type { Vm } from "./model";
import { RuleBroken } from "./model";

/** A datastore as the host has it. */
export function datastoreOf(dc: Datacenter, host: string, name: string): { sizeGiB: number } {
  const datastores = dc.host(host).datastores;
  const datastore = datastores.find((candidate) => candidate.name === name);
  // Every Proxmox installation has `local` for images, whether or not the stack file sizes it.
  if (!datastore && name === "local") return { sizeGiB: Number.POSITIVE_INFINITY };
  if (!datastore) {
    const known = datastores.map((candidate) => candidate.name).join(", ");
    throw new RuleBroken("unknown-datastore", `storage '${name}' does not exist on ${host}; it has ${known}`);
  }
  return datastore;
}

/** Disks fit their datastores, shared ones across all hosts. */
export function checkDisks(dc: Datacenter, vm: Vm): void {
  for (const name of new Set(vm.disks.map((disk) => disk.datastore))) {
    const { sizeGiB } = datastoreOf(dc, vm.host, name);
    const storage = dc.storage(vm.host, name);
    const others = dc.state.vms.filter((other) => other.vmId !== vm.vmId && dc.storage(other.host, name) === storage);
    const used = diskOn(others, name);
    const wanted = diskOn([vm], name);
    if (used + wanted > sizeGiB) {
      throw new RuleBroken(
        "datastore-full",
        `${name} on ${vm.host} holds ${sizeGiB} GiB, ${used} GiB are taken: ${vm.name} with ${wanted} GiB does not fit`,
      );
    }
  }
}

function diskOn(vms: readonly Vm[], datastore: string): number {
  return vms
    .flatMap((vm) => vm.disks)
    .filter((disk) => disk.datastore === datastore)
    .reduce((sum, disk) => sum + disk.sizeGiB, 0);
}

/** No VM has more vCPUs than its host has threads. */
export function checkCores(dc: Datacenter, vm: Vm): void {
  const { threads } = dc.host(vm.host);
  if (vm.cores > threads) {
    throw new RuleBroken("host-cores", `MAX ${threads} vcpus allowed per VM on ${vm.host}: ${vm.name} asks for ${vm.cores}`);
  }
}

/** The host has memory left for the VM, its own share set aside. */
export function checkMemory(dc: Datacenter, vm: Vm): void {
  const host = dc.host(vm.host);
  const others = dc.state.vms.filter((other) => other !== vm && other.running && other.host === vm.host);
  const used = others.reduce((sum, other) => sum + other.memoryMiB, 0);
  const free = host.memoryMiB - host.reservedMemoryMiB - used;
  if (vm.memoryMiB > free) {
    throw new RuleBroken(
      "host-memory",
      `${vm.host} cannot allocate memory for ${vm.name}: it needs ${vm.memoryMiB} MiB, ${free} MiB of ${host.memoryMiB} MiB are free (${used} MiB in VMs, ${host.reservedMemoryMiB} MiB for the host)`,
    );
  }
}

/** Addresses are of the subnets and nobody else answers at them. */
export function checkAddress(dc: Datacenter, vm: Vm): void {
  const { subnets } = dc.spec.network;
  if (vm.addresses.length === 0) throw new RuleBroken("address-outside-subnet", `${vm.name} has no address`);
  for (const address of vm.addresses) {
    if (!subnets.some(({ subnet }) => isInside(address, subnet))) {
      const known = subnets.map(({ subnet }) => subnet).join(" and ");
      throw new RuleBroken("address-outside-subnet", `${vm.name} has address ${address || "(none)"}, outside of ${known}`);
    }
    const owner =
      dc.vmAt(address)?.name ??
      (subnets.some(({ gateway }) => gateway === address)
        ? "the gateway"
        : dc.spec.hosts.find((host) => host.address === address)?.name);
    if (owner !== undefined) {
      throw new RuleBroken("address-conflict", `${vm.name} starts with address ${address}, which belongs to ${owner}`);
    }
  }
}

function isInside(address: string, subnet: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const [parsed, network] = [ipaddr.parse(address), ipaddr.parseCIDR(subnet)];
  return parsed.kind() === network[0].kind() && parsed.match(network);
}

/** Levels of CPU models QEMU has, oldest first; whatever else is asked for is taken to be there. */
const CPU_LEVELS = ["x86-64-v2-AES", "x86-64-v3", "x86-64-v4"];

/** What a host must have for a VM to start on it. */
export function checkHardware(dc: Datacenter, vm: Vm): void {
  const host = dc.host(vm.host);
  const { cpuType, lastThread, numaNode, mappings } = vm.hardware;
  if (CPU_LEVELS.indexOf(cpuType) > CPU_LEVELS.indexOf(host.cpuLevel)) {
    throw new RuleBroken("cpu-level", `${vm.name} asks for CPU ${cpuType}, the processor of ${vm.host} has ${host.cpuLevel}`);
  }
  if (lastThread !== null && lastThread >= host.threads) {
    throw new RuleBroken("cpu-affinity", `${vm.name} is bound to thread ${lastThread}, ${vm.host} has 0 to ${host.threads - 1}`);
  }
  if (numaNode !== null && numaNode >= host.numaNodes) {
    throw new RuleBroken("numa-node", `${vm.name} asks for NUMA node ${numaNode}, ${vm.host} has ${host.numaNodes}`);
  }
  for (const mapping of new Set(mappings)) {
    const others = dc.state.vms.filter((other) => other !== vm && other.running && other.host === vm.host);
    const used = others.flatMap((other) => other.hardware.mappings).filter((each) => each === mapping).length;
    const devices = host.pciMappings[mapping] ?? 0;
    if (used + mappings.filter((each) => each === mapping).length > devices) {
      throw new RuleBroken(
        "pci-mapping",
        `${vm.name} asks for ${mapping}, of which ${vm.host} has ${devices} and ${used} are taken`,
      );
    }
  }
}
