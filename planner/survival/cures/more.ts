import type { PoolConfig, StackConfig } from "../../../config/schema";
import { roomMiB } from "../../capacity";
import type { PlannedHost, PlannedMachine, PlannedPool } from "../../plan";
import { DOCUMENTATION, freeAddress } from "./addresses";
import type { Change, Standing } from "./change";
import { CONTROL_PLANE, EFFORT, pinned, poolOf, withPool } from "./change";
import { smallest, twinOf, withHost } from "./hosts";
import { targetsOf } from "./moves";

/** Members of etcd that bear the loss of one, and of two. */
export const MEMBERS = { one: 3, two: 5 } as const;
/** Numbers in words, as texts have them. */
const WORDS: Readonly<Record<number, string>> = { [MEMBERS.one]: "three", [MEMBERS.two]: "five" };

/** One machine more in a pool, where it does not fail with the others. */
export function oneMore(standing: Standing, pool: PlannedPool, away: readonly string[]): Change[] {
  const model = pool.machines.at(-1);
  const asked = poolOf(standing.config, pool.name);
  if (!model || !asked) return [];
  const text = `one machine more in ${pool.name}`;
  if (asked.source === "existing") {
    const config = withExisting(standing.config, pool, 1);
    return config ? [{ text, effort: EFFORT.machine + EFFORT.host, config }] : [];
  }
  // By name, they have places of their own: nobody but their owner knows what another one is called.
  if (asked.machines) return [];
  const turn = turnOf(pool);
  const grown = (config: StackConfig, host: string): StackConfig =>
    withPool(config, pool.name, (each) => sized(each, [...turn, host]));
  const roomy = targetsOf(standing, model, away).filter((host) => roomMiB(host) >= model.memoryMiB);
  const there = roomy.map((host): Change => ({
    text: `${text}, on ${host.name}`,
    effort: EFFORT.machine,
    config: grown(standing.config, host.name),
  }));
  const twin = roomy.length > 0 ? undefined : twinOf(standing.plan.hosts, model.host ?? "");
  const bought = twin && withHost(pinned(standing), "second", twin);
  if (!bought) return there;
  return [
    ...there,
    {
      text: `add a host like ${model.host ?? ""}, say ${bought.name}, with ${text}`,
      effort: EFFORT.host + EFFORT.machine,
      config: grown(bought.config, bought.name),
    },
  ];
}

/** More control planes than there are, each where it fails alone. */
export function moreMembers(standing: Standing, members: number): Change[] {
  const { config, plan } = standing;
  const pool = plan.pools.find(({ name }) => name === CONTROL_PLANE);
  const asked = poolOf(config, CONTROL_PLANE);
  const [first] = pool?.machines ?? [];
  if (!pool || !asked || !first || pool.machines.length >= members) return [];
  const missing = members - pool.machines.length;
  if (asked.source === "existing") {
    const grown = withExisting(config, pool, missing);
    const effort = missing * (EFFORT.machine + EFFORT.host);
    return grown ? [{ text: `${WORDS[members] ?? ""} control planes: ${missing} machines more`, effort, config: grown }] : [];
  }
  if (asked.machines) return [];
  const taken = new Set(turnOf(pool));
  const others = plan.hosts.filter((host) => !taken.has(host.name) && roomMiB(host) >= first.memoryMiB);
  const free = [...others].sort((a, b) => roomMiB(b) - roomMiB(a) || (a.name < b.name ? -1 : 1)).slice(0, missing);
  return [false, true].flatMap((isTwin) => withMembers(standing, { pool, first, free, missing }, isTwin) ?? []);
}

interface Growth {
  readonly pool: PlannedPool;
  readonly first: PlannedMachine;
  /** Hosts with room that have no control plane yet. */
  readonly free: readonly PlannedHost[];
  /** Control planes that there are to be more. */
  readonly missing: number;
}

/** Control planes on the hosts that have room, then on hosts that are bought: small ones, the first like the present one where asked. */
function withMembers(standing: Standing, { pool, first, free, missing }: Growth, isTwin: boolean): Change | undefined {
  const twin = isTwin ? twinOf(standing.plan.hosts, first.host ?? "") : undefined;
  let config = free.length < missing ? pinned(standing) : standing.config;
  const turn = [...turnOf(pool), ...free.map(({ name }) => name)];
  const texts: string[] = [];
  let effort: number = EFFORT.machine * missing;
  for (let index = free.length; index < missing; index++) {
    const isLarge = twin !== undefined && index === free.length;
    const size = isLarge ? twin : smallest(standing.config, [first]);
    const bought = withHost(config, isLarge ? "second" : "witness", size);
    if (!bought) return undefined;
    config = bought.config;
    turn.push(bought.name);
    effort += isLarge ? EFFORT.host : EFFORT.witness;
    texts.push(isLarge ? `a new host like ${first.host ?? ""}` : `a new witness host of ${size.memoryGiB} GiB`);
  }
  if (isTwin && texts.length === 0) return undefined;
  const places = [...free.map(({ name }) => name), ...texts].join(" and ");
  return {
    text: `${WORDS[turn.length] ?? ""} control planes, ${missing} more on ${places}`,
    effort,
    config: withPool(config, CONTROL_PLANE, (asked) => sized(asked, turn)),
  };
}

/** Hosts of a pool's machines, by their index. */
function turnOf({ machines }: PlannedPool): string[] {
  return machines.flatMap(({ host }) => host ?? []);
}

function sized(pool: PoolConfig, hosts: string[]): PoolConfig {
  return { ...pool, count: hosts.length, hosts, spread: "host" };
}

/** A pool of machines that are no VMs with some more; undefined where there are no addresses for them. */
function withExisting(config: StackConfig, pool: PlannedPool, more: number): StackConfig | undefined {
  const [first] = pool.machines;
  if (!first) return undefined;
  let changed = config;
  for (let index = 0; index < more; index++) {
    // Machines from anywhere are in no network that the stack file knows of.
    const address = freeAddress(changed, first.address) ?? DOCUMENTATION[index];
    const model = poolOf(config, pool.name)?.machines?.[first.name];
    if (address === undefined || model === undefined) return undefined;
    const name = `${first.name.slice(0, 55)}-more-${index}`;
    changed = withPool(changed, pool.name, (asked) => ({
      ...asked,
      machines: { ...asked.machines, [name]: { ...model, address } },
    }));
  }
  return changed;
}
