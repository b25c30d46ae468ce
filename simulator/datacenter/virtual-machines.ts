import type { Process } from "../clock/clock";
import ipaddr from "ipaddr.js";
import type { Datacenter } from "./datacenter";
import { leaveCluster } from "./kubernetes";
import { LIMITS } from "./durations";
import { boot } from "./machines";
import type { Vm, VmDisk, VmHardware } from "./model";
import { RuleBroken } from "./model";

/** What a VM creation asks for. */
export interface VmRequest {
  readonly vmId: number;
  readonly name: string;
  readonly host: string;
  readonly cores: number;
  readonly memoryMiB: number;
  readonly disks: readonly (VmDisk & { readonly importFrom?: string })[];
  /** Without prefix lengths. */
  readonly addresses: readonly string[];
  readonly hardware: VmHardware;
  /** Resource pool it belongs to; none when empty. */
  readonly pool: string;
  readonly started: boolean;
}

/** Fetches a disk image into a host's datastore. */
export function* downloadImage(dc: Datacenter, host: string, datastore: string, volume: string, url = ""): Process {
  datastoreOf(dc, host, datastore);
  const schematic = /\/image\/([0-9a-f]{64})\//.exec(url)?.[1];
  if (schematic !== undefined) dc.state.imageSchematics[volume] = schematic;
  yield* dc.spend("imageDownload", `${host}/${datastore}`);
  (dc.state.images[host] ??= []).push(volume);
}

/** Creates, imports, grows and starts a VM, as Proxmox does when the provider asks. */
export function* createVm(dc: Datacenter, request: VmRequest): Process {
  const host = dc.host(request.host);
  const taken = dc.vm(request.vmId);
  if (taken) {
    throw new RuleBroken(
      "vm-id-taken",
      `VM ${request.vmId} already exists: it is ${taken.name} on ${taken.host}, not ${request.name}`,
    );
  }
  const vm: Vm = {
    vmId: request.vmId,
    name: request.name,
    host: host.name,
    cores: request.cores,
    memoryMiB: request.memoryMiB,
    disks: request.disks.map(kept),
    schematic: request.disks.flatMap(({ importFrom }) => dc.state.imageSchematics[importFrom ?? ""] ?? [])[0] ?? "",
    addresses: [...request.addresses],
    hardware: request.hardware,
    running: false,
    stage: "off",
  };
  if (request.pool !== "" && !dc.state.pools.includes(request.pool)) {
    throw new RuleBroken("pool-missing", `pool '${request.pool}' does not exist: ${request.name} cannot become a member`);
  }
  checkDisks(dc, vm);
  checkCores(dc, vm);
  // The id is taken from the first call on: a second creation is refused while the first still imports.
  dc.state.vms.push(vm);
  for (const disk of request.disks) {
    if (disk.importFrom !== undefined) yield* importDisk(dc, vm, disk.datastore, disk.importFrom);
  }
  if (request.started) yield* startVm(dc, vm);
}

/** Stops and removes a VM with its disks; the cluster loses the machine in it. */
export function* deleteVm(dc: Datacenter, vmId: number): Process {
  const vm = dc.vm(vmId);
  if (!vm) throw new RuleBroken("vm-missing", `VM ${vmId} does not exist`);
  if (dc.state.haResources.includes(`vm:${vmId}`)) {
    throw new RuleBroken("ha-managed", `VM ${vmId} is managed by HA: it is started again unless it is taken out of there first`);
  }
  if (vm.running) {
    yield* dc.spend("vmStop", String(vmId));
    vm.running = false;
    vm.stage = "off";
    leaveCluster(dc, vm);
  }
  yield* dc.spend("vmDelete", String(vmId));
  dc.state.vms.splice(dc.state.vms.indexOf(vm), 1);
}

/** Changes a VM in place; a changed host is a live migration. */
export function* updateVm(dc: Datacenter, request: VmRequest): Process {
  const vm = dc.vm(request.vmId);
  if (!vm) throw new RuleBroken("vm-missing", `VM ${request.vmId} does not exist`);
  const before = structuredClone(vm);
  Object.assign(vm, { name: request.name, cores: request.cores, memoryMiB: request.memoryMiB, host: dc.host(request.host).name });
  vm.disks = request.disks.map(kept);
  vm.hardware = request.hardware;
  checkDisks(dc, vm);
  checkCores(dc, vm);
  checkHardware(dc, vm);
  if (vm.running) checkMemory(dc, vm);
  yield* dc.spend(before.host === vm.host ? "vmUpdate" : "vmMigrate", String(vm.vmId));
}

function kept({ datastore, sizeGiB, serial }: VmDisk): VmDisk {
  return { datastore, sizeGiB, ...(serial === undefined ? {} : { serial }) };
}

function* importDisk(dc: Datacenter, vm: Vm, datastore: string, volume: string): Process {
  if (!(dc.state.images[vm.host] ?? []).includes(volume)) {
    throw new RuleBroken("image-missing", `${vm.host} has no volume ${volume} to import into ${vm.name}`);
  }
  const lock = dc.lock(`storage ${dc.storage(vm.host, datastore)}`);
  if (!(yield* lock.acquire(LIMITS.storageLockSeconds))) {
    throw new RuleBroken(
      "storage-lock",
      `can't lock file '/var/lock/pve-manager/pve-storage-${datastore}' - got timeout: ${vm.name} waited ${LIMITS.storageLockSeconds} s while other imports held ${datastore} on ${vm.host}`,
    );
  }
  yield* dc.spend("diskImport", String(vm.vmId));
  lock.release();
  yield* dc.spend("diskResize", String(vm.vmId));
}

function* startVm(dc: Datacenter, vm: Vm): Process {
  checkMemory(dc, vm);
  checkHardware(dc, vm);
  checkAddress(dc, vm);
  vm.running = true;
  yield* dc.spend("vmStart", String(vm.vmId));
  dc.clock.spawn(boot(dc, vm));
}

function datastoreOf(dc: Datacenter, host: string, name: string): { sizeGiB: number } {
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

function checkDisks(dc: Datacenter, vm: Vm): void {
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

function checkCores(dc: Datacenter, vm: Vm): void {
  const { threads } = dc.host(vm.host);
  if (vm.cores > threads) {
    throw new RuleBroken("host-cores", `MAX ${threads} vcpus allowed per VM on ${vm.host}: ${vm.name} asks for ${vm.cores}`);
  }
}

function checkMemory(dc: Datacenter, vm: Vm): void {
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

function checkAddress(dc: Datacenter, vm: Vm): void {
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
function checkHardware(dc: Datacenter, vm: Vm): void {
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
