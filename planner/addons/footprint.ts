import type { AddonKey } from "../plan-addons";
import table from "./footprint.json";

/** Amounts of a pod. */
export interface Footprint {
  readonly cpuMillis: FootprintAmount;
  readonly memoryMiB: FootprintAmount;
}

/** An amount: what no value of the plan decides, and what each value that does decides where the plan says nothing else. */
export interface FootprintAmount {
  readonly fixed: number;
  readonly from?: Readonly<Record<string, number>>;
}

/** A value that something goes with. */
export interface FootprintCondition {
  readonly path: string;
  readonly is: unknown;
  /** Whether it is so when the plan says nothing of it. */
  readonly otherwise: boolean;
}

/** Pods of an add-on. */
export interface FootprintWorkload {
  /** For instance `DaemonSet/cilium`. */
  readonly workload: string;
  /** What it is only there with. @default nothing */
  readonly when?: readonly FootprintCondition[];
  /** One on every node, one on every node that takes workloads, or a number, which may be a value's. */
  readonly pods: "node" | "worker" | { readonly count: number; readonly from?: string };
  readonly requests: Footprint;
  readonly limits: Footprint;
  /** Images that only it has. @default none */
  readonly images?: readonly string[];
}

/** What an add-on's pods ask for, and their images. */
export interface AddonFootprint {
  /** Of the chart it was read from. */
  readonly version: string;
  readonly images: readonly string[];
  readonly workloads: readonly FootprintWorkload[];
}

/**
 * Footprints by add-on, read out of the charts at the pinned versions by `npm run charts -- --write`, which also says when they are stale.
 * None for an add-on whose chart was never rendered.
 */
export const FOOTPRINTS: { readonly [K in AddonKey]?: AddonFootprint } = table as unknown as Partial<
  Record<AddonKey, AddonFootprint>
>;
