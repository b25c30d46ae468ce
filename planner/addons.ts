import type { UnplacedProblem } from "../config/problem";
import { planCilium } from "./cilium";
import { workloadMachines } from "./machines";
import type { PlannedAddons, PlannedLonghorn, PlannedMachine, PlannedPrometheus, PlannedVersions, PlannedVolume } from "./plan";
import { planRelease } from "./release";
import type { Site } from "./site";

/** Disk that Longhorn has for itself, where a pool has one of this name. */
export const LONGHORN_DISK = "longhorn";

/** Class of volumes that Longhorn makes. */
const LONGHORN_CLASS = "longhorn";

/** Where Longhorn keeps volumes: on its own disk, else beside everything else on the system disk. */
const DATA_PATHS = { disk: `/var/mnt/${LONGHORN_DISK}`, system: "/var/lib/longhorn" } as const;

/** Volumes in GiB where the stack file names none, for a small cluster. */
const SMALL_VOLUMES = { metrics: 20, logs: 20, traces: 10 } as const;

/** Ports of what Prometheus scrapes beyond its chart's own, from the charts' values. */
const PORTS = { loki: 3100, tempo: 3200, longhorn: 9500 } as const;

/** Decides everything about every add-on that is on. */
export function planAddons(site: Site, machines: readonly PlannedMachine[], scheduleOnControlPlanes: boolean): PlannedAddons {
  const { addons } = site;
  const schedulable = workloadMachines(machines, scheduleOnControlPlanes);
  const longhorn = addons.longhorn && planLonghorn(site, addons.longhorn, schedulable);
  const volume = (own: number | undefined, small: number): { readonly volume?: PlannedVolume } =>
    longhorn ? { volume: { sizeGiB: own ?? small, storageClass: LONGHORN_CLASS } } : {};
  const isProd = site.metadata.environment === "prod";
  return {
    ...(addons.cilium.enabled ? { cilium: planCilium(site, machines.length) } : {}),
    ...(longhorn ? { longhorn } : {}),
    ...(addons.kubePrometheusStack
      ? {
          kubePrometheusStack: {
            ...planPrometheus(site, addons.kubePrometheusStack, machines),
            ...volume(addons.kubePrometheusStack.storageGiB, SMALL_VOLUMES.metrics),
          },
        }
      : {}),
    ...(addons.loki
      ? {
          loki: {
            ...planRelease("loki", addons.loki, addons.mirror),
            retentionDays: addons.loki.retentionDays ?? (isProd ? 30 : 7),
            ...volume(addons.loki.storageGiB, SMALL_VOLUMES.logs),
          },
        }
      : {}),
    ...(addons.tempo
      ? {
          tempo: {
            ...planRelease("tempo", addons.tempo, addons.mirror),
            retentionHours: addons.tempo.retentionHours ?? (isProd ? 168 : 24),
            ...volume(addons.tempo.storageGiB, SMALL_VOLUMES.traces),
          },
        }
      : {}),
  };
}

/** Volumes that nothing makes. */
export function judgeVolumes({ addons }: Site): UnplacedProblem[] {
  if (addons.longhorn) return [];
  return (["kubePrometheusStack", "loki", "tempo"] as const).flatMap((key) => {
    const value = addons[key]?.storageGiB;
    if (value === undefined) return [];
    const path = `addons.${key}.storageGiB`;
    const remedy = "add addons.longhorn, or leave it out: what is collected goes with the pod then";
    return [
      { path, value, message: "a volume, and nothing that makes one", allowed: "a size where addons.longhorn is on", remedy },
    ];
  });
}

/** Versions of the charts of add-ons that are on. */
export function addonVersions({ addons }: Site): Omit<PlannedVersions, "talos" | "kubernetes"> {
  const { cilium, longhorn, kubePrometheusStack, loki, tempo } = addons;
  return {
    ...(cilium.enabled ? { cilium: cilium.version } : {}),
    ...(longhorn ? { longhorn: longhorn.version } : {}),
    ...(kubePrometheusStack ? { kubePrometheusStack: kubePrometheusStack.version } : {}),
    ...(loki ? { loki: loki.version } : {}),
    ...(tempo ? { tempo: tempo.version } : {}),
  };
}

function planLonghorn(
  { addons }: Site,
  config: NonNullable<Site["addons"]["longhorn"]>,
  schedulable: readonly PlannedMachine[],
): PlannedLonghorn {
  const withDisk = schedulable.filter(({ disks }) => disks.some(({ name }) => name === LONGHORN_DISK));
  const keepers = withDisk.length > 0 ? withDisk : schedulable;
  return {
    ...planRelease("longhorn", config, addons.mirror),
    replicas: config.replicas ?? Math.min(3, keepers.length),
    defaultClass: config.defaultClass,
    overProvisioningPercent: config.overProvisioningPercent,
    dataPath: withDisk.length > 0 ? DATA_PATHS.disk : DATA_PATHS.system,
    systemPath: DATA_PATHS.system,
    machines: keepers.map(({ name }) => name),
    runsOn: schedulable.map(({ name }) => name),
    labelled: keepers.length < schedulable.length,
    ...(config.backup ? { backup: config.backup } : {}),
  };
}

function planPrometheus(
  { addons, metadata }: Site,
  config: NonNullable<Site["addons"]["kubePrometheusStack"]>,
  machines: readonly PlannedMachine[],
): PlannedPrometheus {
  const { loki, tempo, longhorn } = addons;
  const isProd = metadata.environment === "prod";
  const service = (name: string, namespace: string, port: number): string => `${name}.${namespace}.svc:${port}`;
  const targets = {
    ...(loki ? { loki: service("loki", loki.namespace, PORTS.loki) } : {}),
    ...(longhorn ? { longhorn: service("longhorn-backend", longhorn.namespace, PORTS.longhorn) } : {}),
    ...(tempo ? { tempo: service("tempo", tempo.namespace, PORTS.tempo) } : {}),
  };
  return {
    ...planRelease("kube-prometheus-stack", config, addons.mirror),
    retentionDays: config.retentionDays ?? (isProd ? 30 : 7),
    replicas: config.replicas ?? (isProd ? 2 : 1),
    grafana: config.grafana,
    alertmanagers: config.alertmanager.enabled ? (config.alertmanager.replicas ?? (isProd ? 2 : 1)) : 0,
    controlPlanes: machines.filter(({ role }) => role === "controlplane").map(({ address }) => address),
    kubeProxy: !addons.cilium.enabled,
    targets,
    dataSources: {
      ...(loki ? { loki: `http://${service("loki", loki.namespace, PORTS.loki)}` } : {}),
      ...(tempo ? { tempo: `http://${service("tempo", tempo.namespace, PORTS.tempo)}` } : {}),
    },
  };
}
