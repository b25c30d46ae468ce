import type { MachineRole } from "./plan";
import { nameRange } from "./range-texts";
import { part } from "./ranges";
import type { Ranges, StackRanges } from "./seats";

/** Ids and addresses at the start of the ranges that belong to the control plane, however many machines it has. */
export const CONTROL_PLANE_SEATS = 3;

/** What a pool has that need not declare any: the control plane the first three of the stack, a sole worker pool all others. */
export function defaultRanges(role: MachineRole, all: StackRanges): Ranges {
  return role === "controlplane" ? controlPlaneRanges(all) : workerRanges(all);
}

function controlPlaneRanges(all: StackRanges): Ranges {
  return {
    ids: part(all.ids, 0, CONTROL_PLANE_SEATS),
    addresses: part(all.addresses, 0, CONTROL_PLANE_SEATS),
    names: nameRange(`ctrl-00..0${CONTROL_PLANE_SEATS - 1}`),
  };
}

/** Whatever the control plane's seats leave. As many names as ids: two digits, more only for those past work-99. */
function workerRanges(all: StackRanges): Ranges {
  const ids = part(all.ids, CONTROL_PLANE_SEATS);
  const names = nameRange(`work-00..${Math.max(0, ids.length - 1)}`);
  return { ids, addresses: part(all.addresses, CONTROL_PLANE_SEATS), names };
}
