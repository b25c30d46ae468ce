import { ARGO_CD_DEFINITIONS } from "./argo-cd-definitions";
import type { ChartSource } from "./chart-source";
import { workload } from "./chart-source";
import { keptTemplate } from "./definition";
import { budget, service } from "./objects";

const INSTANCE = { "app.kubernetes.io/instance": "{{ .Release.Name }}" };
const fullName = (name: string): string => `{{ .Values.fullnameOverride | default (include "fullname" .) }}-${name}`;
const labels = (name: string): Readonly<Record<string, string>> => ({ "app.kubernetes.io/name": `argocd-${name}`, ...INSTANCE });

const resources = (path: string): string => `resources:
  {{- toYaml ${path} | nindent 12 }}`;

interface Part {
  /** Key of its values. */
  readonly at: string;
  readonly name: string;
  readonly kind: "Deployment" | "StatefulSet";
  /** Port of its metrics. */
  readonly metrics?: string;
}

const PARTS: readonly Part[] = [
  { at: "controller", name: "application-controller", kind: "StatefulSet", metrics: "8082" },
  { at: "server", name: "server", kind: "Deployment", metrics: "8083" },
  { at: "repoServer", name: "repo-server", kind: "Deployment", metrics: "8084" },
  { at: "applicationSet", name: "applicationset-controller", kind: "Deployment" },
];

const VALUES_OF_A_PART = `  replicas: 1
  resources: {}
  topologySpreadConstraints: []
  pdb:
    enabled: false
    minAvailable: ""
    maxUnavailable: ""
  metrics:
    enabled: false
`;

function templatesOf({ at, name, kind, metrics }: Part): [string, string][] {
  const found = labels(name);
  return [
    [
      `${name}.yaml`,
      workload({
        kind,
        name: fullName(name),
        labels: found,
        image: "quay.io/argoproj/argocd:v{{ .Chart.AppVersion }}",
        replicas: `{{ .Values.${at}.replicas }}`,
        pod: `topologySpreadConstraints:
  {{- toYaml .Values.${at}.topologySpreadConstraints | nindent 8 }}`,
        container: resources(`.Values.${at}.resources`),
      }),
    ],
    [`${name}-pdb.yaml`, budget(`${at}.pdb`, fullName(name), found)],
    ...(metrics === undefined
      ? []
      : [
          [
            `${name}-metrics.yaml`,
            service({
              name: `${fullName(name)}-metrics`,
              labels: found,
              ports: [{ name: "http-metrics", port: metrics, targetPort: metrics }],
              when: `.Values.${at}.metrics.enabled`,
            }),
          ] satisfies [string, string],
        ]),
  ];
}

/** Applications as repositories have them. Its Redis is one pod, or three as those of the real chart's subchart. */
export const ARGO_CD: ChartSource = {
  name: "argo-cd",
  description: "Stand-in for Argo CD",
  publisher: "https://argoproj.github.io/argo-helm",
  kubeVersion: ">=1.25.0-0",
  lines: ["10.1"],
  values: `nameOverride: argocd
fullnameOverride: ""
crds:
  install: true
global:
  domain: argocd.example.com
configs:
  ssh:
    extraHosts: ""
${PARTS.map(({ at }) => `${at}:\n${VALUES_OF_A_PART}`).join("")}dex:
  enabled: true
notifications:
  resources: {}
redis:
  resources: {}
redis-ha:
  enabled: false
  redis:
    resources: {}
`,
  templates: {
    "crds.yaml": `{{- if .Values.crds.install }}\n${keptTemplate(ARGO_CD_DEFINITIONS)}{{- end }}\n`,
    ...Object.fromEntries(PARTS.flatMap(templatesOf)),
    "notifications.yaml": workload({
      kind: "Deployment",
      name: fullName("notifications-controller"),
      labels: labels("notifications-controller"),
      image: "quay.io/argoproj/argocd:v{{ .Chart.AppVersion }}",
      replicas: "1",
      container: resources(".Values.notifications.resources"),
    }),
    "dex.yaml": workload({
      kind: "Deployment",
      name: fullName("dex-server"),
      labels: labels("dex-server"),
      image: "ghcr.io/dexidp/dex:v2.45.1",
      replicas: "1",
      when: ".Values.dex.enabled",
    }),
    "redis.yaml": workload({
      kind: "Deployment",
      name: fullName("redis"),
      labels: labels("redis"),
      image: "ecr-public.aws.com/docker/library/redis:8",
      replicas: "1",
      container: resources(".Values.redis.resources"),
      when: 'not (index .Values "redis-ha" "enabled")',
    }),
    "redis-ha.yaml": workload({
      kind: "StatefulSet",
      name: "{{ .Release.Name }}-redis-ha-server",
      labels: { app: "redis-ha", release: "{{ .Release.Name }}" },
      image: "ecr-public.aws.com/docker/library/redis:8",
      replicas: "3",
      container: resources('(index .Values "redis-ha" "redis" "resources")'),
      when: 'index .Values "redis-ha" "enabled"',
    }),
    "configmap.yaml": `apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-ssh-known-hosts-cm
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "labels" . | nindent 4 }}
data:
  ssh_known_hosts: |
    {{- .Values.configs.ssh.extraHosts | nindent 4 }}
`,
  },
};
