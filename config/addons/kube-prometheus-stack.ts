import { z } from "zod";
import { integer, label } from "../fields";
import { receiver, remoteWrite, secretKey } from "./notifications";
import { byClass, namespace, releaseShape, storage, storageClass } from "./release";

/**
 * What the planner takes where the stack file says nothing. Each Prometheus keeps all metrics on a volume of its own, so that two
 * are kept; Alertmanagers only tell each other what was sent.
 */
export const KUBE_PROMETHEUS_STACK_DEFAULTS = {
  retentionDays: { homelab: 7, prod: 30 },
  storageGiB: 20,
  replicas: { homelab: 1, prod: 2 },
  grafana: true,
  alertmanager: true,
  proxmoxExporter: "3.10.2",
  dashboards: true,
  rules: true,
  runbooks: "docs/runbooks",
  alertmanagers: { homelab: 1, prod: 3 },
} as const;

const DEFAULTS = KUBE_PROMETHEUS_STACK_DEFAULTS;

/** Prometheus, Alertmanager, Grafana and what they watch a cluster with. */
export const kubePrometheusStack = z
  .strictObject({
    ...releaseShape("kubePrometheusStack", "kube-prometheus-stack"),
    namespace: namespace("monitoring"),
    retentionDays: integer(`Days metrics are kept, by default ${byClass(DEFAULTS.retentionDays)}`, 1, 3650).optional(),
    storageGiB: storage("metrics", DEFAULTS.storageGiB),
    storageClass: storageClass(),
    replicas: integer(`Prometheus servers, by default ${byClass(DEFAULTS.replicas)}, at most one on a machine`, 1, 5).optional(),
    remoteWrite: remoteWrite.optional(),
    proxmoxExporter: z
      .strictObject({
        secret: secretKey("the exporter's configuration: user, token_name, token_value and verify_ssl below default", "pve.yml"),
        version: z
          .string()
          .regex(/^\d+\.\d+\.\d+$/)
          .default(DEFAULTS.proxmoxExporter)
          .describe(`Version of prometheus-pve-exporter, for instance ${DEFAULTS.proxmoxExporter}`),
      })
      .optional()
      .describe("Metrics of the Proxmox hosts, by their API with a token that may read (role PVEAuditor)"),
    rules: z
      .strictObject({
        enabled: z.boolean().optional().describe(`Load the project's own rules, by default ${DEFAULTS.rules}: true or false`),
        runbooks: z
          .string()
          .regex(/^[^\s]*[^\s/]$/)
          .optional()
          .describe(`Where the pages of docs/runbooks are to be read, by default ${DEFAULTS.runbooks}`),
        queueDepth: z
          .string()
          .regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/)
          .optional()
          .describe("Gauge of the applications that says how much work waits, recorded as namespace_job:queue_depth:max"),
      })
      .prefault({})
      .describe("Recording rules and alerts"),
    grafana: z
      .strictObject({
        enabled: z.boolean().optional().describe(`Run Grafana, by default ${DEFAULTS.grafana}: true or false`),
        dashboards: z
          .boolean()
          .optional()
          .describe(`Load the project's own dashboards, by default ${DEFAULTS.dashboards}: true or false`),
        /** The chart makes one up otherwise, and another one at every upgrade. */
        adminSecret: label("Secret with admin-user and admin-password, by default one of the chart's own").optional(),
      })
      .prefault({})
      .describe("Dashboards"),
    alertmanager: z
      .strictObject({
        enabled: z.boolean().optional().describe(`Run Alertmanager, by default ${DEFAULTS.alertmanager}: true or false`),
        replicas: integer(
          `Alertmanagers, by default ${byClass(DEFAULTS.alertmanagers)}, at most one on a machine`,
          1,
          5,
        ).optional(),
        receivers: z
          .record(label("Name of a receiver"), receiver)
          .optional()
          .describe("Who is told of which alerts, by name; by default nobody"),
      })
      .prefault({})
      .describe("Notifications of alerts"),
  })
  .describe("kube-prometheus-stack: metrics, alerts and dashboards");
