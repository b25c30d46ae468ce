import type { ChartSource } from "./chart-source";
import { workload } from "./chart-source";
import { keptTemplate } from "./definition";
import { FLUX_DEFINITIONS } from "./flux-definitions";
import { service } from "./objects";

const FULL_NAME = '{{ include "fullname" . }}';
const LABELS = { "app.kubernetes.io/name": "flux-operator", "app.kubernetes.io/instance": "{{ .Release.Name }}" };

/** Flux's operator. Without the real chart's roles: nothing asks behind a stand-in. */
export const FLUX_OPERATOR: ChartSource = {
  name: "flux-operator",
  description: "Stand-in for the Flux operator",
  publisher: "oci://ghcr.io/controlplaneio-fluxcd/charts",
  kubeVersion: ">=1.22.0-0",
  lines: ["0.49"],
  values: `installCRDs: true
multitenancy:
  enabled: false
  defaultServiceAccount: flux-operator
web:
  enabled: true
resources:
  limits:
    cpu: 2000m
    memory: 1Gi
  requests:
    cpu: 100m
    memory: 64Mi
`,
  templates: {
    "crds.yaml": `{{- if .Values.installCRDs }}\n${keptTemplate(FLUX_DEFINITIONS)}{{- end }}\n`,
    "deployment.yaml": workload({
      kind: "Deployment",
      name: FULL_NAME,
      labels: LABELS,
      image: "ghcr.io/controlplaneio-fluxcd/flux-operator:v{{ .Chart.AppVersion }}",
      replicas: "1",
      container: `args:
  - --log-level=info
  {{- if .Values.multitenancy.enabled }}
  - --default-service-account={{ .Values.multitenancy.defaultServiceAccount }}
  {{- end }}
env:
  - name: WEB_SERVER_PORT
    value: {{ ternary "9080" "0" .Values.web.enabled | quote }}
resources:
  {{- toYaml .Values.resources | nindent 12 }}`,
    }),
    "service.yaml": service({ name: FULL_NAME, labels: LABELS, ports: [{ name: "http", port: "8080", targetPort: "8080" }] }),
  },
};
