import type { Process } from "../../clock/clock";
import type { Datacenter } from "../../datacenter/datacenter";
import { LIMITS } from "../../datacenter/durations";
import type { Settings, Vm } from "../../datacenter/model";
import { RuleBroken } from "../../datacenter/model";
import { createVm, deleteVm, startVm, stopVm, updateVm } from "../../datacenter/virtual-machines";
import { ApiError, noSuchVm } from "../api-error";
import type { ApiRequest, Backstage, Endpoints } from "../request";
import { parameter, part } from "../request";
import { shownSettings, shownVm } from "../shown";
import { allocate, gibOf, partsOf, requestOf, settingOf } from "../vm-settings";

const BASE = "/nodes/:node/qemu";
const VM = `${BASE}/:vmid`;

/** Parameters that say how a call is to be carried out and are no settings. */
const MANNER = new Set([
  "vmid",
  "node",
  "start",
  "force",
  "delete",
  "digest",
  "skiplock",
  "background_delay",
  "unique",
  "storage",
]);

/** Settings that root alone may touch, and not with a token (PVE::API2::Qemu, check_vm_modify_config_perm). */
const ROOT_ONLY = new Set(["affinity", "args", "hookscript", "arch"]);

/** Calls about VMs. */
export const virtualMachines: Endpoints = {
  [`GET ${BASE}`]: ({ path }, { dc }) =>
    dc.state.vms.filter(({ vmId, host }) => vmId > 0 && host === path["node"]).map(shownVm(dc)),
  [`POST ${BASE}`]: create,
  [`GET ${VM}/config`]: (request, { dc }) => shownSettings(settingsOf(dc, vmOf(request, dc))),
  [`PUT ${VM}/config`]: async (request, backstage) => {
    await backstage.time.run(configure(request, backstage));
    return null;
  },
  [`POST ${VM}/config`]: (request, backstage) => task(request, backstage, "qmconfig", () => configure(request, backstage)),
  [`PUT ${VM}/resize`]: (request, backstage) => task(request, backstage, "resize", () => resize(request, backstage.dc)),
  [`PUT ${VM}/cloudinit`]: () => null,
  [`GET ${VM}/status/current`]: (request, { dc }) => shownVm(dc)(vmOf(request, dc)),
  [`POST ${VM}/status/start`]: (request, backstage) => {
    if (vmOf(request, backstage.dc).running) throw new ApiError(500, `VM ${part(request, "vmid")} already running`);
    return task(request, backstage, "qmstart", (vm) => startVm(backstage.dc, vm));
  },
  [`POST ${VM}/status/stop`]: (request, backstage) => task(request, backstage, "qmstop", (vm) => off(backstage.dc, vm)),
  [`POST ${VM}/status/shutdown`]: (request, backstage) => task(request, backstage, "qmshutdown", (vm) => off(backstage.dc, vm)),
  [`POST ${VM}/status/reboot`]: (request, backstage) =>
    task(request, backstage, "qmreboot", function* (vm) {
      yield* off(backstage.dc, vm);
      yield* startVm(backstage.dc, vm);
    }),
  [`POST ${VM}/migrate`]: (request, backstage) =>
    task(request, backstage, "qmigrate", function* (vm) {
      yield* updateVm(backstage.dc, requestOf(parameter(request, "target"), vm.vmId, settingsOf(backstage.dc, vm)));
    }),
  [`DELETE ${VM}`]: (request, backstage) => {
    if (vmOf(request, backstage.dc).running) {
      throw new ApiError(500, `VM ${part(request, "vmid")} is running - destroy failed`);
    }
    return task(request, backstage, "qmdestroy", function* (vm) {
      yield* deleteVm(backstage.dc, vm.vmId);
      Reflect.deleteProperty(backstage.dc.state.settings, key(vm.vmId));
    });
  },
  // No machine here has a guest agent that answers: Talos brings one as an extension, and the stack asks for none.
  [`POST ${VM}/agent/ping`]: noAgent,
  [`GET ${VM}/agent/network-get-interfaces`]: noAgent,
};

