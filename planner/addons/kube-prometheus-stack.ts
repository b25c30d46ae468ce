import { KUBE_PROMETHEUS_STACK_DEFAULTS as DEFAULTS } from "../../config/addons/kube-prometheus-stack";
import { ETCD_METRICS_PORT } from "../ports";
import type { AddonContext, AddonDefinition } from "./definition";
import { unlessEnabled } from "./idle";
import type { Values } from "./layers";
import type { Sourced } from "./sourced";
import { dataSources, scrapeConfigs } from "./watched";

type Context = AddonContext<"kubePrometheusStack">;

/** What pods ask for: assumed for ten machines, less for a lab that keeps a week. */
const REQUESTS = {
  homelab: {
    prometheus: { cpu: "100m", memory: "512Mi" },
    alertmanager: { cpu: "10m", memory: "32Mi" },
    grafana: { cpu: "50m", memory: "128Mi" },
  },
  prod: {
    prometheus: { cpu: "500m", memory: "2Gi" },
    alertmanager: { cpu: "50m", memory: "128Mi" },
    grafana: { cpu: "100m", memory: "256Mi" },
  },
} as const;

/** Metrics, alerts and dashboards. */
export const kubePrometheusStack: AddonDefinition<"kubePrometheusStack"> = {
  key: "kubePrometheusStack",
  chart: "kube-prometheus-stack",
  publisher: "oci://ghcr.io/prometheus-community/charts",
  // node-exporter reads the machine itself.
  podSecurity: "privileged",
  needs: ["network", "storage"],
  storageGiB: DEFAULTS.storageGiB,
  plan: (context) => ({
    base: base(context),
    overlays: { homelab: requests(context, "homelab"), prod: prod(context) },
    idle: [
      unlessEnabled("alertmanager"),
      unlessEnabled("grafana"),
      unlessEnabled("kubeProxy"),
      // A budget that keeps the only pod where it is lets no machine be drained.
      { at: "alertmanager.podDisruptionBudget", while: { path: "alertmanager.alertmanagerSpec.replicas", is: 1 } },
      { at: "prometheus.podDisruptionBudget", while: { path: "prometheus.prometheusSpec.replicas", is: 1 } },
    ],
    volumes: replicas(context).value,
    facts: {},
  }),
};

/** Chart values for Talos, where etcd, scheduler and controller manager are no pods with Services of their own. */
function base(context: Context): Values {
  const { site, setting, machines, volume } = context;
  const endpoints = machines.filter(({ role }) => role === "controlplane").map(({ address }) => address);
  return {
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
        ...(volume ? { storageSpec: { volumeClaimTemplate: { spec: claim(volume) } } } : {}),
        additionalScrapeConfigs: scrapeConfigs(context.neighbours),
      },
    },
    alertmanager: {
      enabled: setting("alertmanager.enabled").or(DEFAULTS.alertmanager),
      alertmanagerSpec: { replicas: alertmanagers(context) },
    },
    grafana: {
      enabled: setting("grafana.enabled").or(DEFAULTS.grafana),
      additionalDataSources: grafanaRuns(context) ? dataSources(context.neighbours) : undefined,
      ...adminOf(setting("grafana.adminSecret").asked),
    },
  };
}

/** Several of what has replicas: Grafana keeps its state in a file of its pod, and two of them would not agree. */
function prod(context: Context): Values {
  const { spread } = context;
  const apart = { podAntiAffinity: "soft", podAntiAffinityTopologyKey: spread.topologyKey };
  const budget = (count: number | undefined): Values =>
    count !== undefined && count > 1 ? { podDisruptionBudget: { enabled: true } } : {};
  const asked = requests(context, "prod");
  return {
    ...asked,
    prometheus: {
      prometheusSpec: { ...apart, resources: { requests: REQUESTS.prod.prometheus } },
      ...budget(replicas(context).value),
    },
    ...(alertmanagers(context)
      ? {
          alertmanager: {
            alertmanagerSpec: { ...apart, resources: { requests: REQUESTS.prod.alertmanager } },
            ...budget(alertmanagers(context)?.value),
          },
        }
      : {}),
  };
}

function requests(context: Context, environmentClass: keyof typeof REQUESTS): Values {
  const { prometheus, alertmanager, grafana } = REQUESTS[environmentClass];
  return {
    prometheus: { prometheusSpec: { resources: { requests: prometheus } } },
    ...(alertmanagers(context) ? { alertmanager: { alertmanagerSpec: { resources: { requests: alertmanager } } } } : {}),
    ...(grafanaRuns(context) ? { grafana: { resources: { requests: grafana } } } : {}),
  };
}

function replicas({ setting, spread }: Context): Sourced<number> {
  const { homelab, prod: several } = DEFAULTS.replicas;
  return setting("replicas").byClass({ homelab, prod: spread.upTo(several) });
}

/** Undefined where none runs and nobody asked for a number of them. */
function alertmanagers({ setting, spread }: Context): Sourced<number> | undefined {
  const number = setting("alertmanager.replicas");
  if (!setting("alertmanager.enabled").or(DEFAULTS.alertmanager).value) return number.asked;
  const { homelab, prod: several } = DEFAULTS.alertmanagers;
  return number.byClass({ homelab, prod: spread.upTo(several) });
}

function grafanaRuns({ setting }: Context): boolean {
  return setting("grafana.enabled").or(DEFAULTS.grafana).value;
}

function adminOf(secret: Sourced<string> | undefined): Values {
  return secret ? { admin: { existingSecret: secret, userKey: "admin-user", passwordKey: "admin-password" } } : {};
}

function claim({ size, storageClass }: NonNullable<Context["volume"]>): Values {
  return {
    storageClassName: storageClass,
    accessModes: ["ReadWriteOnce"],
    resources: { requests: { storage: size.as((gib) => `${gib}Gi`) } },
  };
}
