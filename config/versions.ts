/** One version and no other, with or without the leading `v`; that it is published before its time (`1.2.0-rc.1`) makes it no other one. */
export const EXACT_VERSION = /^v?\d+\.\d+\.\d+(?:-[\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*)?(?:\+[\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*)?$/;

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
 * (`kubeVersion` of its Chart.yaml): Longhorn, Loki, Traefik and kube-prometheus-stack with 1.25 or newer, Argo CD with 1.25, KEDA with 1.23,
 * the Flux operator with 1.22, the others with any.
 */
export const CHARTS = {
  alloy: { pinned: "1.11.1", lines: ["1"] },
  argoCd: { pinned: "10.1.1", lines: ["10.1"] },
  certManager: { pinned: "v1.21.1", lines: ["v1.21"] },
  cilium: { pinned: "1.20.0" },
  descheduler: { pinned: "0.36.0", lines: ["0.36"] },
  externalDns: { pinned: "1.21.1", lines: ["1.21"] },
  flux: { pinned: "0.49.0", lines: ["0.49"] },
  gatewayApi: { pinned: "1.6.0", lines: ["1.6", "1.4", "1.3"] },
  ingressNginx: { pinned: "4.15.1", lines: ["4.15"] },
  keda: { pinned: "2.20.2", lines: ["2.20"] },
  kubeletCsrApprover: { pinned: "1.2.14", lines: ["1.2"] },
  kubePrometheusStack: { pinned: "88.5.3", lines: ["88"] },
  loki: { pinned: "18.11.0", lines: ["18"] },
  longhorn: { pinned: "1.12.1", lines: ["1.12"] },
  metricsServer: { pinned: "3.13.1", lines: ["3"] },
  proxmoxCcm: { pinned: "0.2.28", lines: ["0.2"] },
  proxmoxCsi: { pinned: "0.5.9", lines: ["0.5"] },
  prometheusAdapter: { pinned: "5.3.0", lines: ["5"] },
  tailscaleOperator: { pinned: "1.102.3", lines: ["1.102"] },
  tempo: { pinned: "2.2.4", lines: ["2"] },
  traefik: { pinned: "41.3.0", lines: ["41"] },
  verticalPodAutoscaler: { pinned: "0.11.0", lines: ["0.11"] },
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