function create(request: ApiRequest, backstage: Backstage): string {
  const { dc, tasks } = backstage;
  const [host, id] = [part(request, "node"), parameter(request, "vmid")];
  const taken = dc.vm(Number(id));
  if (taken) throw new ApiError(500, `unable to create VM ${id} - VM ${id} already exists on node '${taken.host}'`);
  const { settings, imports } = allocate(id, permitted(request));
  return tasks.start(host, "qmcreate", id, request.user, creation());

  function* creation(): Process {
    // Until a VM is made its configuration holds the lock and nothing else (PVE::AbstractConfig, create_and_lock_config).
    dc.state.settings[key(id)] = { lock: "create" };
    try {
      yield* createVm(dc, requestOf(host, Number(id), settings, imports));
    } catch (error) {
      if (!dc.vm(Number(id))) Reflect.deleteProperty(dc.state.settings, key(id));
      throw error;
    }
    dc.state.settings[key(id)] = settings;
    const vm = dc.vm(Number(id));
    if (vm && request.form["start"] === "1") yield* startVm(dc, vm);
  }
}

function* configure(request: ApiRequest, { dc }: Backstage): Process {
  const vm = vmOf(request, dc);
  const { settings } = allocate(String(vm.vmId), permitted(request), settingsOf(dc, vm));
  for (const name of (request.form["delete"] ?? "").split(",")) Reflect.deleteProperty(settings, name);
  yield* exclusively(dc, vm, updateVm(dc, requestOf(vm.host, vm.vmId, settings)));
  dc.state.settings[key(vm.vmId)] = settings;
}

function* resize(request: ApiRequest, dc: Datacenter): Process {
  const vm = vmOf(request, dc);
  const [name, size] = [parameter(request, "disk"), parameter(request, "size")];
  const settings = { ...settingsOf(dc, vm) };
  const volume = partsOf(settings[name] ?? "");
  if (!volume.has("file")) throw new RuleBroken("disk-missing", `disk '${name}' does not exist`);
  if (gibOf(size) < gibOf(volume.get("size") ?? "0")) throw new RuleBroken("disk-shrinks", "shrinking disks is not supported");
  volume.set("size", `${gibOf(size)}G`);
  settings[name] = settingOf(volume);
  yield* updateVm(dc, requestOf(vm.host, vm.vmId, settings), "diskResize");
  dc.state.settings[key(vm.vmId)] = settings;
}

/** Starts something in the background that only one may do to a VM at a time. */
function task(request: ApiRequest, { dc, tasks }: Backstage, type: string, what: (vm: Vm) => Process): string {
  const vm = vmOf(request, dc);
  const lock = settingsOf(dc, vm)["lock"];
  if (lock !== undefined) throw new ApiError(500, `VM is locked (${lock})`);
  return tasks.start(vm.host, type, String(vm.vmId), request.user, exclusively(dc, vm, what(vm)));
}

function* exclusively(dc: Datacenter, vm: Vm, process: Process): Process {
  const lock = dc.lock(`vm ${vm.vmId}`);
  if (!(yield* lock.acquire(LIMITS.storageLockSeconds))) {
    throw new RuleBroken("vm-lock", `can't lock file '/var/lock/qemu-server/lock-${vm.vmId}.conf' - got timeout`);
  }
  try {
    yield* process;
  } finally {
    lock.release();
  }
}

/** Proxmox switches off what it is told to: what that does to a cluster is the program's affair. */
function* off(dc: Datacenter, vm: Vm): Process {
  if (!vm.running) return;
  try {
    yield* stopVm(dc, vm);
  } catch (error) {
    if (!(error instanceof RuleBroken) || error.rule !== "etcd-quorum") throw error;
  }
}

/** Settings that are asked for, if whoever asks may. */
function permitted({ form, user }: ApiRequest): Settings {
  const settings = Object.fromEntries(Object.entries(form).filter(([name]) => !MANNER.has(name)));
  const refused = user === "root@pam" ? undefined : Object.keys(settings).find((name) => ROOT_ONLY.has(name));
  if (refused !== undefined) throw new ApiError(403, `only root can set '${refused}' config`);
  return settings;
}

function vmOf(request: ApiRequest, dc: Datacenter): Vm {
  const [host, id] = [part(request, "node"), part(request, "vmid")];
  const vm = dc.vm(Number(id));
  if (vm?.host !== host) throw noSuchVm(host, id);
  return vm;
}

function settingsOf(dc: Datacenter, { vmId }: Vm): Settings {
  return dc.state.settings[key(vmId)] ?? {};
}

function key(vmId: number | string): string {
  return `vm:${vmId}`;
}

function noAgent(): never {
  throw new ApiError(500, "QEMU guest agent is not running");
}
