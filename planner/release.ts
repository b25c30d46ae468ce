import type { PlannedRelease } from "./plan";

/** What Helm gets for a release in clusters of the usual size. */
export const HELM_SECONDS = 600;

/** Where each chart is published. */
const PUBLISHERS = {
  cilium: "https://helm.cilium.io",
  longhorn: "https://charts.longhorn.io",
  "kube-prometheus-stack": "oci://ghcr.io/prometheus-community/charts",
  loki: "oci://ghcr.io/grafana-community/helm-charts",
  tempo: "oci://ghcr.io/grafana-community/helm-charts",
} as const;

/** What a stack file says of any release. */
interface ReleaseConfig {
  readonly version: string;
  readonly repository?: string | undefined;
  readonly namespace: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly timeoutSeconds?: number | undefined;
}

/** The release of a chart: from its own repository, else from the mirror of all, else from its publisher. */
export function planRelease(name: keyof typeof PUBLISHERS, config: ReleaseConfig, mirror: string | undefined): PlannedRelease {
  const repository = (config.repository ?? mirror ?? PUBLISHERS[name]).replace(/\/$/, "");
  return {
    // A registry has no index: the chart is named along with it.
    ...(repository.startsWith("oci://") ? { chart: `${repository}/${name}` } : { chart: name, repository }),
    version: config.version,
    namespace: config.namespace,
    values: config.values,
    timeoutSeconds: config.timeoutSeconds ?? HELM_SECONDS,
  };
}
