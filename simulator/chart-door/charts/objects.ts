/** Objects beside the workloads of the stand-ins; texts may hold template actions. */

/** Labels that pods are found by, in the order they are written. */
type Labels = Readonly<Record<string, string>>;

/** What differs between their Services. */
export interface ServiceTemplate {
  readonly name: string;
  /** Labels of its pods. */
  readonly labels: Labels;
  /** Port of the Service and of the pods by name, `targetPort` the same name where it is none. */
  readonly ports: readonly { readonly name: string; readonly port: string; readonly targetPort?: string }[];
  /** @default ClusterIP */
  readonly type?: string;
  /** Condition under which it is there. @default always */
  readonly when?: string;
}

/** The template of a Service. */
export function service({ name, labels, ports, type = "ClusterIP", when }: ServiceTemplate): string {
  return conditional(when, [
    ...head("v1", "Service", name),
    `  type: ${type}`,
    "  ports:",
    ...ports.flatMap(({ name: of, port, targetPort = of }) => [
      `    - name: ${of}`,
      `      port: ${port}`,
      `      targetPort: ${targetPort}`,
    ]),
    "  selector:",
    ...lines(labels, 4),
  ]);
}

/** The template of a budget for disruptions, as long as `.Values.<at>.enabled`. */
export function budget(at: string, name: string, labels: Labels): string {
  const limits = ["minAvailable", "maxUnavailable"].flatMap((limit) => [
    `  {{- with .Values.${at}.${limit} }}`,
    `  ${limit}: {{ . }}`,
    "  {{- end }}",
  ]);
  return conditional(`.Values.${at}.enabled`, [
    ...head("policy/v1", "PodDisruptionBudget", name),
    ...limits,
    "  selector:",
    "    matchLabels:",
    ...lines(labels, 6),
  ]);
}

function head(apiVersion: string, kind: string, name: string): string[] {
  return [
    `apiVersion: ${apiVersion}`,
    `kind: ${kind}`,
    "metadata:",
    `  name: ${name}`,
    "  namespace: {{ .Release.Namespace }}",
    "  labels:",
    '    {{- include "labels" . | nindent 4 }}',
    "spec:",
  ];
}

function conditional(when: string | undefined, text: readonly string[]): string {
  const whole = `${text.join("\n")}\n`;
  return when === undefined ? whole : `{{- if ${when} }}\n${whole}{{- end }}\n`;
}

function lines(labels: Labels, columns: number): string[] {
  return Object.entries(labels).map(([key, value]) => `${" ".repeat(columns)}${key}: ${value}`);
}
