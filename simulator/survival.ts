import { apiAnswers } from "./datacenter/api-endpoint";
import { Datacenter } from "./datacenter/datacenter";
import { DurationTable } from "./datacenter/durations";
import { hasQuorum } from "./datacenter/etcd-quorum";
import { leaveCluster, runsWorkloads } from "./datacenter/kubernetes";
import { resume } from "./datacenter/machines";
import { RuleBroken } from "./datacenter/model";
import type { DatacenterSpec, DatacenterState, Vm } from "./datacenter/model";
import { failHost, hasVotes } from "./datacenter/outages";
import { startVm } from "./datacenter/virtual-machines";

/** What is to fail in a datacenter that stands. */
export interface Failure {
  /** Hosts that break down. */
  readonly hosts: readonly string[];
  /** Machines that are switched off beside theirs, for their disks are away. */
  readonly machines: readonly string[];
}

/** What still works once everything that helps itself has done so. */
export interface Observation {
  readonly etcd: boolean;
  /** Whether the Kubernetes API answers at its endpoint. */
  readonly api: boolean;
  /** Whether Proxmox changes anything; true where there is none. */
  readonly proxmox: boolean;
  /** Whether there is a node that takes workloads. */
  readonly workloads: boolean;
}

/**
 * Has something fail in a datacenter that was rehearsed and looks what is left of it. The datacenter itself stays as it was.
 *
 * @param state the datacenter at the end of a rehearsal
 */
export function observe(spec: DatacenterSpec, state: DatacenterState, failure: Failure): Observation {
  const dc = new Datacenter(spec, new DurationTable(), state);
  resume(dc);
  dc.clock.run();
  for (const host of failure.hosts) failHost(dc, host);
  for (const vm of dc.state.vms.filter(({ name, running }) => running && failure.machines.includes(name))) switchOff(dc, vm);
  if (hasVotes(dc)) for (const vm of dc.state.vms.filter(({ host }) => failure.hosts.includes(host))) restart(dc, vm);
  dc.clock.run();
  const [cluster] = dc.state.clusters;
  return {
    etcd: cluster !== undefined && hasQuorum(dc, cluster),
    api: cluster !== undefined && apiAnswers(dc, cluster),
    proxmox: spec.hosts.length === 0 || hasVotes(dc),
    workloads: dc.state.vms.some((vm) => vm.running && runsWorkloads(vm) && cluster?.networkReady.includes(vm.vmId) === true),
  };
}

function switchOff(dc: Datacenter, vm: Vm): void {
  vm.running = false;
  vm.stage = "off";
  try {
    leaveCluster(dc, vm);
  } catch (error) {
    // That etcd has lost its quorum is what is looked for.
    if (!(error instanceof RuleBroken)) throw error;
  }
}

/** Proxmox' high availability starts what it manages on the first host that has all of its disks and room. */
function restart(dc: Datacenter, vm: Vm): void {
  if (!dc.state.haResources.includes(`vm:${vm.vmId}`)) return;
  if (!vm.disks.every(({ datastore }) => dc.storage(vm.host, datastore).startsWith("shared/"))) return;
  const before = vm.host;
  for (const { name } of dc.spec.hosts.filter((host) => !dc.away.has(`host ${host.name}`))) {
    vm.host = name;
    try {
      // A start that Proxmox refuses is refused before anything happens.
      dc.clock.spawn(startVm(dc, vm));
      return;
    } catch (error) {
      if (!(error instanceof RuleBroken)) throw error;
    }
  }
  vm.host = before;
}
