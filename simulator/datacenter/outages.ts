import type { Process } from "../clock/clock";
import type { Datacenter } from "./datacenter";
import { leaveCluster } from "./kubernetes";
import { RuleBroken } from "./model";
import type { Vm } from "./model";
import { startVm } from "./virtual-machines";

/** A host breaks down: whatever runs on it is switched off at once, and nobody leaves a cluster in good order. */
export function failHost(dc: Datacenter, name: string): void {
  dc.away.add(`host ${name}`);
  dc.breakdowns.set(name, breakdownsOf(dc, name) + 1);
  for (const vm of dc.state.vms.filter(({ host, running }) => host === name && running)) {
    vm.running = false;
    vm.stage = "off";
    missing(dc, vm);
    // What was under way in it holds on to the machine that was switched off, and ends there.
    dc.state.vms[dc.state.vms.indexOf(vm)] = structuredClone(vm);
  }
}

/**
 * A host is back and starts its VMs, as many as are to be started with it.
 *
 * @param starts whether a VM starts with its host
 */
export function mendHost(dc: Datacenter, name: string, starts: (vm: Vm) => boolean): void {
  dc.away.delete(`host ${name}`);
  for (const vm of dc.state.vms.filter(({ host, running }) => host === name && !running)) {
    if (starts(vm)) dc.clock.spawn(startVm(dc, vm));
  }
}

/** Ends a process when the host it runs on breaks down, even if that is back by the time it would go on. */
export function* onHost(dc: Datacenter, name: string, process: Process): Process {
  const before = breakdownsOf(dc, name);
  let step = process.next(true);
  while (!step.done) {
    const answer = yield step.value;
    const isBroken = breakdownsOf(dc, name) > before;
    step = isBroken ? process.throw(new RuleBroken("host-down", "unexpected status")) : process.next(answer);
  }
}

/** Whether the hosts that are up have a majority of the Proxmox cluster's votes: without one it changes nothing. */
export function hasVotes({ spec, away }: Datacenter): boolean {
  const extra = spec.qdevice === true ? 1 : 0;
  const online = spec.hosts.filter(({ name }) => !away.has(`host ${name}`)).length + extra;
  return online > (spec.hosts.length + extra) / 2;
}

function breakdownsOf(dc: Datacenter, name: string): number {
  return dc.breakdowns.get(name) ?? 0;
}

/** A lost quorum is no reason for a host to stay up. */
function missing(dc: Datacenter, vm: Vm): void {
  try {
    leaveCluster(dc, vm);
  } catch (error) {
    if (!(error instanceof RuleBroken)) throw error;
  }
}
