import type { ChartSource } from "./chart-source";
import { workload } from "./chart-source";
import { service } from "./objects";

const FULL_NAME = '{{ include "fullname" . }}-controller';

const VALUES = `controller:
  kind: Deployment
  replicaCount: 1
  minAvailable: 1
  hostPort:
    enabled: false
  updateStrategy: {}
  ingressClassResource:
    name: nginx
    default: false
  service:
    type: LoadBalancer
    annotations: {}
    nodePorts:
      http: ""
      https: ""
  metrics:
    enabled: false
    port: 10254
  resources:
    requests:
      cpu: 100m
      memory: 90Mi
  tolerations: []
  topologySpreadConstraints: []
`;

const LABELS = {
  "app.kubernetes.io/name": "ingress-nginx",
  "app.kubernetes.io/instance": "{{ .Release.Name }}",
  "app.kubernetes.io/component": "controller",
};

/** The same pods as either kind of workload. */
const pods = (kind: "Deployment" | "DaemonSet"): string =>
  workload({
    kind,
    name: FULL_NAME,
    labels: LABELS,
    image: "registry.k8s.io/ingress-nginx/controller:v{{ .Chart.AppVersion }}",
    when: `eq .Values.controller.kind "${kind}"`,
    ...(kind === "Deployment" ? { replicas: "{{ .Values.controller.replicaCount }}" } : {}),
    spec: `{{- with .Values.controller.updateStrategy }}
${kind === "Deployment" ? "strategy" : "updateStrategy"}:
  {{- toYaml . | nindent 4 }}
{{- end }}`,
    pod: `tolerations:
  {{- toYaml .Values.controller.tolerations | nindent 8 }}
topologySpreadConstraints:
  {{- toYaml .Values.controller.topologySpreadConstraints | nindent 8 }}`,
    container: `ports:
  - name: http
    containerPort: 80
    {{- if .Values.controller.hostPort.enabled }}
    hostPort: 80
    {{- end }}
  - name: https
    containerPort: 443
    {{- if .Values.controller.hostPort.enabled }}
    hostPort: 443
    {{- end }}
  - name: metrics
    containerPort: {{ .Values.controller.metrics.port }}
resources:
  {{- toYaml .Values.controller.resources | nindent 12 }}`,
  });

const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: ${FULL_NAME}
  namespace: {{ .Release.Namespace }}
  annotations:
    {{- toYaml .Values.controller.service.annotations | nindent 4 }}
spec:
  type: {{ .Values.controller.service.type }}
  ports:
    {{- range $name, $port := dict "http" 80 "https" 443 }}
    - name: {{ $name }}
      port: {{ $port }}
      targetPort: {{ $name }}
      {{- with index $.Values.controller.service.nodePorts $name }}
      nodePort: {{ . }}
      {{- end }}
    {{- end }}
  selector:
    app.kubernetes.io/name: ingress-nginx
    app.kubernetes.io/instance: {{ .Release.Name }}
    app.kubernetes.io/component: controller
`;

const INGRESS_CLASS = `apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: {{ .Values.controller.ingressClassResource.name }}
  {{- if .Values.controller.ingressClassResource.default }}
  annotations:
    ingressclass.kubernetes.io/is-default-class: "true"
  {{- end }}
spec:
  controller: k8s.io/ingress-nginx
`;

const BUDGET = `{{- if and (eq .Values.controller.kind "Deployment") (gt (int .Values.controller.replicaCount) 1) }}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: ${FULL_NAME}
  namespace: {{ .Release.Namespace }}
spec:
  minAvailable: {{ .Values.controller.minAvailable }}
  selector:
    matchLabels:
      app.kubernetes.io/name: ingress-nginx
      app.kubernetes.io/instance: {{ .Release.Name }}
      app.kubernetes.io/component: controller
{{- end }}
`;

/** Requests from outside. Without the real chart's admission webhook: nothing answers behind a stand-in. */
export const INGRESS_NGINX: ChartSource = {
  name: "ingress-nginx",
  description: "Stand-in for ingress-nginx",
  publisher: "https://kubernetes.github.io/ingress-nginx",
  kubeVersion: ">=1.21.0-0",
  lines: ["4.15"],
  values: VALUES,
  templates: {
    "controller-deployment.yaml": pods("Deployment"),
    "controller-daemonset.yaml": pods("DaemonSet"),
    "controller-service.yaml": SERVICE,
    "controller-service-metrics.yaml": service({
      name: `${FULL_NAME}-metrics`,
      labels: LABELS,
      ports: [{ name: "metrics", port: "{{ .Values.controller.metrics.port }}" }],
      when: ".Values.controller.metrics.enabled",
    }),
    "controller-ingressclass.yaml": INGRESS_CLASS,
    "controller-poddisruptionbudget.yaml": BUDGET,
  },
};
