import { stringify } from "yaml";
import { ANYTHING } from "./schema";
import type { Schema } from "./schema";

/** A kind of custom resources, as its definition says it. */
export interface DefinitionSource {
  readonly group: string;
  readonly kind: string;
  /** Name in the API. @default the kind's in lower case with an s */
  readonly plural?: string;
  readonly scope: "Cluster" | "Namespaced";
  /** The first is the one that is stored. */
  readonly versions: readonly string[];
  /** Where the kind was approved, which the API asks of groups under k8s.io: a URL, or `unapproved`. */
  readonly approved?: string;
  /** What its objects have besides `metadata`, by field. @default whatever they like */
  readonly fields?: Readonly<Record<string, Schema>>;
}

/** A CustomResourceDefinition. */
export interface Definition {
  readonly apiVersion: "apiextensions.k8s.io/v1";
  readonly kind: "CustomResourceDefinition";
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: object;
}

/** The definition of a kind: fields that it does not name are refused, or dropped, as by the real one. */
export function definition({ group, kind, plural, scope, versions, approved, fields }: DefinitionSource): Definition {
  const singular = kind.toLowerCase();
  const names = { kind, listKind: `${kind}List`, plural: plural ?? `${singular}s`, singular };
  const head = { apiVersion: { type: "string" }, kind: { type: "string" }, metadata: { type: "object" } };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: `${names.plural}.${group}`,
      ...(approved === undefined ? {} : { annotations: { "api-approved.kubernetes.io": approved } }),
    },
    spec: {
      group,
      names,
      scope,
      versions: versions.map((name, index) => ({
        name,
        served: true,
        storage: index === 0,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: fields ? { type: "object", properties: { ...head, ...fields, status: ANYTHING } } : ANYTHING,
        },
      })),
    },
  };
}

/** A template of definitions among a chart's others, so that they go with the release. */
export function definitionsTemplate(definitions: readonly Definition[]): string {
  const labels = '  labels:\n    {{- include "labels" . | nindent 4 }}\n';
  return definitions.map((each) => written(each).replace(/^metadata:\n/m, (line) => `${line}${labels}`)).join("---\n");
}

/** The same for definitions that Helm keeps when the release goes. */
export function keptTemplate(definitions: readonly Definition[]): string {
  return definitionsTemplate(definitions).replaceAll(
    /^metadata:\n/gm,
    (line) => `${line}  annotations:\n    helm.sh/resource-policy: keep\n`,
  );
}

/** The same with annotations that a value says, for instance `crds.additionalAnnotations`. */
export function annotatedTemplate(definitions: readonly Definition[], value: string): string {
  return definitionsTemplate(definitions).replaceAll(
    /^metadata:\n/gm,
    (line) => `${line}  {{- with .Values.${value} }}\n  annotations:\n    {{- toYaml . | nindent 4 }}\n  {{- end }}\n`,
  );
}

/** The text of a definition. */
export function written(each: Definition): string {
  return stringify(each, { aliasDuplicateObjects: false });
}
