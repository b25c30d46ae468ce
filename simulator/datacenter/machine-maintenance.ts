import type { Process } from "../clock/clock";
import type { Datacenter } from "./datacenter";
import { isLost, loseCluster, wipeMember } from "./etcd-recovery";
import { forgetCluster, joinCluster, leaveCluster } from "./kubernetes";
import { boot } from "./machines";
import type { Cluster, Vm } from "./model";
import { RuleBroken } from "./model";

/** What is done to machines that run already, through the Talos API. */

/** Starts the machine again with what it has. */
export function* reboot(dc: Datacenter, vm: Vm): Process {
  leaveUnjudged(dc, vm);
  yield* boot(dc, vm);
}

/** Writes another release to the machine and starts it: the installer says which schematic it is made of. */
export function* upgrade(dc: Datacenter, vm: Vm, image: string): Process {
  const schematic = /\/([0-9a-f]{64}):/.exec(image)?.[1] ?? "";
  if (schematic !== "" && dc.state.schematics[schematic] === undefined) {
    throw new RuleBroken("installer-missing", `${vm.name}: error pulling ${image}: not found`);
  }
  yield* dc.spend("talosUpgrade", String(vm.vmId));
  vm.schematic = schematic;
  yield* reboot(dc, vm);
}

/** How a machine is reset. */
export interface ResetOptions {
  /** Leaves etcd first, which the last member cannot. */
  readonly graceful: boolean;
  /** Starts it again; it is switched off otherwise. */
  readonly restart: boolean;
  /** Keeps its configuration, so that it goes on with empty hands rather than wait for one. @default false */
  readonly keepsConfiguration?: boolean;
}

/** Wipes a machine: it waits in maintenance mode afterwards, or is what it was with nothing in it. */
export function* reset(dc: Datacenter, vm: Vm, { graceful, restart, keepsConfiguration = false }: ResetOptions): Process {
  const cluster = vm.machine && dc.cluster(vm.machine.clusterKey);
  if (graceful && cluster?.etcdMembers.includes(vm.vmId)) leaveEtcd(cluster, vm);
  leaveUnjudged(dc, vm);
  yield* dc.spend("talosReset", String(vm.vmId));
  if (cluster && !graceful) wipeMember(cluster, vm);
  delete vm.upload;
  delete vm.etcdFailure;
  // What is under way on it ends with it.
  vm.stage = "off";
  const left = cluster && isLost(cluster) ? loseCluster(dc, cluster) : [];
  for (const other of left) if (other.machine) dc.clock.spawn(joinCluster(dc, other, other.machine));
  if (!keepsConfiguration) {
    delete vm.machine;
    if (cluster) forgetCluster(dc, cluster.key);
  }
  if (restart) yield* boot(dc, vm);
  else Object.assign(vm, { running: false, stage: "off" });
}

/** Takes a member off etcd's list. */
export function leaveEtcd(cluster: Cluster, vm: Pick<Vm, "vmId" | "name">): void {
  if (cluster.etcdMembers.length === 1) {
    throw new RuleBroken("etcd-last-member", `${vm.name} is the last member of etcd: all of the cluster would be gone with it`);
  }
  cluster.etcdMembers = cluster.etcdMembers.filter((member) => member !== vm.vmId);
}

/** Machines do as they are told: what it does to a quorum shows in whether the API still answers. */
function leaveUnjudged(dc: Datacenter, vm: Vm): void {
  try {
    leaveCluster(dc, vm);
  } catch (error) {
    if (!(error instanceof RuleBroken) || error.rule !== "etcd-quorum") throw error;
  }
}
