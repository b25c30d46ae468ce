import type { ChartSource } from "./chart-source";
import { workload } from "./chart-source";
import { definition } from "./definition";

const VALUES = `prometheusOperator:
  enabled: true
nodeExporter:
  enabled: true
prometheus-node-exporter:
  hostNetwork: true
  hostPID: true
  tolerations:
    - effect: NoSchedule
      operator: Exists
prometheus:
  enabled: true
  prometheusSpec:
    replicas: 1
    retention: 10d
    storageSpec: {}
alertmanager:
  enabled: true
  alertmanagerSpec:
    replicas: 1
grafana:
  enabled: true
`;

const FULL_NAME = '{{ include "fullname" . }}';

const OPERATOR = workload({
  kind: "Deployment",
  name: `${FULL_NAME}-operator`,
  labels: { app: "kube-prometheus-stack-operator", release: "{{ .Release.Name }}" },
  image: "quay.io/prometheus-operator/prometheus-operator:{{ .Chart.AppVersion }}",
  replicas: "1",
  when: ".Values.prometheusOperator.enabled",
});

const NODE_EXPORTER = workload({
  kind: "DaemonSet",
  name: "{{ .Release.Name }}-prometheus-node-exporter",
  labels: { "app.kubernetes.io/name": "prometheus-node-exporter", "app.kubernetes.io/instance": "{{ .Release.Name }}" },
  image: "quay.io/prometheus/node-exporter:{{ .Chart.AppVersion }}",
  when: ".Values.nodeExporter.enabled",
  spec: `updateStrategy:
  type: RollingUpdate
  rollingUpdate:
    maxUnavailable: 1`,
  // It looks at the machine itself, which is more than the baseline standard allows.
  pod: `{{- with index .Values "prometheus-node-exporter" }}
hostNetwork: {{ .hostNetwork }}
hostPID: {{ .hostPID }}
tolerations:
  {{- toYaml .tolerations | nindent 8 }}
{{- end }}
volumes:
  - name: root
    hostPath:
      path: /`,
  container: `volumeMounts:
  - name: root
    mountPath: /host/root
    readOnly: true`,
});

// The operator makes these two of resources of its own, under the names they have here.
const PROMETHEUS = workload({
  kind: "StatefulSet",
  name: `prometheus-${FULL_NAME}-prometheus`,
  labels: { "app.kubernetes.io/name": "prometheus", "operator.prometheus.io/name": `${FULL_NAME}-prometheus` },
  image: "quay.io/prometheus/prometheus:{{ .Chart.AppVersion }}",
  replicas: "{{ .Values.prometheus.prometheusSpec.replicas }}",
  when: ".Values.prometheus.enabled",
  spec: `{{- with .Values.prometheus.prometheusSpec.storageSpec.volumeClaimTemplate }}
volumeClaimTemplates:
  - metadata:
      name: prometheus-{{ include "fullname" $ }}-prometheus-db
    spec:
      {{- toYaml .spec | nindent 8 }}
{{- end }}`,
  container: "args: ['--storage.tsdb.retention.time={{ .Values.prometheus.prometheusSpec.retention }}']",
});

const ALERTMANAGER = workload({
  kind: "StatefulSet",
  name: `alertmanager-${FULL_NAME}-alertmanager`,
  labels: { "app.kubernetes.io/name": "alertmanager", alertmanager: `${FULL_NAME}-alertmanager` },
  image: "quay.io/prometheus/alertmanager:{{ .Chart.AppVersion }}",
  replicas: "{{ .Values.alertmanager.alertmanagerSpec.replicas }}",
  when: ".Values.alertmanager.enabled",
});

const GRAFANA = workload({
  kind: "Deployment",
  name: "{{ .Release.Name }}-grafana",
  labels: { "app.kubernetes.io/name": "grafana", "app.kubernetes.io/instance": "{{ .Release.Name }}" },
  image: "docker.io/grafana/grafana:{{ .Chart.AppVersion }}",
  replicas: "1",
  when: ".Values.grafana.enabled",
});

/** Kinds of prometheus-operator 0.93: in the chart's folder `crds`, so that they stay when the release goes. */
const KINDS = {
  v1: ["Alertmanager", "PodMonitor", "Probe", "Prometheus", "PrometheusRule", "ServiceMonitor", "ThanosRuler"],
  v1alpha1: ["AlertmanagerConfig", "PrometheusAgent", "ScrapeConfig"],
} as const;

const DEFINITIONS = Object.entries(KINDS).flatMap(([version, kinds]) =>
  kinds.map((kind) =>
    definition({
      group: "monitoring.coreos.com",
      kind,
      ...(kind === "Prometheus" ? { plural: "prometheuses" } : {}),
      scope: "Namespaced",
      versions: [version],
    }),
  ),
);

/** Metrics, alerts and dashboards. */
export const KUBE_PROMETHEUS_STACK: ChartSource = {
  name: "kube-prometheus-stack",
  description: "Stand-in for kube-prometheus-stack",
  publisher: "oci://ghcr.io/prometheus-community/charts",
  kubeVersion: ">=1.25.0-0",
  lines: ["88"],
  definitions: DEFINITIONS,
  values: VALUES,
  templates: {
    "operator.yaml": OPERATOR,
    "node-exporter.yaml": NODE_EXPORTER,
    "prometheus.yaml": PROMETHEUS,
    "alertmanager.yaml": ALERTMANAGER,
    "grafana.yaml": GRAFANA,
  },
};
