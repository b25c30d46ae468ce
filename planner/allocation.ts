import type { UnplacedProblem } from "../config/problem";
import type { PoolConfig } from "../config/schema";
import { withoutBalancers } from "./balancers/seats";
import { judgeExisting, judgeRanges, judgeSeats } from "./allocation-problems";
import { CONTROL_PLANE_SEATS, defaultRanges } from "./default-ranges";
import type { MachineRole, PlannedRanges } from "./plan";
import { mustDeclare } from "./range-advice";
import { addressRange, idRange, nameRange } from "./range-texts";
import { show } from "./ranges";
import type { AllocatedPool, RangedPool, Ranges, Seat, StackRanges } from "./seats";
import { KINDS, capacityOf, indexesOf, wanted } from "./seats";
import { poolsOf } from "./site";
import type { Site } from "./site";

/** Gives every machine its id, address and name. Growth moves nothing: a seat follows from its index alone. */
export function allocate(config: Site): {
  readonly pools: readonly AllocatedPool[];
  readonly problems: readonly UnplacedProblem[];
} {
  const { haproxy } = config.network.endpoint;
  const all = withoutBalancers(stackRanges(config), haproxy);
  const ranged = rangedPools(config, all);
  const vms = ranged.map((pool) => ({ ...pool, seats: isComplete(pool.ranges) ? seatsOf(pool.config, pool.ranges) : [] }));
  const existing = existingPools(config);
  return {
    pools: poolsOf(config).flatMap(({ name }) => [...vms, ...existing].find((pool) => pool.name === name) ?? []),
    problems: [
      ...ranged.flatMap((pool) =>
        isComplete(pool.ranges) ? judgeSeats(pool, pool.ranges, ranged, all) : [mustDeclare(pool, ranged, all)],
      ),
      ...judgeRanges(ranged, all, haproxy ? show(all.addresses) : config.network.addresses),
      ...judgeExisting(existing, vms, all),
    ],
  };
}

/** All ids and addresses the stack owns. */
export function stackRanges({ proxmox, network }: Pick<Site, "proxmox" | "network">): StackRanges {
  const { idBase, idCount } = proxmox.vm;
  return { ids: idRange(`${idBase}-${idBase + idCount - 1}`), addresses: addressRange(network.addresses) };
}

/** What the stack owns and what of it is left. */
export function planRanges({ proxmox, network }: Site, pools: readonly AllocatedPool[], balancers = 0): PlannedRanges {
  const { idBase, idCount } = proxmox.vm;
  const vms = pools.flatMap(({ seats }) => seats).filter(({ vmId }) => vmId !== null).length + balancers;
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
    const derived = role === "controlplane" || workers.length === 1 ? defaultRanges(role, all) : {};
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

function isComplete(ranges: Partial<Ranges>): ranges is Ranges {
  return KINDS.every((kind) => ranges[kind] !== undefined);
}

function seatsOf(pool: PoolConfig, ranges: Ranges): Seat[] {
  return indexesOf(pool, ranges.names)
    .filter((index) => index >= 0 && index < capacityOf(ranges))
    .sort((a, b) => a - b)
    .map((index) => ({ name: ranges.names.at(index), vmId: ranges.ids.at(index), address: ranges.addresses.at(index), index }));
}
