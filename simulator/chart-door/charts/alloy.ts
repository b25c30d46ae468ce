import type { ChartSource } from "./chart-source";
import { workload } from "./chart-source";

const VALUES = `alloy:
  configMap:
    content: ""
  mounts:
    varlog: false
    extra: []
  extraPorts: []
  listenPort: 12345
  securityContext: {}
controller:
  type: daemonset
  volumes:
    extra: []
  tolerations: []
service:
  internalTrafficPolicy: Cluster
`;

const FULL_NAME = '{{ include "fullname" . }}';

// As the real one does, it takes the text for a template.
const CONFIG = `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${FULL_NAME}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "labels" . | nindent 4 }}
data:
  config.alloy: |-
    {{- tpl .Values.alloy.configMap.content . | nindent 4 }}
`;

const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: ${FULL_NAME}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "labels" . | nindent 4 }}
spec:
  internalTrafficPolicy: {{ .Values.service.internalTrafficPolicy }}
  selector:
    app.kubernetes.io/name: alloy
    app.kubernetes.io/instance: {{ .Release.Name }}
  ports:
    - name: http-metrics
      port: {{ .Values.alloy.listenPort }}
    {{- range .Values.alloy.extraPorts }}
    - name: {{ .name }}
      port: {{ .port }}
      targetPort: {{ .targetPort }}
      protocol: {{ .protocol }}
    {{- end }}
`;

const COLLECTOR = workload({
  kind: "DaemonSet",
  name: FULL_NAME,
  labels: { "app.kubernetes.io/name": "alloy", "app.kubernetes.io/instance": "{{ .Release.Name }}" },
  image: "docker.io/grafana/alloy:{{ .Chart.AppVersion }}",
  pod: `tolerations:
  {{- toYaml .Values.controller.tolerations | nindent 8 }}
volumes:
  - name: config
    configMap:
      name: ${FULL_NAME}
  {{- if .Values.alloy.mounts.varlog }}
  - name: varlog
    hostPath:
      path: /var/log
  {{- end }}
  {{- with .Values.controller.volumes.extra }}
  {{- toYaml . | nindent 8 }}
  {{- end }}`,
  container: `securityContext:
  {{- toYaml .Values.alloy.securityContext | nindent 12 }}
volumeMounts:
  - name: config
    mountPath: /etc/alloy
  {{- if .Values.alloy.mounts.varlog }}
  - name: varlog
    mountPath: /var/log
    readOnly: true
  {{- end }}
  {{- with .Values.alloy.mounts.extra }}
  {{- toYaml . | nindent 12 }}
  {{- end }}`,
});

/** The collector of logs, traces and metrics. */
export const ALLOY: ChartSource = {
  name: "alloy",
  description: "Stand-in for Grafana Alloy",
  publisher: "https://grafana.github.io/helm-charts",
  lines: ["1"],
  values: VALUES,
  templates: { "configmap.yaml": CONFIG, "service.yaml": SERVICE, "daemonset.yaml": COLLECTOR },
};
