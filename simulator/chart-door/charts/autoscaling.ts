import { KEDA_DEFINITIONS, VPA_DEFINITIONS } from "./autoscaling-definitions";
import type { ChartSource } from "./chart-source";
import { workload } from "./chart-source";
import { budget, service } from "./objects";

const FULL_NAME = '{{ include "fullname" . }}';
const INSTANCE = { "app.kubernetes.io/instance": "{{ .Release.Name }}" };

const resources = (path: string): string => `resources:
  {{- toYaml ${path} | nindent 12 }}`;

const VPA_PARTS = [
  ["admissionController", "admission-controller"],
  ["recommender", "recommender"],
  ["updater", "updater"],
] as const;

/** Requests by use. Without the webhook of the real chart: nothing answers behind a stand-in. */
export const VERTICAL_POD_AUTOSCALER: ChartSource = {
  name: "vertical-pod-autoscaler",
  description: "Stand-in for the Vertical Pod Autoscaler",
  publisher: "https://kubernetes.github.io/autoscaler",
  lines: ["0.11"],
  values: VPA_PARTS.map(
    ([part]) => `${part}:
  enabled: true
  replicas: 2
  resources: {}
  podDisruptionBudget:
    enabled: true
    minAvailable: 1
`,
  ).join(""),
  templates: Object.fromEntries([
    ["crds.yaml", VPA_DEFINITIONS],
    ...VPA_PARTS.flatMap(([part, name]): [string, string][] => {
      const labels = {
        "app.kubernetes.io/name": "vertical-pod-autoscaler",
        ...INSTANCE,
        "app.kubernetes.io/component": name,
      };
      const enabled = `.Values.${part}.enabled`;
      const deployment = workload({
        kind: "Deployment",
        name: `${FULL_NAME}-${name}`,
        labels,
        image: `registry.k8s.io/autoscaling/vpa-${name}:{{ .Chart.AppVersion }}`,
        replicas: `{{ .Values.${part}.replicas }}`,
        when: enabled,
        container: resources(`.Values.${part}.resources`),
      });
      const disruptions = budget(`${part}.podDisruptionBudget`, `${FULL_NAME}-${name}`, labels);
      return [
        [`${name}.yaml`, deployment],
        [`${name}-pdb.yaml`, `{{- if ${enabled} }}\n${disruptions}{{- end }}\n`],
      ];
    }),
  ]),
};

const ADAPTER = { "app.kubernetes.io/name": "prometheus-adapter", ...INSTANCE };

/** Metrics for autoscalers. Without the real chart's APIServices: nothing answers behind a stand-in. */
export const PROMETHEUS_ADAPTER: ChartSource = {
  name: "prometheus-adapter",
  description: "Stand-in for prometheus-adapter",
  publisher: "oci://ghcr.io/prometheus-community/charts",
  lines: ["5"],
  values: `replicas: 1
prometheus:
  url: http://prometheus.default.svc
  port: 9090
  path: ""
rules:
  default: true
  custom: []
  external: []
resources: {}
topologySpreadConstraints: []
podDisruptionBudget:
  enabled: false
  maxUnavailable: 1
`,
  templates: {
    "deployment.yaml": workload({
      kind: "Deployment",
      name: FULL_NAME,
      labels: ADAPTER,
      image: "registry.k8s.io/prometheus-adapter/prometheus-adapter:{{ .Chart.AppVersion }}",
      replicas: "{{ .Values.replicas }}",
      pod: `topologySpreadConstraints:
  {{- toYaml .Values.topologySpreadConstraints | nindent 8 }}`,
      container: `args:
  - --prometheus-url={{ .Values.prometheus.url }}{{ with .Values.prometheus.port }}:{{ . }}{{ end }}{{ .Values.prometheus.path }}
${resources(".Values.resources")}`,
    }),
    "service.yaml": service({ name: FULL_NAME, labels: ADAPTER, ports: [{ name: "https", port: "443" }] }),
    "pdb.yaml": budget("podDisruptionBudget", FULL_NAME, ADAPTER),
  },
};

const KEDA_PARTS = [
  { part: "operator", name: "keda-operator", image: "keda", sizes: "operator" },
  {
    part: "metricsServer",
    name: "keda-operator-metrics-apiserver",
    image: "keda-metrics-apiserver",
    sizes: "metricServer",
  },
  { part: "webhooks", name: "keda-admission-webhooks", image: "keda-admission-webhooks", sizes: "webhooks" },
] as const;

/** Pods by events. Without the real chart's APIService and webhooks: nothing answers behind a stand-in. */
export const KEDA: ChartSource = {
  name: "keda",
  description: "Stand-in for KEDA",
  publisher: "https://kedacore.github.io/charts",
  kubeVersion: ">=v1.23.0-0",
  lines: ["2.20"],
  values: `${KEDA_PARTS.map(({ part }) => `${part}:\n  replicaCount: 1\n`).join("")}topologySpreadConstraints: {}
prometheus:
  operator:
    enabled: false
    port: 8080
crds:
  additionalAnnotations: {}
resources:
${KEDA_PARTS.map(({ sizes }) => `  ${sizes}:\n    requests:\n      cpu: 100m\n      memory: 100Mi\n`).join("")}`,
  templates: Object.fromEntries([
    ["crds.yaml", KEDA_DEFINITIONS],
    ...KEDA_PARTS.flatMap(({ part, name, image, sizes }): [string, string][] => [
      [
        `${part}.yaml`,
        workload({
          kind: "Deployment",
          name,
          labels: { app: name },
          image: `ghcr.io/kedacore/${image}:{{ .Chart.AppVersion }}`,
          replicas: `{{ .Values.${part}.replicaCount }}`,
          pod: `topologySpreadConstraints:
  {{- toYaml .Values.topologySpreadConstraints.${part} | nindent 8 }}`,
          container: resources(`.Values.resources.${sizes}`),
        }),
      ],
      [
        `${part}-service.yaml`,
        service({
          name,
          labels: { app: name },
          ports: [
            part === "operator"
              ? { name: "metrics", port: "{{ .Values.prometheus.operator.port }}" }
              : { name: "https", port: "443" },
          ],
        }),
      ],
    ]),
  ]),
};

/** Moves pods, as a CronJob. */
export const DESCHEDULER: ChartSource = {
  name: "descheduler",
  description: "Stand-in for the descheduler",
  publisher: "https://kubernetes-sigs.github.io/descheduler",
  lines: ["0.36"],
  values: `kind: CronJob
schedule: "*/2 * * * *"
resources: {}
deschedulerPolicy: {}
`,
  templates: {
    "configmap.yaml": `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${FULL_NAME}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "labels" . | nindent 4 }}
data:
  policy.yaml: |
    {{- .Values.deschedulerPolicy | toYaml | nindent 4 }}
`,
    "cronjob.yaml": `apiVersion: batch/v1
kind: CronJob
metadata:
  name: ${FULL_NAME}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "labels" . | nindent 4 }}
spec:
  schedule: {{ .Values.schedule | quote }}
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: descheduler
              image: registry.k8s.io/descheduler/descheduler:v{{ .Chart.AppVersion }}
              resources:
                {{- toYaml .Values.resources | nindent 16 }}
`,
  },
};
