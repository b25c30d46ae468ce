/** Add-ons as they were decided: what components hand to Helm. */

/** A Helm release as it is asked for. */
export interface PlannedRelease {
  /** Name in the repository, or `oci://…` with it. */
  readonly chart: string;
  /** Exact version of the chart. */
  readonly version: string;
  /** @default none, for an `oci://` chart */
  readonly repository?: string;
  readonly namespace: string;
  /** The stack file's own values, merged over those of the plan. */
  readonly values: Readonly<Record<string, unknown>>;
  /** How long Helm waits until all of it is ready. */
  readonly timeoutSeconds: number;
}

/** Values of the Cilium add-on that the plan decides. */
export interface PlannedCilium extends PlannedRelease {
  readonly operatorReplicas: number;
  readonly hubbleRelay: boolean;
  readonly hubbleUi: boolean;
  /** Address families of pods. */
  readonly ipv4: boolean;
  readonly ipv6: boolean;
}

/** Longhorn on the machines' disks. */
export interface PlannedLonghorn extends PlannedRelease {
  /** Copies of each volume. */
  readonly replicas: number;
  readonly defaultClass: boolean;
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
  readonly backup?: { readonly target: string; readonly credentialSecret?: string };
}

/** A volume of an add-on. */
export interface PlannedVolume {
  readonly sizeGiB: number;
  readonly storageClass: string;
}

/** kube-prometheus-stack and what it is told of the cluster. */
export interface PlannedPrometheus extends PlannedRelease {
  readonly retentionDays: number;
  readonly replicas: number;
  /** @default none: metrics go with the pod */
  readonly volume?: PlannedVolume;
  readonly grafana: { readonly enabled: boolean; readonly adminSecret?: string };
  /** 0 for none. */
  readonly alertmanagers: number;
  /** Addresses of the control planes, where etcd, scheduler and controller manager are scraped. */
  readonly controlPlanes: readonly string[];
  /** Whether kube-proxy runs. */
  readonly kubeProxy: boolean;
  /** `host:port` of what is scraped beyond the chart's own, by name. */
  readonly targets: Readonly<Record<string, string>>;
  /** URLs Grafana reads from, by kind. */
  readonly dataSources: { readonly loki?: string; readonly tempo?: string };
}

/** Loki as one process. */
export interface PlannedLoki extends PlannedRelease {
  readonly retentionDays: number;
  readonly volume?: PlannedVolume;
}

/** Tempo as one process. */
export interface PlannedTempo extends PlannedRelease {
  readonly retentionHours: number;
  readonly volume?: PlannedVolume;
}

/** Every add-on that is on. */
export interface PlannedAddons {
  readonly cilium?: PlannedCilium;
  readonly longhorn?: PlannedLonghorn;
  readonly kubePrometheusStack?: PlannedPrometheus;
  readonly loki?: PlannedLoki;
  readonly tempo?: PlannedTempo;
}
