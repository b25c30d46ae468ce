import type { UnplacedProblem } from "../config/problem";
import type { PoolConfig, StackConfig } from "../config/schema";
import type { MachineRole } from "./plan";
import type { Range } from "./ranges";
import { addressRange, describe, from, idRange, nameRange, toNumber, values } from "./ranges";

/** Ids and addresses at the start of the ranges that belong to the control plane, however many machines it has. */
export const CONTROL_PLANE_SEATS = 3;

/** A machine's identity: nothing here depends on any other machine. */
export interface Seat {
  readonly name: string;
  readonly vmId: number;
  readonly address: string;
  /** Position in the pool's ranges; also what placement goes by. */
  readonly index: number;
}

/** A pool with its machines' identities. */
export interface AllocatedPool {
  /** `control-plane` or the worker pool's name. */
  readonly name: string;
  /** Path of the pool in the stack file. */
  readonly path: string;
  readonly role: MachineRole;
  readonly config: PoolConfig;
  readonly seats: readonly Seat[];
}

interface Ranges {
  readonly ids: Range<number>;
  readonly addresses: Range<string>;
  readonly names: Range<string>;
}

/** Gives every machine its id, address and name. Growth moves nothing: a seat follows from its index alone. */
export function allocate(config: StackConfig): {
  readonly pools: readonly AllocatedPool[];
  readonly problems: readonly UnplacedProblem[];
} {
  const { idBase, idCount } = config.proxmox.vm;
  const all = { ids: idRange(`${idBase}-${idBase + idCount - 1}`), addresses: addressRange(config.network.addresses) };
  const workers = Object.entries(config.topology.workers);
  const problems: UnplacedProblem[] = [];
  const asked = [
    { name: "control-plane", path: "topology.controlPlane", role: "controlplane" as const, config: config.topology.controlPlane },
    ...workers.map(([name, pool]) => ({ name, path: `topology.workers.${name}`, role: "worker" as const, config: pool })),
  ];
  const undeclared: typeof asked = [];
  const pools = asked.map((pool): AllocatedPool => {
    const declared = declaredRanges(pool.config);
    const alone = pool.role === "controlplane" ? wanted(pool.config) <= CONTROL_PLANE_SEATS : workers.length === 1;
    if (!declared && !alone) undeclared.push(pool);
    const ranges = declared ?? (alone ? defaultRanges(pool.role, all) : undefined);
    return { ...pool, seats: ranges ? seatsOf(pool.config, pool.path, ranges, problems) : [] };
  });
  problems.push(...judge(pools, config, all), ...undeclared.map((pool) => mustDeclare(pool, pools, all)));
  return { pools, problems };
}

function wanted({ count, machines }: PoolConfig): number {
  return machines ? Object.keys(machines).length : (count ?? 0);
}

function declaredRanges({ ids, addresses, names }: PoolConfig): Ranges | undefined {
  if (ids === undefined || addresses === undefined || names === undefined) return undefined;
  return { ids: idRange(ids), addresses: addressRange(addresses), names: nameRange(names) };
}

function defaultRanges(role: MachineRole, all: Pick<Ranges, "ids" | "addresses">): Ranges {
  if (role === "controlplane") {
    const limited = <T>(range: Range<T>): Range<T> => ({ ...range, length: Math.min(CONTROL_PLANE_SEATS, range.length) });
    return { ids: limited(all.ids), addresses: limited(all.addresses), names: nameRange("ctrl-00..02") };
  }
  // As many names as ids; two digits as long as they suffice.
  const ids = from(all.ids, CONTROL_PLANE_SEATS);
  const last = String(Math.max(0, ids.length - 1)).padStart(2, "0");
  return {
    ids,
    addresses: from(all.addresses, CONTROL_PLANE_SEATS),
    names: nameRange(`work-${"0".padStart(last.length, "0")}..${last}`),
  };
}

