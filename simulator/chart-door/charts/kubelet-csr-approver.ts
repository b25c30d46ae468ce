import type { ChartSource } from "./chart-source";
import { workload } from "./chart-source";
import { service } from "./objects";

const FULL_NAME = '{{ include "fullname" . }}';

const VALUES = `providerRegex: ""
providerIpPrefixes: []
bypassDnsResolution: false
skipDenyStep: false
leaderElection: true
replicas: 2
metrics:
  port: 8080
resources:
  requests:
    cpu: 100m
    memory: 64Mi
tolerations:
  - effect: NoSchedule
    key: node-role.kubernetes.io/control-plane
    operator: Equal
affinity: {}
`;

const LABELS = { "app.kubernetes.io/name": "kubelet-csr-approver", "app.kubernetes.io/instance": "{{ .Release.Name }}" };

/** Approval of kubelets' certificates. */
export const KUBELET_CSR_APPROVER: ChartSource = {
  name: "kubelet-csr-approver",
  description: "Stand-in for kubelet-csr-approver",
  publisher: "https://postfinance.github.io/kubelet-csr-approver",
  lines: ["1.2"],
  values: VALUES,
  templates: {
    "deployment.yaml": workload({
      kind: "Deployment",
      name: FULL_NAME,
      labels: LABELS,
      image: "ghcr.io/postfinance/kubelet-csr-approver:v{{ .Chart.Version }}",
      replicas: "{{ .Values.replicas }}",
      pod: `tolerations:
  {{- toYaml .Values.tolerations | nindent 8 }}
affinity:
  {{- toYaml .Values.affinity | nindent 8 }}`,
      container: `args:
  - -metrics-bind-address
  - ":{{ .Values.metrics.port }}"
  {{- if .Values.leaderElection }}
  - -leader-election
  {{- end }}
env:
  - name: PROVIDER_REGEX
    value: {{ .Values.providerRegex | quote }}
  - name: PROVIDER_IP_PREFIXES
    value: {{ join "," .Values.providerIpPrefixes | quote }}
  - name: BYPASS_DNS_RESOLUTION
    value: {{ .Values.bypassDnsResolution | quote }}
  - name: SKIP_DENY_STEP
    value: {{ .Values.skipDenyStep | quote }}
ports:
  - name: metrics
    containerPort: {{ .Values.metrics.port }}
resources:
  {{- toYaml .Values.resources | nindent 12 }}`,
    }),
    "service.yaml": service({
      name: FULL_NAME,
      labels: LABELS,
      ports: [{ name: "metrics", port: "{{ .Values.metrics.port }}" }],
    }),
  },
};
