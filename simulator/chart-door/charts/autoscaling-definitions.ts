import { annotatedTemplate, definition, definitionsTemplate } from "./definition";
import type { Definition } from "./definition";

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

/** Among KEDA's templates, so that they go with the release unless annotations among its values say otherwise. */
export const KEDA_DEFINITIONS = annotatedTemplate(definitions(KEDA), "crds.additionalAnnotations");
/** In the real chart in the folder `crds` and among its templates. */
export const VPA_DEFINITIONS = definitionsTemplate(definitions(VPA));

function definitions(groups: readonly Group[]): Definition[] {
  return groups.flatMap(({ group, version, kinds, global = [] }) =>
    kinds.map((kind) =>
      definition({
        group,
        kind,
        scope: global.includes(kind) ? "Cluster" : "Namespaced",
        versions: [version],
        // Kubernetes keeps its own groups to those whose API was reviewed.
        ...(group.endsWith(".k8s.io") ? { approved: "unapproved" } : {}),
      }),
    ),
  );
}