function seatsOf(pool: PoolConfig, path: string, ranges: Ranges, problems: UnplacedProblem[]): Seat[] {
  const capacity = Math.min(ranges.ids.length, ranges.addresses.length, ranges.names.length);
  const names = pool.machines ? Object.keys(pool.machines) : undefined;
  const indexes = names
    ? names.map((name) => ranges.names.indexOf(name))
    : Array.from({ length: pool.count ?? 0 }, (_, index) => index);
  names?.forEach((name, position) => {
    if ((indexes[position] ?? -1) >= 0) return;
    problems.push({
      path: `${path}.machines.${name}`,
      value: name,
      message: "a name outside of the pool's range",
      allowed: `${ranges.names.at(0)} to ${ranges.names.at(ranges.names.length - 1)}`,
      remedy: "take a name of the range, or widen the pool's names",
    });
  });
  const beyond = indexes.filter((index) => index >= capacity);
  if (beyond.length > 0) {
    problems.push({
      path: names ? `${path}.machines` : `${path}.count`,
      value: names ?? pool.count ?? null,
      message: `${indexes.length} machines, but the ranges hold ${capacity} (${ranges.ids.length} ids, ${ranges.addresses.length} addresses, ${ranges.names.length} names)`,
      allowed: `at most ${capacity}`,
      remedy: "lower the number, or widen proxmox.vm.idCount, network.addresses or the pool's own ranges",
    });
  }
  return indexes
    .filter((index) => index >= 0 && index < capacity)
    .sort((a, b) => a - b)
    .map((index) => ({ name: ranges.names.at(index), vmId: ranges.ids.at(index), address: ranges.addresses.at(index), index }));
}

function mustDeclare(
  pool: Omit<AllocatedPool, "seats">,
  pools: readonly AllocatedPool[],
  all: Pick<Ranges, "ids" | "addresses">,
): UnplacedProblem {
  const seats = pools.flatMap(({ seats: taken }) => taken);
  const kept = pool.role === "worker" ? CONTROL_PLANE_SEATS : 0;
  const ids = values(all.ids).filter((id, index) => index >= kept && !seats.some((seat) => seat.vmId === id));
  const addresses = values(all.addresses).filter(
    (address, index) => index >= kept && !seats.some((seat) => seat.address === address),
  );
  return {
    path: pool.path,
    value: null,
    message:
      pool.role === "worker"
        ? "one of several worker pools without ranges of its own"
        : `more than ${CONTROL_PLANE_SEATS} control planes without ranges of their own`,
    allowed: `ids, addresses and names; free are ids ${describe(ids, (id) => id)} and addresses ${describe(addresses, toNumber)}`,
    remedy: `declare ids, addresses and names for ${wanted(pool.config)} machines, so that no other pool's growth can move them`,
  };
}

/** Whatever two pools, or a pool and the network, disagree about. */
function judge(pools: readonly AllocatedPool[], config: StackConfig, all: Pick<Ranges, "ids" | "addresses">): UnplacedProblem[] {
  const problems: UnplacedProblem[] = [];
  const taken = new Map<string, string>();
  for (const pool of pools) {
    for (const seat of pool.seats) {
      for (const [what, value] of [
        ["id", String(seat.vmId)],
        ["address", seat.address],
        ["name", seat.name],
      ] as const) {
        const owner = taken.get(`${what} ${value}`);
        if (owner !== undefined) {
          problems.push({
            path: pool.path,
            value,
            message: `${what} ${value} belongs to ${owner} already`,
            allowed: `${what}s no other pool has`,
            remedy: "give the pools ranges that do not overlap",
          });
        }
        taken.set(`${what} ${value}`, pool.path);
      }
      if (all.ids.indexOf(seat.vmId) < 0)
        problems.push(outside(pool.path, "ids", seat.vmId, `${all.ids.at(0)}-${all.ids.at(all.ids.length - 1)}`, "proxmox.vm"));
      if (all.addresses.indexOf(seat.address) < 0)
        problems.push(outside(pool.path, "addresses", seat.address, config.network.addresses, "network.addresses"));
    }
  }
  return problems;
}

function outside(path: string, what: string, value: unknown, range: string, owner: string): UnplacedProblem {
  return {
    path: `${path}.${what}`,
    value,
    message: `outside of the stack's range`,
    allowed: `${range}, from ${owner}`,
    remedy: `take ${what} of the range, or widen ${owner}`,
  };
}
