import type { Process } from "../clock/clock";
import { until } from "../clock/clock";
import type { Datacenter } from "./datacenter";
import { bootGuest } from "./balancers";
import { LIMITS } from "./durations";
import { uploadedContents } from "./etcd-recovery";
import type { EtcdContents } from "./etcd-recovery";
import { joinCluster, startCluster, startCoreDns } from "./kubernetes";
import { checkChange } from "./machine-changes";
import { readConfiguration } from "./machine-config";
import type { MachineFacts, Vm } from "./model";
import { RuleBroken } from "./model";

/** A VM boots: a blank one stops in maintenance mode, a configured one goes on to its services. */
export function* boot(dc: Datacenter, vm: Vm): Process {
  vm.stage = "booting";
  yield* dc.spend("talosBoot", String(vm.vmId));
  if (!vm.running) return;
  if (vm.machine) yield* runServices(dc, vm, vm.machine);
  else vm.stage = "maintenance";
}

/**
 * Hands a machine its configuration, as the Talos provider does: it dials until the machine answers, then once.
 *
 * @param configuration the text, or how to read one that was parsed before
 */
export function* applyConfiguration(dc: Datacenter, node: string, configuration: string | (() => MachineFacts)): Process {
  const vm = reachable(dc, node, "configured");
  const answered = yield* until(() => vm.stage !== "off" && vm.stage !== "booting", LIMITS.talosRetrySeconds);
  if (!answered)
    throw new RuleBroken("machine-unreachable", `${vm.name} at ${node} did not answer within ${LIMITS.talosRetrySeconds} s`);
  yield* dc.spend("talosApply", String(vm.vmId));

  const facts = typeof configuration === "string" ? readConfiguration(configuration) : configuration();
  if (facts.addresses.length > 0 && !facts.addresses.includes(node)) {
    throw new RuleBroken(
      "machine-address",
      `${vm.name} answers at ${node}, but its configuration gives it ${facts.addresses.join(", ")}`,
    );
  }
  const namesake = dc.state.vms.find(
    (other) => other !== vm && other.machine?.clusterKey === facts.clusterKey && other.machine.hostname === facts.hostname,
  );
  if (namesake)
    throw new RuleBroken(
      "hostname-conflict",
      `${vm.name} and ${namesake.name} are both configured as ${facts.hostname || "(no name)"}`,
    );

  for (const serial of facts.volumeSerials) {
    if (vm.vmId > 0 && !vm.disks.some((disk) => disk.serial === serial))
      throw new RuleBroken(
        "volume-disk",
        `${vm.name} has no disk with the serial number ${serial}: its volume never becomes ready`,
      );
  }
  if (facts.needsTpm && !vm.hardware.tpm)
    throw new RuleBroken("volume-tpm", `${vm.name} has no TPM to keep the key of an encrypted volume in`);

  checkChange(dc, vm, facts);
  const blank = vm.stage === "maintenance";
  vm.machine = facts;
  if (blank) dc.clock.spawn(runServices(dc, vm, facts));
}

/**
 * Starts etcd on the first control plane; the API follows by itself.
 *
 * @param recover begins with the snapshot that was uploaded. As on Talos the call succeeds without one, and etcd does not start
 */
export function* bootstrap(dc: Datacenter, node: string, recover = false): Process {
  const vm = reachable(dc, node, "bootstrapped");
  const facts = vm.machine;
  if (!facts) throw new RuleBroken("bootstrap-unconfigured", `${vm.name} is bootstrapped before it has a configuration`);
  if (facts.type !== "controlplane")
    throw new RuleBroken("bootstrap-worker", `${vm.name} is a worker: bootstrap is only possible on a control plane`);
  if (!(yield* until(() => vm.stage === "running", LIMITS.talosRetrySeconds))) {
    throw new RuleBroken("machine-unreachable", `${vm.name} at ${node} had no etcd service within ${LIMITS.talosRetrySeconds} s`);
  }
  if (dc.cluster(facts.clusterKey)) {
    throw new RuleBroken(
      "bootstrap-twice",
      `AlreadyExists: etcd data directory is not empty: ${facts.clusterName} was bootstrapped before`,
    );
  }
  let restored: EtcdContents | undefined;
  try {
    if (recover) restored = uploadedContents(vm);
  } catch (error) {
    vm.etcdFailure = (error as Error).message;
    return;
  }
  delete vm.etcdFailure;
  delete vm.upload;
  const cluster = startCluster(dc, facts, restored);
  yield* dc.spend("etcdBootstrap", String(vm.vmId));
  // Its services have been waiting for a first member: they go on to the API server by themselves.
  cluster.etcdMembers.push(vm.vmId);
}

/** Fetches the admin kubeconfig: it exists as soon as the cluster's PKI does, before the API answers. */
export function* fetchKubeconfig(dc: Datacenter, node: string): Process {
  const vm = reachable(dc, node, "asked for a kubeconfig");
  const issued = yield* until(
    () => vm.stage === "running" && vm.machine !== undefined && dc.cluster(vm.machine.clusterKey) !== undefined,
    LIMITS.talosRetrySeconds,
  );
  if (!issued)
    throw new RuleBroken(
      "kubeconfig-unavailable",
      `${vm.name} had no kubeconfig within ${LIMITS.talosRetrySeconds} s: its cluster was never bootstrapped`,
    );
  yield* dc.spend("kubeconfig", String(vm.vmId));
}

/** Has machines of an earlier run go on with what they were at: they wait for nobody's program. */
export function resume(dc: Datacenter): void {
  for (const vm of dc.state.vms.filter(({ running }) => running)) {
    if (vm.guest && vm.stage === "booting") dc.clock.spawn(bootGuest(dc, vm));
    else if (vm.stage === "booting") dc.clock.spawn(boot(dc, vm));
    else if (vm.machine && vm.stage === "starting") dc.clock.spawn(runServices(dc, vm, vm.machine));
    else if (vm.machine && vm.stage === "running") dc.clock.spawn(joinCluster(dc, vm, vm.machine));
  }
  for (const cluster of dc.state.clusters) if (!cluster.coreDns) startCoreDns(dc, cluster);
}

function* runServices(dc: Datacenter, vm: Vm, facts: MachineFacts): Process {
  vm.stage = "starting";
  yield* dc.spend("talosServices", String(vm.vmId));
  if (!vm.running) return;
  vm.stage = "running";
  yield* joinCluster(dc, vm, facts);
}

function reachable(dc: Datacenter, node: string, what: string): Vm {
  const vm = dc.vmAt(node);
  if (!vm) {
    // The real provider would dial for ten minutes: a program that counts on that hangs whenever the race is lost.
    throw new RuleBroken("machine-not-booted", `${node} is ${what}, but no VM with this address has been started`);
  }
  return vm;
}
