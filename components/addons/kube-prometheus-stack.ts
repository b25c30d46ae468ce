import type * as pulumi from "@pulumi/pulumi";
import type { PlannedPrometheus, PlannedVolume } from "../../planner/plan";
import { HelmAddon } from "./helm-addon";
import type { AddonArgs } from "./helm-addon";

/** Port of etcd's metrics, opened by the control planes' configuration. */
const ETCD_METRICS_PORT = 2381;

/** Metrics, alerts and dashboards. */
export class KubePrometheusStack extends HelmAddon {
  constructor(
    name: string,
    args: AddonArgs & { readonly prometheus: PlannedPrometheus },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(name, { ...args, release: args.prometheus, values: prometheusValues(args.prometheus) }, opts, "KubePrometheusStack");
  }
}

/** Chart values for Talos, where etcd, scheduler and controller manager are no pods with Services of their own. */
export function prometheusValues(plan: PlannedPrometheus): Record<string, unknown> {
  const endpoints = plan.controlPlanes;
  const jobs = Object.entries(plan.targets);
  return {
    kubeEtcd: { endpoints, service: { enabled: true, port: ETCD_METRICS_PORT, targetPort: ETCD_METRICS_PORT } },
    kubeControllerManager: { endpoints },
    kubeScheduler: { endpoints },
    kubeProxy: { enabled: plan.kubeProxy },
    prometheus: {
      prometheusSpec: {
        replicas: plan.replicas,
        retention: `${plan.retentionDays}d`,
        // Monitors of every release count, not only those that Helm labelled for this one.
        serviceMonitorSelectorNilUsesHelmValues: false,
        podMonitorSelectorNilUsesHelmValues: false,
        ruleSelectorNilUsesHelmValues: false,
        probeSelectorNilUsesHelmValues: false,
        scrapeConfigSelectorNilUsesHelmValues: false,
        ...(plan.volume ? { storageSpec: { volumeClaimTemplate: { spec: claim(plan.volume) } } } : {}),
        ...(jobs.length > 0
          ? { additionalScrapeConfigs: jobs.map(([job, target]) => ({ job_name: job, static_configs: [{ targets: [target] }] })) }
          : {}),
      },
    },
    alertmanager: {
      enabled: plan.alertmanagers > 0,
      ...(plan.alertmanagers > 0 ? { alertmanagerSpec: { replicas: plan.alertmanagers } } : {}),
    },
    grafana: { enabled: plan.grafana.enabled, ...(plan.grafana.enabled ? grafanaValues(plan) : {}) },
  };
}

function grafanaValues({ grafana, dataSources }: PlannedPrometheus): Record<string, unknown> {
  const sources = [
    ...(dataSources.loki === undefined ? [] : [{ name: "Loki", uid: "loki", type: "loki", url: dataSources.loki }]),
    ...(dataSources.tempo === undefined ? [] : [{ name: "Tempo", uid: "tempo", type: "tempo", url: dataSources.tempo }]),
  ];
  return {
    ...(grafana.adminSecret === undefined
      ? {}
      : { admin: { existingSecret: grafana.adminSecret, userKey: "admin-user", passwordKey: "admin-password" } }),
    ...(sources.length > 0 ? { additionalDataSources: sources.map((source) => ({ ...source, access: "proxy" })) } : {}),
  };
}

function claim({ sizeGiB, storageClass }: PlannedVolume): Record<string, unknown> {
  return {
    storageClassName: storageClass,
    accessModes: ["ReadWriteOnce"],
    resources: { requests: { storage: `${sizeGiB}Gi` } },
  };
}
