import type { PoolConfig, StackConfig } from "../../../config/schema";
import type { Plan, PlannedMachine } from "../../plan";

/** One change of a stack file, in words and as what comes of it. */
export interface Change {
  /** What is to be done, for instance `move ctrl-01 to pve-02`; no final period. */
  readonly text: string;
  /** What it takes, to compare changes by: 1 is a line in the stack file, 20 a machine to be bought. */
  readonly effort: number;
  /** The stack file with it. */
  readonly config: StackConfig;
}

/** What each kind of change takes: a line, a VM to be moved or made, a device or a host to be bought. */
export const EFFORT = { setting: 1, move: 2, swap: 4, machine: 5, qdevice: 8, witness: 20, host: 30 } as const;

/** What a change is made from. */
export interface Standing {
  readonly config: StackConfig;
  readonly plan: Plan;
}

/** Configuration with another control plane or worker pool. */
export function withPool(config: StackConfig, name: string, change: (pool: PoolConfig) => PoolConfig): StackConfig {
  const { topology } = config;
  if (name === CONTROL_PLANE) {
    const { schedulable } = topology.controlPlane;
    const controlPlane = { ...change(topology.controlPlane), ...(schedulable === undefined ? {} : { schedulable }) };
    return { ...config, topology: { ...topology, controlPlane } };
  }
  const pool = topology.workers[name];
  if (!pool) return config;
  return { ...config, topology: { ...topology, workers: { ...topology.workers, [name]: change(pool) } } };
}

/** What is asked of a pool. */
export function poolOf({ topology }: StackConfig, name: string): PoolConfig | undefined {
  return name === CONTROL_PLANE ? topology.controlPlane : topology.workers[name];
}

/** Name of the control plane among the pools of a plan. */
export const CONTROL_PLANE = "control-plane";

/** Configuration with a machine on another host, and every other one where it is. */
export function placed(standing: Standing, { name, pool }: PlannedMachine, host: string): StackConfig {
  const { plan } = standing;
  return withPool(standing.config, pool, (asked) => {
    if (asked.machines) {
      const machine = { ...asked.machines[name], host };
      return { ...asked, machines: { ...asked.machines, [name]: machine } };
    }
    const turn = plan.machines.filter((each) => each.pool === pool).map((each) => (each.name === name ? host : each.host));
    return { ...asked, hosts: turn.flatMap((each) => each ?? []), spread: "host" };
  });
}

/** Configuration whose pools keep to the hosts that their machines are on, so that a host more attracts none of them. */
export function pinned({ config, plan }: Standing): StackConfig {
  return plan.pools.reduce((changed, { name, machines }) => {
    const turn = machines.flatMap(({ host }) => host ?? []);
    const isLoose = poolOf(config, name)?.hosts === undefined && turn.length > 0;
    return isLoose ? withPool(changed, name, (asked) => ({ ...asked, hosts: turn, spread: "host" })) : changed;
  }, config);
}
