import { CERT_MANAGER_DEFINITIONS } from "./cert-manager-definitions";
import type { ChartSource } from "./chart-source";
import { workload } from "./chart-source";
import { definitionsTemplate } from "./definition";
import { budget, service } from "./objects";

const FULL_NAME = '{{ include "fullname" . }}';

const PART = `replicaCount: 1
resources: {}
tolerations: []
topologySpreadConstraints: []
podDisruptionBudget:
  enabled: false
`;

const VALUES = `crds:
  enabled: false
  keep: true
${PART}webhook:
${indented(PART)}cainjector:
${indented(PART)}`;

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}

const labels = (name: string, component: string): Readonly<Record<string, string>> => ({
  "app.kubernetes.io/name": name,
  "app.kubernetes.io/instance": "{{ .Release.Name }}",
  "app.kubernetes.io/component": component,
});

const CONTROLLER = labels("cert-manager", "controller");
const WEBHOOK = labels("webhook", "webhook");
const CAINJECTOR = labels("cainjector", "cainjector");

/** One of its three programs, whose values are at a path. */
const part = (name: string, found: Readonly<Record<string, string>>, at: string): string =>
  workload({
    kind: "Deployment",
    name,
    labels: found,
    image: `quay.io/jetstack/${name.includes("-webhook") ? "cert-manager-webhook" : "cert-manager-controller"}:{{ .Chart.AppVersion }}`,
    replicas: `{{ .Values.${at}replicaCount }}`,
    pod: `tolerations:
  {{- toYaml .Values.${at}tolerations | nindent 8 }}
topologySpreadConstraints:
  {{- toYaml .Values.${at}topologySpreadConstraints | nindent 8 }}`,
    container: `resources:
  {{- toYaml .Values.${at}resources | nindent 12 }}`,
  });

/** Certificates. Without the real chart's webhooks: nothing answers behind a stand-in. */
export const CERT_MANAGER: ChartSource = {
  name: "cert-manager",
  description: "Stand-in for cert-manager",
  publisher: "oci://quay.io/jetstack/charts",
  kubeVersion: ">= 1.22.0-0",
  lines: ["v1.21"],
  values: VALUES,
  templates: {
    // Kept when the release goes, as the real chart has it.
    "crds.yaml": `{{- if .Values.crds.enabled }}\n${definitionsTemplate(CERT_MANAGER_DEFINITIONS).replaceAll(
      /^metadata:\n/gm,
      (line) => `${line}  {{- if .Values.crds.keep }}\n  annotations:\n    helm.sh/resource-policy: keep\n  {{- end }}\n`,
    )}{{- end }}\n`,
    "deployment.yaml": part(FULL_NAME, CONTROLLER, ""),
    "webhook-deployment.yaml": part(`${FULL_NAME}-webhook`, WEBHOOK, "webhook."),
    "cainjector-deployment.yaml": part(`${FULL_NAME}-cainjector`, CAINJECTOR, "cainjector."),
    "service.yaml": service({
      name: FULL_NAME,
      labels: CONTROLLER,
      ports: [{ name: "http-metrics", port: "9402", targetPort: "9402" }],
    }),
    "webhook-service.yaml": service({
      name: `${FULL_NAME}-webhook`,
      labels: WEBHOOK,
      ports: [{ name: "https", port: "443", targetPort: "10250" }],
    }),
    "poddisruptionbudget.yaml": budget("podDisruptionBudget", FULL_NAME, CONTROLLER),
    "webhook-poddisruptionbudget.yaml": budget("webhook.podDisruptionBudget", `${FULL_NAME}-webhook`, WEBHOOK),
    "cainjector-poddisruptionbudget.yaml": budget("cainjector.podDisruptionBudget", `${FULL_NAME}-cainjector`, CAINJECTOR),
  },
};
