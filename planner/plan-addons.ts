/** Add-ons as they were decided: what components hand to Helm. */

import type { StackConfig } from "../config/schema";

/** Key of an add-on in the stack file. */
export type AddonKey = Exclude<keyof StackConfig["addons"], "mirror">;

/** A Helm release, whole: a component has nothing to add. */
export interface PlannedRelease {
  readonly key: AddonKey;
  /** Name of the release, and of the chart. */
  readonly name: string;
  /** Name in the repository, or `oci://…` with it. */
  readonly chart: string;
  /** Exact version of the chart. */
  readonly version: string;
  /** @default none, for an `oci://` chart */
  readonly repository?: string;
  readonly namespace: string;
  /** Values of the chart: base, overlay and the stack file's own, merged, in order of key. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Where each leaf of the values comes from: `base`, `overlay <class>` or `stack <path in the stack file>`; in order of path. */
  readonly origins: readonly { readonly path: string; readonly from: string }[];
  /** Leaves that nothing in the chart reads, and why. */
  readonly idle: readonly { readonly path: string; readonly from: string; readonly because: string }[];
  /** How long Helm waits until all of it is ready. */
  readonly timeoutSeconds: number;
  /** Keys of the add-ons that must be ready before. */
  readonly after: readonly AddonKey[];
  /** Whether the release goes only after it was unprotected: what it keeps would go with it. */
  readonly protect: boolean;
  /** What it keeps what it collects on; undefined where it keeps nothing. */
  readonly storage?: PlannedStorage;
}

/** Volumes of an add-on. */
export interface PlannedStorage {
  /** @default none: what was collected goes with the pod */
  readonly volume?: PlannedVolume;
  /** Pods that have one each. */
  readonly count: number;
}

/** A volume of an add-on. */
export interface PlannedVolume {
  readonly sizeGiB: number;
  readonly storageClass: string;
}

/** Longhorn on the machines' disks. */
export interface LonghornFacts {
  /** Copies of each volume. */
  readonly replicas: number;
  readonly overProvisioningPercent: number;
  /** Folder of the machines that volumes are kept in. */
  readonly dataPath: string;
  /** Folder on system disks, which the kubelet sees whatever `dataPath` is: volumes of a running cluster may be there. */
  readonly systemPath: string;
  /** Names of the machines that keep volumes. */
  readonly machines: readonly string[];
  /** Names of all machines it runs on. */
  readonly runsOn: readonly string[];
  /** Whether `machines` are labelled because others keep none. */
  readonly labelled: boolean;
}

/** What Grafana shows. */
export interface DashboardFacts {
  /** Dashboards as Grafana has them, by the names of their ConfigMaps. */
  readonly dashboards: readonly { readonly name: string; readonly json: string }[];
}

/** What others than Helm read of an add-on, one line for each that has any. */
export interface AddonFacts {
  readonly kubePrometheusStack: DashboardFacts;
  readonly longhorn: LonghornFacts;
}

/** A release with what else was decided. */
export type PlannedLonghorn = PlannedRelease & LonghornFacts;

/** The same of kube-prometheus-stack. */
export type PlannedKubePrometheusStack = PlannedRelease & DashboardFacts;

/** Every add-on that is on, each after all that it waits for. */
export type PlannedAddons = {
  readonly [K in AddonKey]?: K extends keyof AddonFacts ? PlannedRelease & AddonFacts[K] : PlannedRelease;
};
