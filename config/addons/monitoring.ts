import { z } from "zod";
import { integer, label } from "../fields";
import { DEFAULT_VERSIONS } from "../versions";
import { namespace, releaseShape, storage } from "./release";

/** Prometheus, Alertmanager, Grafana and what they watch a cluster with. */
export const kubePrometheusStack = z
  .strictObject({
    ...releaseShape("kube-prometheus-stack", DEFAULT_VERSIONS.kubePrometheusStack),
    namespace: namespace("monitoring"),
    retentionDays: integer("Days metrics are kept, by default 30 in prod and 7 elsewhere", 1, 3650).optional(),
    storageGiB: storage("metrics"),
    replicas: integer("Prometheus servers, by default 2 in prod and 1 elsewhere", 1, 5).optional(),
    grafana: z
      .strictObject({
        enabled: z.boolean().default(true).describe("Run Grafana: true or false"),
        /** The chart makes one up otherwise, and another one at every upgrade. */
        adminSecret: label("Secret with admin-user and admin-password, by default one of the chart's own").optional(),
      })
      .prefault({})
      .describe("Dashboards"),
    alertmanager: z
      .strictObject({
        enabled: z.boolean().default(true).describe("Run Alertmanager: true or false"),
        replicas: integer("Alertmanagers, by default 2 in prod and 1 elsewhere", 1, 5).optional(),
      })
      .prefault({})
      .describe("Notifications of alerts"),
  })
  .describe("kube-prometheus-stack: metrics, alerts and dashboards");

/** Logs. */
export const loki = z
  .strictObject({
    ...releaseShape("loki", DEFAULT_VERSIONS.loki),
    namespace: namespace("monitoring"),
    retentionDays: integer("Days logs are kept, by default 30 in prod and 7 elsewhere", 1, 3650).optional(),
    storageGiB: storage("logs"),
  })
  .describe("Loki: logs, one process with its volume");

/** Traces. */
export const tempo = z
  .strictObject({
    ...releaseShape("tempo", DEFAULT_VERSIONS.tempo),
    namespace: namespace("monitoring"),
    retentionHours: integer("Hours traces are kept, by default 168 in prod and 24 elsewhere", 1, 87_600).optional(),
    storageGiB: storage("traces"),
  })
  .describe("Tempo: traces, one process with its volume");
