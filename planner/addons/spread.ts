import type { PlannedMachine } from "../plan";
import type { LeafValue } from "./layers";

/** Label of a machine's failure domain, which is its Proxmox host unless the stack file says otherwise. */
export const ZONE = "topology.kubernetes.io/zone";
const MACHINE = "kubernetes.io/hostname";

/** How pods of one kind keep apart. */
export interface Spread {
  /** Label that tells what fails together: the zone where all machines have one and they are in several, else the machine. */
  readonly topologyKey: string;
  /** As many as are asked for, but no more than machines; at least one. */
  readonly upTo: (count: number) => number;
  /** Spread constraints of a pod, wished for and never insisted on: a pod in the wrong place is better than none. */
  readonly constraints: (matchLabels: Readonly<Record<string, string>>) => LeafValue;
}

/** @param schedulable machines that pods run on */
export function spreadOver(schedulable: readonly PlannedMachine[]): Spread {
  const zones = schedulable.map(({ labels }) => labels[ZONE]);
  // A machine without the label would be left out of the count: half a spread is worse than one by machine.
  const topologyKey = zones.every((zone) => zone !== undefined) && new Set(zones).size > 1 ? ZONE : MACHINE;
  return {
    topologyKey,
    upTo: (count) => Math.max(1, Math.min(count, schedulable.length)),
    constraints: (matchLabels) =>
      [...new Set([topologyKey, MACHINE])].map((key) => ({
        maxSkew: 1,
        topologyKey: key,
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels },
      })),
  };
}
