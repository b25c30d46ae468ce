/** Kinds by group and version, as the real charts define them; the names in the API are their own in lower case with an s. */
interface Group {
  readonly group: string;
  readonly version: string;
  readonly kinds: readonly string[];
  /** Those that are in no namespace. */
  readonly global?: readonly string[];
}

/** KEDA 2.20.2. */
const KEDA: readonly Group[] = [
  {
    group: "keda.sh",
    version: "v1alpha1",
    kinds: ["ClusterTriggerAuthentication", "ScaledJob", "ScaledObject", "TriggerAuthentication"],
    global: ["ClusterTriggerAuthentication"],
  },
  {
    group: "eventing.keda.sh",
    version: "v1alpha1",
    kinds: ["CloudEventSource", "ClusterCloudEventSource"],
    global: ["ClusterCloudEventSource"],
  },
];

/** Vertical Pod Autoscaler 1.7.1. */
const VPA: readonly Group[] = [
  { group: "autoscaling.k8s.io", version: "v1", kinds: ["VerticalPodAutoscaler", "VerticalPodAutoscalerCheckpoint"] },
];

/** Among KEDA's templates, so that they go with the release. */
export const KEDA_DEFINITIONS = definitions(KEDA);
/** In the real chart in the folder `crds` and among its templates. */
export const VPA_DEFINITIONS = definitions(VPA);

function definitions(groups: readonly Group[]): string {
  return groups.flatMap((group) => group.kinds.map((kind) => definition(group, kind))).join("---\n");
}

function definition({ group, version, global = [] }: Group, kind: string): string {
  const singular = kind.toLowerCase();
  // Kubernetes keeps its own groups to those whose API was reviewed.
  const reviewed = group.endsWith(".k8s.io") ? "  annotations:\n    api-approved.kubernetes.io: unapproved\n" : "";
  return `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: ${singular}s.${group}
${reviewed}  labels:
    {{- include "labels" . | nindent 4 }}
spec:
  group: ${group}
  names:
    kind: ${kind}
    listKind: ${kind}List
    plural: ${singular}s
    singular: ${singular}
  scope: ${global.includes(kind) ? "Cluster" : "Namespaced"}
  versions:
    - name: ${version}
      served: true
      storage: true
      subresources:
        status: {}
      schema:
        openAPIV3Schema:
          type: object
          x-kubernetes-preserve-unknown-fields: true
`;
}
