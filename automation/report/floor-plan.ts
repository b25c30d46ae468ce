import type { Plan, PlannedHost } from "../../planner";
import { BALANCER_TONE, POOL_TONES } from "./palette";
import type { Box } from "./treemap";
import { treemap } from "./treemap";

/** How wide a host is drawn where there are few, and where there are many. */
const WIDTHS = { few: 264, many: 200 } as const;

/** How high the largest host is then. */
const HEIGHTS = { few: 330, many: 180 } as const;

/** More hosts than this are many. */
const MANY = 9;

/** A kind of machine, in the legend and in the drawing. */
export interface Kind {
  readonly name: string;
  /** Number of its fill and its pattern. */
  readonly tone: number;
  readonly mark: string;
}

/** A machine in the drawing. */
export interface DrawnMachine {
  readonly name: string;
  readonly kind: Kind;
  readonly vmId: number | null;
  readonly address: string;
  readonly cores: number;
  readonly memoryMiB: number;
  readonly diskGiB: number;
}

/** A host as it is drawn; boxes are within its memory, all hosts on one scale. */
export interface DrawnHost {
  readonly host: PlannedHost;
  readonly machines: readonly (DrawnMachine & { readonly box: Box })[];
  /** All of its memory. */
  readonly memory: Box;
  readonly reserved: Box;
  readonly free: Box;
  /** What VMs and reserve take beyond the memory. */
  readonly overMiB: number;
}

/** Hosts that fail together; one without a name holds those that fail alone. */
export interface DrawnDomain {
  readonly name: string | null;
  readonly hosts: readonly DrawnHost[];
}

/** Everything that stands somewhere, to scale. */
export interface FloorPlan {
  /** Width of each host, in pixels. */
  readonly width: number;
  readonly dense: boolean;
  /** Area of one MiB, in square pixels. */
  readonly areaPerMiB: number;
  readonly domains: readonly DrawnDomain[];
  /** Machines that are no VMs, as one box. */
  readonly existing: readonly (DrawnMachine & { readonly box: Box })[];
  readonly kinds: readonly Kind[];
}

/** Lays hosts out with the memory of each and of each VM as areas, all on one scale. */
export function floorPlanOf(plan: Plan): FloorPlan {
  const { hosts } = plan;
  const dense = hosts.length > MANY;
  const width = dense ? WIDTHS.many : WIDTHS.few;
  const machines = drawnMachines(plan);
  const existing = plan.machines.filter(({ host }) => host === null).flatMap(({ name }) => machines.get(name) ?? []);
  const existingMiB = memoryOf(existing);
  const largest = Math.max(
    1,
    ...hosts.map((host) => Math.max(host.memoryMiB, takenMiB(host))),
    hosts.length === 0 ? existingMiB : 0,
  );
  const heightPerMiB = (dense ? HEIGHTS.many : HEIGHTS.few) / largest;
  const drawn = hosts.map((host) => drawHost(host, machines, width, heightPerMiB));
  return {
    width,
    dense,
    areaPerMiB: heightPerMiB * width,
    domains: domainsOf(drawn),
    existing: within(existing, { x: 0, y: 0, width, height: existingMiB * heightPerMiB }),
    kinds: kindsOf(plan),
  };
}

/** Where something of these sizes would stand in what a host has free, as areas on the same scale. */
export function seatsIn({ free }: DrawnHost, guests: readonly Pick<DrawnMachine, "name" | "memoryMiB">[], areaPerMiB: number) {
  const height = free.width === 0 ? 0 : (memoryOf(guests) * areaPerMiB) / free.width;
  return treemap(
    guests.map(({ name, memoryMiB }) => ({ name, size: memoryMiB })),
    { ...free, height },
  );
}

function drawHost(host: PlannedHost, all: ReadonlyMap<string, DrawnMachine>, width: number, heightPerMiB: number): DrawnHost {
  const machines = host.machines.flatMap((name) => all.get(name) ?? []);
  const height = (memoryMiB: number): number => memoryMiB * heightPerMiB;
  const free = Math.max(0, host.memoryMiB - takenMiB(host));
  const below = height(host.allocatedMemoryMiB);
  return {
    host,
    machines: within(machines, { x: 0, y: 0, width, height: below }),
    memory: { x: 0, y: 0, width, height: height(host.memoryMiB) },
    free: { x: 0, y: below, width, height: height(free) },
    reserved: { x: 0, y: below + height(free), width, height: height(host.reservedMemoryMiB) },
    overMiB: Math.max(0, takenMiB(host) - host.memoryMiB),
  };
}

/** Everything that runs on a host or by itself, by name. */
export function drawnMachines(plan: Plan): Map<string, DrawnMachine> {
  const kinds = kindsOf(plan);
  const kindOf = (name: string): Kind => kinds.find((kind) => kind.name === name) ?? { name, tone: 0, mark: "" };
  const guests = (plan.balancers?.machines ?? []).map((balancer) => ({ ...balancer, pool: "load balancers" }));
  return new Map(
    [...plan.machines, ...guests].map(({ name, pool, vmId, address, cores, memoryMiB, disks }) => [
      name,
      {
        name,
        kind: kindOf(pool),
        vmId,
        address,
        cores,
        memoryMiB,
        diskGiB: disks.reduce((sum, { sizeGiB }) => sum + sizeGiB, 0),
      },
    ]),
  );
}

/** The control plane, then each pool of workers, then load balancers. */
function kindsOf({ pools, balancers }: Plan): Kind[] {
  const workers = pools.filter(({ role }) => role === "worker");
  return [
    ...pools.filter(({ role }) => role === "controlplane").map(({ name }) => ({ name, tone: 0, mark: "◆" })),
    ...workers.map(({ name }, index) => ({ name, tone: 1 + (index % POOL_TONES), mark: "○" })),
    ...(balancers ? [{ name: "load balancers", tone: BALANCER_TONE, mark: "◇" }] : []),
  ];
}

function domainsOf(hosts: readonly DrawnHost[]): DrawnDomain[] {
  const names = [...new Set(hosts.map(({ host }) => host.failureDomain ?? null))];
  return names
    .map((name) => ({ name, hosts: hosts.filter(({ host }) => (host.failureDomain ?? null) === name) }))
    .sort((a, b) => Number(a.name === null) - Number(b.name === null));
}

function within(machines: readonly DrawnMachine[], box: Box): (DrawnMachine & { box: Box })[] {
  const boxes = treemap(
    machines.map(({ name, memoryMiB }) => ({ name, size: memoryMiB })),
    box,
  );
  return machines.flatMap((machine) => {
    const own = boxes.get(machine.name);
    return own ? [{ ...machine, box: own }] : [];
  });
}

function takenMiB({ allocatedMemoryMiB, reservedMemoryMiB }: PlannedHost): number {
  return allocatedMemoryMiB + reservedMemoryMiB;
}

function memoryOf(machines: readonly Pick<DrawnMachine, "memoryMiB">[]): number {
  return machines.reduce((sum, { memoryMiB }) => sum + memoryMiB, 0);
}
