import { valueAt } from "../addons/layers";
import type { AddonKey, Finding, Plan, PlannedMachine } from "../plan";
import { finding } from "./catalog";

const GIB = 2 ** 30;

/**
 * What is taken for an estimate, each an assumption about a cluster that runs little; none is measured. Series are of the exporters this
 * stack has, scraped every 30 s; a sample takes 1 to 2 bytes (prometheus.io, storage: operational aspects).
 */
const ASSUMED = {
  series: { cluster: 30_000, controlPlane: 15_000, machine: 3000 },
  scrapeSeconds: 30,
  bytesPerSample: 1.5,
  /** Write-ahead log, head and compaction on top of blocks. */
  overhead: 1.2,
  /** Bytes a machine's pods write in an hour, a quarter of it after compression. */
  logBytesPerHour: (300 * 2 ** 20) / 24 / 4,
  /** Bytes of spans a machine's pods send in an hour: five a second, 500 bytes each. */
  traceBytesPerHour: 5 * 500 * 3600,
} as const;

/** Bytes kept an hour, by add-on, and where its retention stands among its values. */
const KEPT: Readonly<
  Partial<Record<AddonKey, { readonly retention: string; readonly hourly: (machines: readonly PlannedMachine[]) => number }>>
> = {
  kubePrometheusStack: { retention: "prometheus.prometheusSpec.retention", hourly: metricsAnHour },
  loki: {
    retention: "loki.limits_config.retention_period",
    hourly: (machines) => machines.length * ASSUMED.logBytesPerHour,
  },
  tempo: { retention: "tempo.retention", hourly: (machines) => machines.length * ASSUMED.traceBytesPerHour },
};

/** Volumes that are likely to be full before their retention has passed. */
export function judgeRetention({ addons, machines }: Pick<Plan, "addons" | "machines">): Finding[] {
  return Object.values(addons).flatMap(({ key, storage, values }) => {
    const kept = KEPT[key];
    const sizeGiB = storage?.volume?.sizeGiB;
    const retention = kept && valueAt(values, kept.retention);
    const hours = typeof retention === "string" ? hoursOf(retention) : undefined;
    if (!kept || sizeGiB === undefined || hours === undefined) return [];
    const neededGiB = Math.ceil((kept.hourly(machines) * hours) / GIB);
    if (neededGiB <= sizeGiB) return [];
    return [
      finding(
        "observability-storage-small",
        `addons.${key}.storageGiB`,
        `${key} keeps ${String(retention)} of ${machines.length} machines: about ${neededGiB} GiB by an estimate, its volume has ${sizeGiB} GiB`,
        "a larger volume in a new cluster, or a shorter retention",
      ),
    ];
  });
}

function metricsAnHour(machines: readonly PlannedMachine[]): number {
  const { series, scrapeSeconds, bytesPerSample, overhead } = ASSUMED;
  const controlPlanes = machines.filter(({ role }) => role === "controlplane").length;
  const count = series.cluster + series.controlPlane * controlPlanes + series.machine * machines.length;
  return (count / scrapeSeconds) * 3600 * bytesPerSample * overhead;
}

/** `30d` or `720h`; undefined for what is written otherwise. */
function hoursOf(text: string): number | undefined {
  const [, amount, unit] = /^(\d+)([hdw])$/.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) * { h: 1, d: 24, w: 168 }[unit as "h" | "d" | "w"];
}
