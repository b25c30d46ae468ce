import type { ChartSource } from "./chart-source";
import { workload } from "./chart-source";
import { definition } from "./definition";
import { service } from "./objects";

const FULL_NAME = '{{ include "fullname" . }}';

const VALUES = `provider:
  name: aws
env: []
sources: [service, ingress]
policy: upsert-only
registry: txt
txtOwnerId: null
domainFilters: []
extraArgs: {}
service:
  port: 7979
resources: {}
tolerations: []
`;

const LABELS = { "app.kubernetes.io/name": "external-dns", "app.kubernetes.io/instance": "{{ .Release.Name }}" };

/** Names in DNS. */
export const EXTERNAL_DNS: ChartSource = {
  name: "external-dns",
  description: "Stand-in for external-dns",
  publisher: "https://kubernetes-sigs.github.io/external-dns",
  lines: ["1.21"],
  values: VALUES,
  definitions: [
    definition({
      group: "externaldns.k8s.io",
      kind: "DNSEndpoint",
      scope: "Namespaced",
      versions: ["v1alpha1"],
      approved: "https://github.com/kubernetes-sigs/external-dns/pull/2007",
    }),
  ],
  templates: {
    "deployment.yaml": workload({
      kind: "Deployment",
      name: FULL_NAME,
      labels: LABELS,
      image: "registry.k8s.io/external-dns/external-dns:v{{ .Chart.AppVersion }}",
      replicas: "1",
      spec: `strategy:
  type: Recreate`,
      pod: `tolerations:
  {{- toYaml .Values.tolerations | nindent 8 }}`,
      container: `env:
  {{- toYaml .Values.env | nindent 12 }}
args:
  - --policy={{ .Values.policy }}
  - --registry={{ .Values.registry }}
  {{- with .Values.txtOwnerId }}
  - --txt-owner-id={{ . }}
  {{- end }}
  {{- range .Values.sources }}
  - --source={{ . }}
  {{- end }}
  {{- range .Values.domainFilters }}
  - --domain-filter={{ . }}
  {{- end }}
  - --provider={{ .Values.provider.name }}
ports:
  - name: http
    containerPort: 7979
resources:
  {{- toYaml .Values.resources | nindent 12 }}`,
    }),
    "service.yaml": service({ name: FULL_NAME, labels: LABELS, ports: [{ name: "http", port: "{{ .Values.service.port }}" }] }),
  },
};
