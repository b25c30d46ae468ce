import type { Definition } from "./definition";

/** A stand-in for a published chart: the names and values of the real one, none of its programs. */
export interface ChartSource {
  readonly name: string;
  readonly description: string;
  /** Where the real one is published: the folder of an index or of a registry. */
  readonly publisher: `${"https" | "oci"}://${string}`;
  /** Kubernetes the real one asks for. */
  readonly kubeVersion?: string;
  /** First number or two of the versions that are listed; every other is served to whoever knows it. */
  readonly lines: readonly string[];
  /** Releases of each line of two numbers that are listed. @default 20 */
  readonly patches?: number;
  /** Definitions in the folder `crds`, which Helm makes first and never deletes. @default none */
  readonly definitions?: readonly Definition[];
  /** Text of `values.yaml`. */
  readonly values: string;
  /** Texts by name of the file in `templates`. */
  readonly templates: Readonly<Record<string, string>>;
}

/** Templates every stand-in has: names and labels as Helm's own starter chart makes them, and a record of the values it was given. */
export const COMMON_TEMPLATES = {
  "_helpers.tpl": `{{- define "fullname" -}}
{{- contains .Chart.Name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name .Chart.Name) -}}
{{- end -}}
{{- define "labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version | replace "+" "_" }}
{{- end -}}
`,
  "recorded-values.yaml": `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-recorded-values
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "labels" . | nindent 4 }}
data:
  values.yaml: |
    {{- .Values | toYaml | nindent 4 }}
`,
} as const;

/** What differs between the workloads of the stand-ins; texts may hold template actions. */
export interface WorkloadTemplate {
  readonly kind: "DaemonSet" | "Deployment" | "StatefulSet";
  readonly name: string;
  /** Labels its pods are found by. */
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  /** Number of pods where the machines do not decide it. */
  readonly replicas?: string;
  /** Condition under which it is there. @default always */
  readonly when?: string;
  /** Further fields of the workload, its pods and their only container. */
  readonly spec?: string;
  readonly pod?: string;
  readonly container?: string;
}

/** The template of a workload. */
export function workload({ kind, name, labels, image, replicas, when, spec, pod, container }: WorkloadTemplate): string {
  const found = Object.entries(labels).map(([key, value]) => `${key}: ${value}`);
  const lines = [
    "apiVersion: apps/v1",
    `kind: ${kind}`,
    "metadata:",
    `  name: ${name}`,
    "  namespace: {{ .Release.Namespace }}",
    "  labels:",
    '    {{- include "labels" . | nindent 4 }}',
    "spec:",
    ...(replicas === undefined ? [] : [`  replicas: ${replicas}`]),
    ...(kind === "StatefulSet" ? [`  serviceName: ${name}`] : []),
    "  selector:",
    "    matchLabels:",
    ...found.map((line) => `      ${line}`),
    ...indented(spec, 2),
    "  template:",
    "    metadata:",
    "      labels:",
    ...found.map((line) => `        ${line}`),
    "    spec:",
    ...indented(pod, 6),
    "      containers:",
    `        - name: ${Object.values(labels)[0] ?? kind}`,
    `          image: ${image}`,
    ...indented(container, 10),
  ];
  const text = `${lines.join("\n")}\n`;
  return when === undefined ? text : `{{- if ${when} }}\n${text}{{- end }}\n`;
}

function indented(text: string | undefined, columns: number): string[] {
  return (text ?? "").split("\n").flatMap((line) => (line.trim() === "" ? [] : [`${" ".repeat(columns)}${line}`]));
}
