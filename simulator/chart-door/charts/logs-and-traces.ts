import type { ChartSource } from "./chart-source";
import { workload } from "./chart-source";

const FULL_NAME = '{{ include "fullname" . }}';

/** A volume for each pod, where the values at `path` switch it on; its class is under `classKey` there. */
const claim = (path: string, classKey: string): string => `{{- with ${path} }}
{{- if .enabled }}
volumeClaimTemplates:
  - metadata:
      name: storage
    spec:
      accessModes: [ReadWriteOnce]
      {{- with .${classKey} }}
      storageClassName: {{ . }}
      {{- end }}
      resources:
        requests:
          storage: {{ .size | quote }}
{{- end }}
{{- end }}`;

const LOKI_VALUES = `deploymentMode: Monolithic
loki: {}
singleBinary:
  replicas: 0
  tolerations: []
  persistence:
    enabled: true
    size: 10Gi
    storageClass: null
`;

const TEMPO_VALUES = `replicas: 1
tempo:
  retention: 24h
persistence:
  enabled: false
  size: 10Gi
tolerations: []
`;

/** Logs, as one process. */
export const LOKI: ChartSource = {
  name: "loki",
  description: "Stand-in for Loki",
  publisher: "oci://ghcr.io/grafana-community/helm-charts",
  kubeVersion: ">=1.25.0-0",
  lines: ["18"],
  values: LOKI_VALUES,
  templates: {
    "loki.yaml": workload({
      kind: "StatefulSet",
      name: FULL_NAME,
      labels: { "app.kubernetes.io/name": "loki", "app.kubernetes.io/instance": "{{ .Release.Name }}" },
      image: "docker.io/grafana/loki:{{ .Chart.AppVersion }}",
      replicas: "{{ .Values.singleBinary.replicas }}",
      spec: claim(".Values.singleBinary.persistence", "storageClass"),
      pod: `tolerations:
  {{- toYaml .Values.singleBinary.tolerations | nindent 8 }}`,
    }),
  },
};

/** Traces, as one process. */
export const TEMPO: ChartSource = {
  name: "tempo",
  description: "Stand-in for Tempo",
  publisher: "oci://ghcr.io/grafana-community/helm-charts",
  lines: ["2"],
  values: TEMPO_VALUES,
  templates: {
    "tempo.yaml": workload({
      kind: "StatefulSet",
      name: FULL_NAME,
      labels: { "app.kubernetes.io/name": "tempo", "app.kubernetes.io/instance": "{{ .Release.Name }}" },
      image: "docker.io/grafana/tempo:{{ .Chart.AppVersion }}",
      replicas: "{{ .Values.replicas }}",
      spec: claim(".Values.persistence", "storageClassName"),
      pod: `tolerations:
  {{- toYaml .Values.tolerations | nindent 8 }}`,
    }),
  },
};
