/** A kind of objects that a chart brings along. */
export interface Definition {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly scope?: "Namespaced" | "Cluster";
  /** Versions that are served, the stored one first. */
  readonly versions: readonly string[];
}

/** Texts for the folder `crds` of a chart, which holds no templates, by name of the file: any object of the kind will do. */
export function definitionFiles(definitions: readonly Definition[]): Readonly<Record<string, string>> {
  return Object.fromEntries(definitions.map((each) => [`${each.group}_${each.plural}.yaml`, definition(each)]));
}

function definition({ group, kind, plural, scope = "Namespaced", versions }: Definition): string {
  const served = versions.map(
    (name, index) => `    - name: ${name}
      served: true
      storage: ${index === 0}
      subresources:
        status: {}
      schema:
        openAPIV3Schema:
          type: object
          x-kubernetes-preserve-unknown-fields: true
`,
  );
  return `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: ${plural}.${group}
spec:
  group: ${group}
  names:
    kind: ${kind}
    listKind: ${kind}List
    plural: ${plural}
    singular: ${kind.toLowerCase()}
  scope: ${scope}
  versions:
${served.join("")}`;
}
