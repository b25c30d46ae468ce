import type { UnplacedProblem } from "../config/problem";
import type { PoolConfig } from "../config/schema";
import { judgeExisting, judgeRanges, judgeSeats, mustDeclare } from "./allocation-problems";
import type { MachineRole, PlannedRanges } from "./plan";
import { addressRange, idRange, nameRange, part } from "./ranges";
import type { AllocatedPool, RangedPool, Ranges, Seat, StackRanges } from "./seats";
import { KINDS, capacityOf, indexesOf, wanted } from "./seats";
import { poolsOf } from "./site";
import type { Site } from "./site";

/** Ids and addresses at the start of the ranges that belong to the control plane, however many machines it has. */
export const CONTROL_PLANE_SEATS = 3;

/** Gives every machine its id, address and name. Growth moves nothing: a seat follows from its index alone. */
export function allocate(config: Site): {
  readonly pools: readonly AllocatedPool[];
  readonly problems: readonly UnplacedProblem[];
} {
  const { idBase, idCount } = config.proxmox.vm;
  const all: StackRanges = {
    ids: idRange(`${idBase}-${idBase + idCount - 1}`),
    addresses: addressRange(config.network.addresses),
  };
  const ranged = rangedPools(config, all);
  const vms = ranged.map((pool) => ({ ...pool, seats: isComplete(pool.ranges) ? seatsOf(pool.config, pool.ranges) : [] }));
  const existing = existingPools(config);
  return {
    pools: poolsOf(config).flatMap(({ name }) => [...vms, ...existing].find((pool) => pool.name === name) ?? []),
    problems: [
      ...ranged.flatMap((pool) =>
        isComplete(pool.ranges) ? judgeSeats(pool, pool.ranges, ranged, all) : [mustDeclare(pool, ranged, all)],
      ),
      ...judgeRanges(ranged, all, config.network.addresses),
      ...judgeExisting(existing, vms, all),
    ],
  };
}

/** What the stack owns and what of it is left. */
export function planRanges({ proxmox, network }: Site, pools: readonly AllocatedPool[]): PlannedRanges {
  const { idBase, idCount } = proxmox.vm;
  const vms = pools.flatMap(({ seats }) => seats).filter(({ vmId }) => vmId !== null).length;
  return {
    ids: idCount === 0 ? "" : `${idBase}-${idBase + idCount - 1}`,
    freeIds: idCount - vms,
    addresses: network.addresses,
    freeAddresses: addressRange(network.addresses).length - vms,
  };
}

function roleOf(name: string): MachineRole {
  return name === "control-plane" ? "controlplane" : "worker";
}

/** Pools of VMs with the ranges they own. */
function rangedPools(config: Site, all: StackRanges): RangedPool[] {
  const pools = poolsOf(config).filter((pool) => pool.config.source === "proxmox");
  const controlPlanes = pools.filter(({ name }) => roleOf(name) === "controlplane").map((pool) => wanted(pool.config));
  const workers = pools.filter(({ name }) => roleOf(name) === "worker");
  // Only these need no ranges of their own: with more pools, one's growth would have to move another.
  const small = (controlPlanes[0] ?? 0) <= CONTROL_PLANE_SEATS;
  return pools.map((pool) => {
    const role = roleOf(pool.name);
    const derived = role === "controlplane" ? controlPlaneRanges(all) : workers.length === 1 ? workerRanges(all) : {};
    return { ...pool, role, ranges: { ...(small ? derived : {}), ...declaredRanges(pool.config) } };
  });
}

/** Pools of machines that are there: each has the address it has. */
function existingPools(config: Site): AllocatedPool[] {
  return poolsOf(config)
    .filter((pool) => pool.config.source === "existing")
    .map((pool) => ({
      ...pool,
      role: roleOf(pool.name),
      ranges: {},
      seats: Object.entries(pool.config.machines ?? {})
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, { address = "" }], index) => ({ name, vmId: null, address, index })),
    }));
}

function declaredRanges({ ids, addresses, names }: PoolConfig): Partial<Ranges> {
  return {
    ...(ids === undefined ? {} : { ids: idRange(ids) }),
    ...(addresses === undefined ? {} : { addresses: addressRange(addresses) }),
    ...(names === undefined ? {} : { names: nameRange(names) }),
  };
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

function isComplete(ranges: Partial<Ranges>): ranges is Ranges {
  return KINDS.every((kind) => ranges[kind] !== undefined);
}

function seatsOf(pool: PoolConfig, ranges: Ranges): Seat[] {
  return indexesOf(pool, ranges.names)
    .filter((index) => index >= 0 && index < capacityOf(ranges))
    .sort((a, b) => a - b)
    .map((index) => ({ name: ranges.names.at(index), vmId: ranges.ids.at(index), address: ranges.addresses.at(index), index }));
}
