import { ALLOY, CERT_MANAGER, CILIUM, LONGHORN, LOKI, TEMPO, TRAEFIK } from "./inventory/addons";
import type { Component } from "./inventory/component";
import { APISERVER, CADVISOR, ETCD, KUBELET, KUBE_STATE_METRICS } from "./inventory/kubernetes";
import { NODE_EXPORTER, PROMETHEUS, PVE } from "./inventory/machines";
import type { Exporter } from "./rule";

/**
 * Metrics that rules and dashboards may use, by who exports them, each with the file that defines it at the version that runs. One that is in
 * no list does not exist. `npm run metrics` reads the files.
 */
export const METRICS: Readonly<Record<Exporter, Component>> = {
  apiserver: APISERVER,
  cadvisor: CADVISOR,
  etcd: ETCD,
  "kube-state-metrics": KUBE_STATE_METRICS,
  kubelet: KUBELET,
  "node-exporter": NODE_EXPORTER,
  prometheus: PROMETHEUS,
  alloy: ALLOY,
  "cert-manager": CERT_MANAGER,
  cilium: CILIUM,
  longhorn: LONGHORN,
  loki: LOKI,
  pve: PVE,
  tempo: TEMPO,
  traefik: TRAEFIK,
};

/** Names of an exporter's metrics. */
export function metricsOf(exporter: Exporter): string[] {
  return Object.keys(METRICS[exporter].metrics);
}

/** Names of the labels that an exporter's metrics have. */
export function labelsOf(exporter: Exporter): string[] {
  const { labels, labelledBy } = METRICS[exporter];
  return Object.keys({ ...labels, ...labelledBy?.labels });
}
