import { KUBE_PROMETHEUS_STACK_DEFAULTS as DEFAULTS } from "../../config/addons/kube-prometheus-stack";
import { kubeletsVerified } from "../kubelet-certificates";
import { ETCD_METRICS_PORT } from "../ports";
import type { AddonContext, AddonDefinition } from "./definition";
import { unlessEnabled } from "./idle";
import { decidedBy } from "./layers";
import type { Values } from "./layers";
import type { Sourced } from "./sourced";
import { DATA_SOURCES, EXEMPLARS } from "./links";
import { ADMIN_KEYS, namedSecrets } from "./kube-prometheus-secrets";
import { alertmanagerConfig, remoteWriteOf, secretsOf } from "./notifications";
import { pveExporter, pveJob } from "./pve-exporter";
import { writesMetrics } from "./telemetry";
import { exportersOf, rules } from "./rules";
import { dashboardsFor } from "../observability/dashboards";
import { dataSources, scrapeConfigs } from "./watched";

type Context = AddonContext<"kubePrometheusStack">;

/** What pods ask for: assumed for ten machines, less for a lab that keeps a week. */
const REQUESTS = {
  homelab: {
    prometheus: { cpu: "100m", memory: "512Mi" },
    alertmanager: { cpu: "10m", memory: "32Mi" },
    grafana: { cpu: "50m", memory: "128Mi" },
    others: { cpu: "10m", memory: "64Mi" },
  },
  prod: {
    prometheus: { cpu: "500m", memory: "2Gi" },
    alertmanager: { cpu: "50m", memory: "128Mi" },
    grafana: { cpu: "100m", memory: "256Mi" },
    others: { cpu: "50m", memory: "128Mi" },
  },
} as const;

/** The same for any number of machines: it counts its own. */
const NODE_EXPORTER_REQUESTS = { cpu: "10m", memory: "32Mi" } as const;

/** Share of its volume that Prometheus fills with blocks: the rest is for its log and for compaction. */
const FILLED = 0.85;

/** Metrics, alerts and dashboards. */
export const kubePrometheusStack: AddonDefinition<"kubePrometheusStack"> = {
  key: "kubePrometheusStack",
  chart: "kube-prometheus-stack",
  publisher: "oci://ghcr.io/prometheus-community/charts",
  // node-exporter reads the machine itself.
  podSecurity: "privileged",
  brings: {
    by: "release",
    kinds: {
      PodMonitor: { apiVersion: "monitoring.coreos.com/v1", plural: "podmonitors", scope: "Namespaced" },
      PrometheusRule: { apiVersion: "monitoring.coreos.com/v1", plural: "prometheusrules", scope: "Namespaced" },
      ServiceMonitor: { apiVersion: "monitoring.coreos.com/v1", plural: "servicemonitors", scope: "Namespaced" },
    },
  },
  needs: ["network", "storage"],
  storageGiB: DEFAULTS.storageGiB,
  reads: namedSecrets,
  plan: (context) => ({
    base: base(context),
    overlays: { homelab: overlay(context, "homelab"), prod: overlay(context, "prod") },
    idle: [
      unlessEnabled("alertmanager"),
      unlessEnabled("grafana"),
      unlessEnabled("kubeProxy"),
      // A budget that keeps the only pod where it is lets no machine be drained.
      { at: "alertmanager.podDisruptionBudget", while: { path: "alertmanager.alertmanagerSpec.replicas", is: 1 } },
      { at: "prometheus.podDisruptionBudget", while: { path: "prometheus.prometheusSpec.replicas", is: 1 } },
    ],
    volumes: replicas(context).value,
    facts: { dashboards: dashboards(context) },
  }),
};

