import type { Process } from "../clock/clock";
import { until } from "../clock/clock";
import type { Datacenter } from "./datacenter";
import { LIMITS } from "./durations";
import { isServing } from "./api-endpoint";
import type { Vm } from "./model";
import { RuleBroken } from "./model";

/** Cloud-init installs what the seed asks for; what is on the disk then needs it no more. */
export function* bootGuest(dc: Datacenter, vm: Vm): Process {
  vm.stage = "booting";
  yield* dc.spend("guestBoot", String(vm.vmId));
  if (vm.running && vm.isInstalled !== true) yield* dc.spend("guestInstall", String(vm.vmId));
  if (!vm.running) return;
  vm.isInstalled = true;
  vm.stage = "running";
}

/** Whether a balancer is all that leads to an API that answers, although it has others beside it. */
function isTheOnlyWay(dc: Datacenter, vm: Vm): boolean {
  const others = othersOf(dc, vm);
  return others.length > 0 && isServing(dc, vm) && !others.some((other) => isServing(dc, other));
}

function othersOf(dc: Datacenter, { vmId, guest }: Vm): Vm[] {
  return dc.state.vms.filter((other) => other.vmId !== vmId && other.guest?.virtualAddress === guest?.virtualAddress);
}

/** The program's own wait before it lets a balancer go, which the engine calls and a rehearsal does not run. */
export function* awaitAnotherWay(dc: Datacenter, vmId: number): Process {
  const vm = dc.vm(vmId);
  if (vm?.guest) yield* until(() => !isTheOnlyWay(dc, vm), LIMITS.balancerWaitSeconds);
}

/** A pair of balancers never takes the way to the API away while it is replaced. */
export function checkWay(dc: Datacenter, vm: Vm): void {
  if (!vm.guest || !isTheOnlyWay(dc, vm)) return;
  const others = othersOf(dc, vm).map(({ name }) => name);
  throw new RuleBroken(
    "endpoint-lost",
    `${vm.name} is deleted, and neither of the others (${others.join(", ")}) leads to the API at ${vm.guest.virtualAddress} yet`,
  );
}
