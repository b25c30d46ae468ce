import type { Process } from "../clock/clock";
import type { Datacenter } from "./datacenter";
import { bootGuest, checkWay } from "./balancers";
import { forgetCluster, leaveCluster } from "./kubernetes";
import { IMAGE_GIB, LIMITS } from "./durations";
import { boot } from "./machines";
import type { Vm, VmDisk, VmHardware } from "./model";
import { RuleBroken } from "./model";
import { checkLosses, checkMigration } from "./vm-changes";
import { readSeed } from "./seed";
import { checkAddress, checkCores, checkDisks, checkHardware, checkMemory, datastoreOf } from "./vm-checks";

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
  /** Volume in its CD drive. @default none */
  readonly cdrom?: string;
}

/** Fetches a disk image into a host's datastore. */
export function* downloadImage(dc: Datacenter, host: string, datastore: string, volume: string, url = ""): Process {
  datastoreOf(dc, host, datastore);
  const schematic = /\/image\/([0-9a-f]{64})\//.exec(url)?.[1];
  if (schematic !== undefined) dc.state.imageSchematics[volume] = schematic;
  yield* dc.spend("imageDownload", `${host}/${datastore}`);
  (dc.state.images[host] ??= []).push(volume);
}

/** Takes a file into a host's datastore: a seed makes something of the VM that boots with it. */
export function* uploadFile(dc: Datacenter, host: string, datastore: string, volume: string, content: string): Process {
  datastoreOf(dc, host, datastore);
  yield* dc.spend("fileUpload", `${host}/${volume}`);
  const files = (dc.state.images[host] ??= []);
  if (!files.includes(volume)) files.push(volume);
  const seed = readSeed(content);
  if (seed) dc.state.seeds[`${host}/${volume}`] = seed;
}

/** Removes a disk image from a host's datastore; VMs made from it keep their disks. */
export function* deleteImage(dc: Datacenter, host: string, volume: string): Process {
  yield* dc.spend("resourcePool", volume);
  dc.state.images[host] = (dc.state.images[host] ?? []).filter((each) => each !== volume);
  Reflect.deleteProperty(dc.state.seeds, `${host}/${volume}`);
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
  const guest = seedIn(dc, request);
  const vm: Vm = {
    ...(guest ? { guest } : {}),
    vmId: request.vmId,
    name: request.name,
    host: host.name,
    cores: request.cores,
    memoryMiB: request.memoryMiB,
    disks: request.disks.map(kept),
    schematic: request.disks.flatMap(({ importFrom }) => dc.state.imageSchematics[importFrom ?? ""] ?? [])[0] ?? "",
    secureBoot: request.disks.some(({ importFrom = "" }) => importFrom.includes("-secureboot.")),
    addresses: [...(guest?.addresses ?? request.addresses)],
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
  try {
    for (const disk of request.disks) {
      if (disk.importFrom === undefined) continue;
      yield* importDisk(dc, vm, disk.datastore, disk.importFrom);
      if (disk.sizeGiB > IMAGE_GIB) yield* dc.spend("diskResize", String(vm.vmId));
    }
  } catch (error) {
    // Proxmox takes back what it has made when a creation fails; a host that broke down leaves it as it is.
    const isLeft = error instanceof RuleBroken && error.rule === "host-down";
    if (!isLeft) dc.state.vms.splice(dc.state.vms.indexOf(vm), 1);
    throw error;
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
  checkWay(dc, vm);
  if (vm.running) yield* stopVm(dc, vm);
  yield* dc.spend("vmDelete", String(vmId));
  dc.state.vms.splice(dc.state.vms.indexOf(vm), 1);
  if (vm.machine) forgetCluster(dc, vm.machine.clusterKey);
}

/** Switches a VM off; the machine in it is missing from its cluster from then on. */
export function* stopVm(dc: Datacenter, vm: Vm): Process {
  yield* dc.spend("vmStop", String(vm.vmId));
  vm.running = false;
  vm.stage = "off";
  leaveCluster(dc, vm);
}

/** Changes a VM in place; a changed host is a live migration. */
export function* updateVm(dc: Datacenter, request: VmRequest, change: "vmUpdate" | "diskResize" = "vmUpdate"): Process {
  const vm = dc.vm(request.vmId);
  if (!vm) throw new RuleBroken("vm-missing", `VM ${request.vmId} does not exist`);
  const before = structuredClone(vm);
  checkMigration(dc, vm, dc.host(request.host).name);
  checkLosses(dc, vm, request);
  Object.assign(vm, { name: request.name, cores: request.cores, memoryMiB: request.memoryMiB, host: request.host });
  vm.disks = request.disks.map(kept);
  vm.hardware = request.hardware;
  checkDisks(dc, vm);
  checkCores(dc, vm);
  checkHardware(dc, vm);
  if (vm.running) checkMemory(dc, vm);
  yield* dc.spend(before.host === vm.host ? change : "vmMigrate", String(vm.vmId));
}

/** What the VM's CD drive makes of it; undefined for a drive that is empty or holds anything else. */
function seedIn(dc: Datacenter, { name, host, cdrom }: VmRequest): Vm["guest"] {
  if (cdrom === undefined) return undefined;
  if (!(dc.state.images[host] ?? []).includes(cdrom)) {
    throw new RuleBroken("image-missing", `${host} has no volume ${cdrom} for the CD drive of ${name}`);
  }
  return dc.state.seeds[`${host}/${cdrom}`];
}

function kept({ slot, datastore, sizeGiB, serial }: VmDisk): VmDisk {
  return { slot, datastore, sizeGiB, ...(serial === undefined ? {} : { serial }) };
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
  try {
    yield* dc.spend("diskImport", String(vm.vmId));
  } finally {
    lock.release();
  }
}

/** Starts a VM; it goes on booting when this has ended. */
export function* startVm(dc: Datacenter, vm: Vm): Process {
  checkMemory(dc, vm);
  checkHardware(dc, vm);
  checkAddress(dc, vm);
  vm.running = true;
  yield* dc.spend("vmStart", String(vm.vmId));
  dc.clock.spawn(vm.guest ? bootGuest(dc, vm) : boot(dc, vm));
}
