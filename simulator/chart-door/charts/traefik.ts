import type { ChartSource } from "./chart-source";
import { workload } from "./chart-source";
import { definition } from "./definition";
import { budget, service } from "./objects";

const FULL_NAME = '{{ include "fullname" . }}';

const VALUES = `deployment:
  kind: Deployment
  replicas: 1
podDisruptionBudget:
  enabled: false
ingressClass:
  enabled: true
  isDefaultClass: true
updateStrategy:
  rollingUpdate:
    maxUnavailable: 0
    maxSurge: 1
ports:
  traefik:
    port: 8080
  web:
    port: 8000
    exposedPort: 80
  websecure:
    port: 8443
    exposedPort: 443
  metrics:
    port: 9100
metrics:
  prometheus:
    service:
      enabled: false
service:
  annotations: {}
  spec:
    type: LoadBalancer
resources: {}
tolerations: []
topologySpreadConstraints: []
`;

const LABELS = {
  "app.kubernetes.io/name": "traefik",
  "app.kubernetes.io/instance": "{{ .Release.Name }}-{{ .Release.Namespace }}",
};

/** Kinds of its own, those of Traefik Hub left out. */
const KINDS = [
  "IngressRoute",
  "IngressRouteTCP",
  "IngressRouteUDP",
  "Middleware",
  "MiddlewareTCP",
  "ServersTransport",
  "ServersTransportTCP",
  "TLSOption",
  "TLSStore",
  "TraefikService",
];

/** The same pods as either kind of workload. */
const pods = (kind: "Deployment" | "DaemonSet"): string =>
  workload({
    kind,
    name: FULL_NAME,
    labels: LABELS,
    image: "docker.io/traefik:v{{ .Chart.AppVersion }}",
    when: `eq .Values.deployment.kind "${kind}"`,
    ...(kind === "Deployment" ? { replicas: "{{ .Values.deployment.replicas }}" } : {}),
    spec: `${kind === "Deployment" ? "strategy" : "updateStrategy"}:
  type: RollingUpdate
  rollingUpdate:
    maxUnavailable: {{ .Values.updateStrategy.rollingUpdate.maxUnavailable }}
    maxSurge: {{ .Values.updateStrategy.rollingUpdate.maxSurge }}`,
    pod: `tolerations:
  {{- toYaml .Values.tolerations | nindent 8 }}
topologySpreadConstraints:
  {{- toYaml .Values.topologySpreadConstraints | nindent 8 }}`,
    container: `ports:
  {{- range $name, $port := .Values.ports }}
  - name: {{ $name }}
    containerPort: {{ $port.port }}
    {{- with $port.hostPort }}
    hostPort: {{ . }}
    {{- end }}
  {{- end }}
resources:
  {{- toYaml .Values.resources | nindent 12 }}`,
  });

const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: ${FULL_NAME}
  namespace: {{ .Release.Namespace }}
  annotations:
    {{- toYaml .Values.service.annotations | nindent 4 }}
spec:
  {{- toYaml .Values.service.spec | nindent 2 }}
  ports:
    {{- range $name := list "web" "websecure" }}
    {{- with index $.Values.ports $name }}
    - name: {{ $name }}
      port: {{ .exposedPort }}
      targetPort: {{ $name }}
      {{- with .nodePort }}
      nodePort: {{ . }}
      {{- end }}
    {{- end }}
    {{- end }}
  selector:
    app.kubernetes.io/name: traefik
    app.kubernetes.io/instance: {{ .Release.Name }}-{{ .Release.Namespace }}
`;

const INGRESS_CLASS = `{{- if .Values.ingressClass.enabled }}
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: ${FULL_NAME}
  annotations:
    ingressclass.kubernetes.io/is-default-class: {{ .Values.ingressClass.isDefaultClass | quote }}
spec:
  controller: traefik.io/ingress-controller
{{- end }}
`;

/** Requests from outside. */
export const TRAEFIK: ChartSource = {
  name: "traefik",
  description: "Stand-in for Traefik",
  publisher: "oci://ghcr.io/traefik/helm",
  kubeVersion: ">=1.25.0-0",
  lines: ["41"],
  values: VALUES,
  definitions: KINDS.map((kind) => definition({ group: "traefik.io", kind, scope: "Namespaced", versions: ["v1alpha1"] })),
  templates: {
    "deployment.yaml": pods("Deployment"),
    "daemonset.yaml": pods("DaemonSet"),
    "service.yaml": SERVICE,
    "service-metrics.yaml": service({
      name: `${FULL_NAME}-metrics`,
      labels: LABELS,
      ports: [{ name: "metrics", port: "{{ .Values.ports.metrics.port }}" }],
      when: ".Values.metrics.prometheus.service.enabled",
    }),
    "ingressclass.yaml": INGRESS_CLASS,
    "poddisruptionbudget.yaml": budget("podDisruptionBudget", FULL_NAME, LABELS),
  },
};