/** Chart values for Talos, where etcd, scheduler and controller manager are no pods with Services of their own. */
function base(context: Context): Values {
  const { site, setting, machines, volume } = context;
  const receivers = setting("alertmanager.receivers").asked;
  const remote = setting("remoteWrite").asked;
  const hosts = setting("proxmoxExporter").asked;
  const endpoints = machines.filter(({ role }) => role === "controlplane").map(({ address }) => address);
  return {
    ...rules(context),
    ...(hosts ? { extraManifests: decidedBy(hosts.origin, pveExporter(hosts.value, context)) } : {}),
    // With the cluster's certificates they are who they say they are.
    ...(kubeletsVerified(site) ? { kubelet: { serviceMonitor: { insecureSkipVerify: false } } } : {}),
    kubeEtcd: { endpoints, service: { enabled: true, port: ETCD_METRICS_PORT, targetPort: ETCD_METRICS_PORT } },
    kubeControllerManager: { endpoints },
    kubeScheduler: { endpoints },
    kubeProxy: { enabled: !site.addons.cilium.enabled },
    prometheus: {
      prometheusSpec: {
        replicas: replicas(context),
        retention: setting("retentionDays")
          .byClass(DEFAULTS.retentionDays)
          .as((days) => `${days}d`),
        // Monitors of every release count, not only those that Helm labelled for this one.
        serviceMonitorSelectorNilUsesHelmValues: false,
        podMonitorSelectorNilUsesHelmValues: false,
        ruleSelectorNilUsesHelmValues: false,
        probeSelectorNilUsesHelmValues: false,
        scrapeConfigSelectorNilUsesHelmValues: false,
        ...(volume
          ? {
              storageSpec: { volumeClaimTemplate: { spec: claim(volume) } },
              // The oldest go before a volume that is full stops them all.
              retentionSize: volume.size.as((gib) => `${Math.floor(gib * 1024 * FILLED)}MiB`),
            }
          : {}),
        // What is written to it instead of scraped, and the traces that metrics came from.
        ...(writesMetrics(context) ? { enableRemoteWriteReceiver: true, enableFeatures: ["exemplar-storage"] } : {}),
        // Whoever takes metrics of several clusters has to tell them apart.
        externalLabels: remote && { cluster: remote.as(() => site.metadata.name) },
        remoteWrite: remote?.as((store) => [remoteWriteOf(store)]),
        additionalScrapeConfigs: hosts
          ? hosts.as(() => [...(scrapeConfigs(context.neighbours, site) ?? []), pveJob(context)])
          : scrapeConfigs(context.neighbours, site),
      },
    },
    alertmanager: {
      enabled: setting("alertmanager.enabled").or(DEFAULTS.alertmanager),
      config: receivers && decidedBy(receivers.origin, alertmanagerConfig(receivers.value)),
      alertmanagerSpec: {
        // Asked for in vain, it shows: as a finding.
        replicas: alertmanagerRuns(context) ? alertmanagers(context) : setting("alertmanager.replicas").asked,
        secrets: receivers?.as(secretsOf),
      },
    },
    grafana: {
      enabled: setting("grafana.enabled").or(DEFAULTS.grafana),
      ...(grafanaRuns(context)
        ? { additionalDataSources: dataSources(context.neighbours), sidecar: { datasources: prometheusSource(context) } }
        : {}),
      ...adminOf(setting("grafana.adminSecret").asked, grafanaRuns(context)),
    },
  };
}

/** Grafana keeps its state in a file of its pod: two of them would not agree, so that there is one everywhere. */
function overlay(context: Context, environmentClass: keyof typeof REQUESTS): Values {
  const { prometheus, alertmanager, grafana, others } = REQUESTS[environmentClass];
  const several = environmentClass === "prod";
  const apart = several ? { podAntiAffinity: "soft", podAntiAffinityTopologyKey: context.spread.topologyKey } : {};
  const budget = (count: number): Values => (several && count > 1 ? { podDisruptionBudget: { enabled: true } } : {});
  return {
    prometheus: {
      prometheusSpec: { ...apart, resources: { requests: prometheus } },
      ...budget(replicas(context).value),
    },
    ...(alertmanagerRuns(context)
      ? {
          alertmanager: {
            alertmanagerSpec: { ...apart, resources: { requests: alertmanager } },
            ...budget(alertmanagers(context).value),
          },
        }
      : {}),
    prometheusOperator: { resources: { requests: others } },
    "kube-state-metrics": { resources: { requests: others } },
    // One on every machine.
    "prometheus-node-exporter": { resources: { requests: NODE_EXPORTER_REQUESTS } },
    ...(grafanaRuns(context) ? { grafana: { resources: { requests: grafana } } } : {}),
  };
}

/** Nothing for a Grafana that is off. */
function dashboards(context: Context): ReturnType<typeof dashboardsFor> {
  const wanted = context.setting("grafana.dashboards").or(DEFAULTS.dashboards).value;
  return wanted && grafanaRuns(context) ? dashboardsFor(exportersOf(context)) : [];
}

/** The chart's own data source: its uid is what others link to. */
function prometheusSource({ site }: Context): Values {
  const exemplars = site.addons.tempo ? { exemplarTraceIdDestinations: EXEMPLARS } : {};
  return { uid: DATA_SOURCES.metrics, ...exemplars };
}

function replicas({ setting, spread }: Context): Sourced<number> {
  const { homelab, prod: several } = DEFAULTS.replicas;
  return setting("replicas").byClass({ homelab, prod: spread.upTo(several) });
}

function alertmanagers({ setting, spread }: Context): Sourced<number> {
  const { homelab, prod: several } = DEFAULTS.alertmanagers;
  return setting("alertmanager.replicas").byClass({ homelab, prod: spread.upTo(several) });
}

function alertmanagerRuns({ setting }: Context): boolean {
  return setting("alertmanager.enabled").or(DEFAULTS.alertmanager).value;
}

function grafanaRuns({ setting }: Context): boolean {
  return setting("grafana.enabled").or(DEFAULTS.grafana).value;
}

function adminOf(secret: Sourced<string> | undefined, runs: boolean): Values {
  if (!secret) return {};
  const [userKey, passwordKey] = ADMIN_KEYS;
  return { admin: { existingSecret: secret, ...(runs ? { userKey, passwordKey } : {}) } };
}

function claim({ size, storageClass }: NonNullable<Context["volume"]>): Values {
  return {
    storageClassName: storageClass,
    accessModes: ["ReadWriteOnce"],
    resources: { requests: { storage: size.as((gib) => `${gib}Gi`) } },
  };
}
