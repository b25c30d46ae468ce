import type { AddonKey } from "./plan-addons";

/** CPU in thousandths and memory. */
export interface Amounts {
  readonly cpuMillis: number;
  readonly memoryMiB: number;
}

/** Pods that are alike. */
export interface PlannedPods {
  /** For instance `DaemonSet/cilium`. */
  readonly workload: string;
  /** How many there are; with `on` one on each of those machines. */
  readonly count: number;
  /** Names of the machines that each have one. @default wherever there is room */
  readonly on?: readonly string[];
  /** What each asks for. */
  readonly requests: Amounts;
  /** What each may take at most; 0 where nothing is said. */
  readonly limits: Amounts;
}

/** What an add-on takes. */
export interface AddonDemand {
  readonly key: AddonKey;
  readonly name: string;
  readonly pods: readonly PlannedPods[];
}

/** What all add-ons ask for together, and what the machines have for them. */
export interface PlannedFootprint {
  readonly addons: readonly AddonDemand[];
  /** What is asked for on machines that take workloads, by CoreDNS as well. */
  readonly requested: Amounts;
  /** What machines have left for pods, by the name of each that takes workloads. */
  readonly room: ReadonlyMap<string, Amounts>;
}
