import type { UnplacedProblem } from "../config/problem";
import type { PoolConfig, StackConfig } from "../config/schema";
import { judgeRanges, judgeSeats, mustDeclare } from "./allocation-problems";
import { addressRange, idRange, nameRange, part } from "./ranges";
import type { AllocatedPool, RangedPool, Ranges, Seat, StackRanges } from "./seats";
import { KINDS, capacityOf, indexesOf, wanted } from "./seats";

/** Ids and addresses at the start of the ranges that belong to the control plane, however many machines it has. */
export const CONTROL_PLANE_SEATS = 3;

/** Gives every machine its id, address and name. Growth moves nothing: a seat follows from its index alone. */
export function allocate(config: StackConfig): {
  readonly pools: readonly AllocatedPool[];
  readonly problems: readonly UnplacedProblem[];
} {
  const { idBase, idCount } = config.proxmox.vm;
  const all: StackRanges = {
    ids: idRange(`${idBase}-${idBase + idCount - 1}`),
    addresses: addressRange(config.network.addresses),
  };
  const ranged = rangedPools(config, all);
  return {
    pools: ranged.map((pool) => ({ ...pool, seats: isComplete(pool.ranges) ? seatsOf(pool.config, pool.ranges) : [] })),
    problems: [
      ...ranged.flatMap((pool) =>
        isComplete(pool.ranges) ? judgeSeats(pool, pool.ranges, ranged, all) : [mustDeclare(pool, ranged, all)],
      ),
      ...judgeRanges(ranged, all, config.network.addresses),
    ],
  };
}

function rangedPools({ topology }: StackConfig, all: StackRanges): RangedPool[] {
  const workers = Object.entries(topology.workers);
  // Only these need no ranges of their own: with more pools, one's growth would have to move another.
  const small = wanted(topology.controlPlane) <= CONTROL_PLANE_SEATS;
  const controlPlane = {
    name: "control-plane",
    path: "topology.controlPlane",
    role: "controlplane" as const,
    config: topology.controlPlane,
  };
  return [
    { ...controlPlane, ranges: { ...(small ? controlPlaneRanges(all) : {}), ...declaredRanges(topology.controlPlane) } },
    ...workers.map(([name, pool]) => ({
      name,
      path: `topology.workers.${name}`,
      role: "worker" as const,
      config: pool,
      ranges: { ...(small && workers.length === 1 ? workerRanges(all) : {}), ...declaredRanges(pool) },
    })),
  ];
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
