/** A chart of an add-on. */
interface ChartVersions {
  /** Version a stack gets when its file names none. */
  readonly pinned: string;
  /**
   * First number or two of the versions whose values the planner knows; none for Cilium, whose versions depend on Kubernetes and are
   * in the rows of `planner/compatibility.ts`.
   */
  readonly lines?: readonly string[];
}

/**
 * Charts by the add-on's key, which the compatibility table takes in. Each runs with every Kubernetes of the table by its own account
 * (`kubeVersion` of its Chart.yaml): Longhorn, Loki and kube-prometheus-stack with 1.25 or newer, Tempo and Alloy with any.
 */
export const CHARTS = {
  alloy: { pinned: "1.11.1", lines: ["1"] },
  cilium: { pinned: "1.20.0" },
  kubePrometheusStack: { pinned: "88.5.3", lines: ["88"] },
  loki: { pinned: "18.11.0", lines: ["18"] },
  longhorn: { pinned: "1.12.1", lines: ["1.12"] },
  tempo: { pinned: "2.2.4", lines: ["2"] },
} as const satisfies Readonly<Record<string, ChartVersions>>;

/** Versions a stack gets when its file names none. They are one row of the planner's compatibility table (a test holds them to it). */
export const DEFAULT_VERSIONS = {
  talos: "v1.13.9",
  kubernetes: "v1.36.0",
  ...(Object.fromEntries(Object.entries(CHARTS).map(([key, { pinned }]) => [key, pinned])) as Record<
    keyof typeof CHARTS,
    string
  >),
} as const;
