import { sum } from "../capacity";
import { isVm } from "../machines";
import type { Plan } from "../plan";

/** What of a stack is compared, in the order it is shown. */
export type FigureName =
  | "hosts"
  | "cores"
  | "threads"
  | "memoryGiB"
  | "datastoresGiB"
  | "machines"
  | "controlPlanes"
  | "workers"
  | "vcpus"
  | "machineMemoryGiB"
  | "machineDisksGiB";

/** A size of two stacks. */
export interface Figure {
  readonly name: FigureName;
  readonly before: number;
  readonly after: number;
  /** How many times as much there is after; null where there was none. */
  readonly ratio: number | null;
}

/** Sizes of one stack, by name, in the order they are shown. Machines that are no VMs are hardware themselves. */
function sizesOf({ hosts, machines }: Plan): Record<FigureName, number> {
  const rented = machines.filter((machine) => !isVm(machine));
  const rentedCores = sum(rented.map(({ cores }) => cores));
  const workers = machines.filter(({ role }) => role === "worker").length;
  return {
    hosts: hosts.length,
    cores: sum(hosts.map(({ cores }) => cores)) + rentedCores,
    threads: sum(hosts.map(({ threads }) => threads)) + rentedCores,
    memoryGiB: sum([...hosts, ...rented].map(({ memoryMiB }) => memoryMiB)) / 1024,
    datastoresGiB: datastoresGiB(hosts),
    machines: machines.length,
    controlPlanes: machines.length - workers,
    workers,
    vcpus: sum(machines.map(({ cores }) => cores)),
    machineMemoryGiB: sum(machines.map(({ memoryMiB }) => memoryMiB)) / 1024,
    machineDisksGiB: sum(machines.flatMap(({ disks }) => disks.map(({ sizeGiB }) => sizeGiB))),
  };
}

/** What all hosts share is one datastore. */
function datastoresGiB(hosts: Plan["hosts"]): number {
  const all = hosts.flatMap(({ datastores }) => datastores);
  const shared = new Map(all.filter((each) => each.shared).map(({ name, sizeGiB }) => [name, sizeGiB]));
  return sum([...all.filter((each) => !each.shared).map(({ sizeGiB }) => sizeGiB), ...shared.values()]);
}

/** Sizes of two stacks beside each other. */
export function figuresOf(before: Plan, after: Plan): Figure[] {
  const sizes = sizesOf(after);
  return (Object.entries(sizesOf(before)) as [FigureName, number][]).map(([name, size]) => {
    const then = sizes[name];
    return { name, before: size, after: then, ratio: size === 0 ? null : then / size };
  });
}
