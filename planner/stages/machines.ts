import type { PoolConfig, StackConfig } from "../../config/schema";
import type { Plan } from "../plan";
import { wanted } from "../seats";
import { poolsOf } from "../site";
import { NO_CHANGE } from "./change";
import type { Part, StageChange } from "./change";

/** Agents that join the control plane: with it they are four nodes. */
const AGENTS = 3;
/** Members of etcd, one of which may be lost. */
const MEMBERS = 3;

/** Workers up to three, of the first pool or of a new one that is like the control plane. */
export function agents(config: StackConfig, plan: Plan): StageChange {
  const missing = AGENTS - plan.machines.filter(({ role }) => role === "worker").length;
  if (missing <= 0) return NO_CHANGE;
  const [pool] = poolsOf(config).filter(({ name }) => name !== "control-plane");
  const grown = pool ? moreOf(pool, missing, plan) : newPool(config, missing, plan);
  if (!plan.talos.scheduleOnControlPlanes || config.topology.controlPlane.schedulable === true) return grown;
  const note = `${plan.talos.bootstrapMachine} goes on taking workloads: without schedulable, the first worker would end that`;
  return {
    ...grown,
    added: { topology: { controlPlane: { schedulable: true }, ...(grown.added["topology"] as Part) } },
    assumed: [...grown.assumed, note],
  };
}

/** Control planes up to three. */
export function controlPlanes(config: StackConfig, plan: Plan): StageChange {
  const { controlPlane } = config.topology;
  const missing = MEMBERS - wanted(controlPlane);
  if (missing <= 0) return NO_CHANGE;
  const grown = moreOf({ name: "control-plane", path: "topology.controlPlane", config: controlPlane }, missing, plan);
  const few = plan.hosts.length > 0 && plan.hosts.length < MEMBERS;
  const note = `${MEMBERS} control planes on ${plan.hosts.length} of the hosts that they need: the loss of one can take etcd's majority away`;
  if (few) return { ...grown, assumed: [...grown.assumed, note] };
  const pinned = controlPlane.hosts ?? [];
  // Those that stand go by the first ones of the list: others come after them.
  const more = plan.hosts.map(({ name }) => name).filter((name) => !pinned.includes(name));
  if (pinned.length === 0 || pinned.length >= MEMBERS || more.length === 0) return grown;
  const hosts = [...pinned, ...more].slice(0, MEMBERS);
  const topology = grown.added["topology"] as { readonly controlPlane: Part };
  return { ...grown, added: { topology: { controlPlane: { ...topology.controlPlane, hosts } } } };
}

type NamedPool = ReturnType<typeof poolsOf>[number];

/** Further machines of a pool: a larger number, or further names. */
function moreOf({ path, config }: NamedPool, count: number, plan: Plan): StageChange {
  const [, ...keys] = path.split(".");
  if (config.machines === undefined) return { ...change(keys, { count: wanted(config) + count }), needs: [] };
  const names = nextNames(Object.keys(config.machines), count, plan);
  return named(keys, {}, names, config.source);
}

/** A pool of workers like the control plane. */
function newPool({ topology: { controlPlane } }: StackConfig, count: number, plan: Plan): StageChange {
  const { source, cores, memoryGiB, diskGiB, installDisk, interface: link } = controlPlane;
  const common = { cores, memoryGiB, diskGiB };
  const keys = ["workers", "agents"];
  const note = `agents are like the control plane: ${cores} vCPUs, ${memoryGiB} GiB`;
  if (source === "proxmox") {
    const hosts = plan.hosts.map(({ name }) => name);
    // Pinned, they stay where they are when a host joins.
    return { ...change(keys, { count, ...common, hosts }), assumed: [note] };
  }
  const shape = { source, ...common, ...(installDisk ? { installDisk } : {}), ...(link ? { interface: link } : {}) };
  const grown = named(keys, shape, nextNames(["work-00"], count, plan, true), source);
  return { ...grown, assumed: [note, ...grown.assumed] };
}

/** Machines by name: those that are there already have addresses that nobody can guess. */
function named(keys: readonly string[], shape: Part, names: readonly string[], source: PoolConfig["source"]): StageChange {
  const machines = Object.fromEntries(names.map((name) => [name, {}]));
  const path = ["topology", ...keys, "machines"].join(".");
  const needs = names.map((name) => ({ path: `${path}.${name}.address`, what: "the address of a machine in maintenance mode" }));
  return { ...change(keys, { ...shape, machines }), needs: source === "existing" ? needs : [] };
}

/** A change below topology. */
function change(keys: readonly string[], value: Part): StageChange {
  const topology = keys.reduceRight<Part>((inner, key) => ({ [key]: inner }), value);
  return { ...NO_CHANGE, added: { topology } };
}

/** Names that go on where the last one ends and that no machine has: node-01 after node-00. */
function nextNames(present: readonly string[], count: number, { machines }: Plan, isFree = false): string[] {
  const taken = new Set(machines.map(({ name }) => name));
  const last = [...present].sort().at(-1) ?? "";
  const [, prefix = last, digits = ""] = /^(.*?)(\d+)$/.exec(last) ?? [];
  const stem = digits === "" ? `${last}-` : prefix;
  const names: string[] = [];
  for (let number = digits === "" ? 1 : Number(digits) + (isFree ? 0 : 1); names.length < count; number++) {
    const name = `${stem}${String(number).padStart(digits.length || 2, "0")}`;
    if (!taken.has(name)) names.push(name);
  }
  return names;
}
