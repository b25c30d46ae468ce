import type { ChartSource } from "./chart-source";
import { workload } from "./chart-source";
import { budget, service } from "./objects";

const FULL_NAME = '{{ include "fullname" . }}';

const VALUES = `replicas: 1
containerPort: 10250
args: []
podDisruptionBudget:
  enabled: false
resources:
  requests:
    cpu: 100m
    memory: 200Mi
tolerations: []
topologySpreadConstraints: []
service:
  port: 443
`;

const LABELS = { "app.kubernetes.io/name": "metrics-server", "app.kubernetes.io/instance": "{{ .Release.Name }}" };

/**
 * Current use of processors and memory. Without the real chart's APIService: nothing answers behind a stand-in, and an API group that
 * does not answer keeps namespaces from being deleted.
 */
export const METRICS_SERVER: ChartSource = {
  name: "metrics-server",
  description: "Stand-in for metrics-server",
  publisher: "https://kubernetes-sigs.github.io/metrics-server",
  lines: ["3"],
  values: VALUES,
  templates: {
    "deployment.yaml": workload({
      kind: "Deployment",
      name: FULL_NAME,
      labels: LABELS,
      image: "registry.k8s.io/metrics-server/metrics-server:v{{ .Chart.AppVersion }}",
      replicas: "{{ .Values.replicas }}",
      pod: `priorityClassName: system-cluster-critical
tolerations:
  {{- toYaml .Values.tolerations | nindent 8 }}
topologySpreadConstraints:
  {{- toYaml .Values.topologySpreadConstraints | nindent 8 }}`,
      container: `args:
  - --secure-port={{ .Values.containerPort }}
  {{- range .Values.args }}
  - {{ . }}
  {{- end }}
ports:
  - name: https
    containerPort: {{ .Values.containerPort }}
resources:
  {{- toYaml .Values.resources | nindent 12 }}`,
    }),
    "service.yaml": service({ name: FULL_NAME, labels: LABELS, ports: [{ name: "https", port: "{{ .Values.service.port }}" }] }),
    "pdb.yaml": budget("podDisruptionBudget", FULL_NAME, LABELS),
  },
};
