import { valueAt } from "../addons/layers";
import type { Plan, PlannedRelease } from "../plan";
import type { GitopsFile, Manifest } from "./manifest";
import { chartSource, resourceManifest } from "./manifest";

type Around = Pick<Plan, "addons" | "clusterName">;

/** How often Flux looks whether a release is as it should be. */
const INTERVAL = "10m";
/** How soon it tries again where a kind is not there yet. */
const RETRY = "1m";

/** A source and a HelmRelease, and where it has custom resources a Kustomization that applies these as soon as their kinds are there. */
export function fluxFiles(release: PlannedRelease, { addons: { flux }, clusterName }: Around): GitopsFile[] {
  if (!flux) return [];
  const sync = flux.resources.find(({ kind }) => kind === "FluxInstance")?.spec;
  const around = { namespace: flux.namespace, isShared: valueAt(sync, "cluster.multitenant") === true };
  const path = String(valueAt(sync, "sync.path")).replace(/^\.\//, "");
  const { name, resources } = release;
  const file = { path: `${path}/${name}.yaml`, manifests: [source(release, around), helmRelease(release, around)] };
  if (resources.length === 0) return [file];
  // Beside the folder that Flux follows, for it would apply them at once, and nothing at all as long as a kind is missing.
  const folder = `resources/${clusterName}/${name}`;
  const later = kustomization(name, folder, { ...around, sourceKind: String(valueAt(sync, "sync.kind")) });
  return [
    { ...file, manifests: [...file.manifests, later] },
    { path: `${folder}/resources.yaml`, manifests: resources.map(resourceManifest) },
  ];
}

interface FluxAround {
  /** Of Flux itself. */
  readonly namespace: string;
  /** Whether nothing may be applied but with the rights of somebody who is named. */
  readonly isShared: boolean;
}

/**
 * Of the old kind for registries, too: of an OCIRepository, Flux appends the digest to the chart's version, and a chart that has its
 * version among its pods' labels would restart them.
 */
function source(release: PlannedRelease, { namespace }: FluxAround): Manifest {
  const { url } = chartSource(release);
  return {
    apiVersion: "source.toolkit.fluxcd.io/v1",
    kind: "HelmRepository",
    metadata: { name: release.name, namespace },
    spec: { ...(url.startsWith("oci://") ? { type: "oci" } : { interval: "1h" }), url },
  };
}

/** Name and both namespaces as they are: by these Helm finds the release that is there, and upgrades it rather than install another. */
function helmRelease(release: PlannedRelease, { namespace, isShared }: FluxAround): Manifest {
  const { name, version, values, timeoutSeconds } = release;
  return {
    apiVersion: "helm.toolkit.fluxcd.io/v2",
    kind: "HelmRelease",
    metadata: { name, namespace },
    spec: {
      interval: INTERVAL,
      timeout: `${timeoutSeconds}s`,
      releaseName: name,
      targetNamespace: release.namespace,
      storageNamespace: release.namespace,
      ...(isShared ? { serviceAccountName: "helm-controller" } : {}),
      chart: { spec: { chart: chartSource(release).name, version, sourceRef: { kind: "HelmRepository", name } } },
      values,
    },
  };
}

function kustomization(
  name: string,
  path: string,
  { namespace, isShared, sourceKind }: FluxAround & { readonly sourceKind: string },
): Manifest {
  return {
    apiVersion: "kustomize.toolkit.fluxcd.io/v1",
    kind: "Kustomization",
    metadata: { name: `${name}-resources`, namespace },
    spec: {
      interval: INTERVAL,
      retryInterval: RETRY,
      path: `./${path}`,
      // They were there before it.
      prune: false,
      ...(isShared ? { serviceAccountName: "kustomize-controller" } : {}),
      // The operator calls what it follows as its own namespace.
      sourceRef: { kind: sourceKind, name: namespace },
    },
  };
}
