import { KUBE_PROMETHEUS_STACK_DEFAULTS as DEFAULTS } from "../../config/addons/kube-prometheus-stack";
import { balancerMetrics } from "../balancers/balancers";
import { ETCD_BACKUP, backupHours } from "../etcd-backup";
import { METRICS } from "../observability/metrics";
import { prometheusRules } from "../observability/prometheus-rules";
import { STACK_EXPORTERS } from "../observability/rule";
import type { Exporter } from "../observability/rule";
import { BACKUPS, rulesFor } from "../observability/rules";
import { BALANCERS } from "../observability/rules/balancers";
import { etcdBackups } from "../observability/rules/etcd-backups";
import { queueDepth } from "../observability/rules/workloads";
import type { AddonContext } from "./definition";
import type { Values } from "./layers";

type Context = AddonContext<"kubePrometheusStack">;

/** Alerts of the chart that say what one of the project's own says: two pages for one fact help nobody. */
const REPLACED = [
  "KubeAPIDown",
  "KubeClientCertificateExpiration",
  "KubeHpaMaxedOut",
  "KubeNodeNotReady",
  "KubePersistentVolumeFillingUp",
  "KubePodCrashLooping",
  "KubeletClientCertificateExpiration",
  "NodeCPUHighUsage",
  "NodeFilesystemAlmostOutOfSpace",
  "NodeFilesystemSpaceFillingUp",
  "NodeMemoryHighUtilization",
] as const;

/** Who exports metrics in this cluster. */
export function exportersOf({ neighbours, config }: Pick<Context, "neighbours" | "config">): ReadonlySet<Exporter> {
  const on = new Set(neighbours.map(({ key }) => key));
  // The collector counts what it reads, and without a place for logs it reads none.
  const charts = neighbours
    .filter(({ key, metrics }) => metrics !== undefined && (key !== "alloy" || on.has("loki")))
    .map(({ chart }) => chart);
  const hosts = config.proxmoxExporter ? (["pve"] as const) : [];
  return new Set<Exporter>([...STACK_EXPORTERS, ...hosts, ...charts.filter((chart): chart is Exporter => chart in METRICS)]);
}

/** Chart values of the project's own rules, and of the chart's that they replace. */
export function rules(context: Context): Values {
  const { setting, site } = context;
  const enabled = setting("rules.enabled").or(DEFAULTS.rules);
  const runbooks = setting("rules.runbooks").or(DEFAULTS.runbooks);
  const queue = setting("rules.queueDepth").asked;
  if (!enabled.value) return {};
  // Without a place for backups there are none, which is no event.
  const groups = rulesFor(exportersOf(context)).filter(
    (group) => group !== BACKUPS || site.addons.longhorn?.backup !== undefined,
  );
  const { etcdBackup } = site.talos;
  const hours = backupHours(site);
  if (etcdBackup && hours !== undefined) {
    groups.push(etcdBackups({ name: ETCD_BACKUP, namespace: etcdBackup.namespace, hours }));
  }
  if (balancerMetrics(site).length > 0) groups.push(BALANCERS);
  return {
    defaultRules: { rules: { etcd: false }, disabled: Object.fromEntries(REPLACED.map((alert) => [alert, true])) },
    additionalPrometheusRulesMap: {
      platform: { groups: runbooks.as((url) => prometheusRules(groups, url)) },
      ...(queue ? { applications: { groups: queue.as((metric) => prometheusRules([queueDepth(metric)], runbooks.value)) } } : {}),
    },
  };
}
