import { ARGO_CD_HERE, argoCdUrl } from "../addons/argo-cd-resources";
import { valueAt } from "../addons/layers";
import type { Plan, PlannedRelease } from "../plan";
import type { GitopsFile, Manifest } from "./manifest";
import { chartSource, resourceManifest } from "./manifest";

type Around = Pick<Plan, "addons">;

/** Folder for them where it is not plain which application holds others: none of this cluster, or one of several. */
const FOLDER = "applications";

/** An Application of the chart; custom resources beside it come after it, and wait for their kinds. */
export function argoCdFiles(release: PlannedRelease, { addons: { argoCd } }: Around): GitopsFile[] {
  if (!argoCd) return [];
  const roots = argoCd.resources.filter(
    ({ kind, spec }) => kind === "Application" && valueAt(spec, "destination.name") === ARGO_CD_HERE,
  );
  const folder = roots.length === 1 ? String(valueAt(roots[0]?.spec, "source.path")).replace(/^\.\//, "") : FOLDER;
  const manifests = [application(release, argoCd.namespace), ...release.resources.map(later)];
  return [{ path: `${folder}/${release.name}.yaml`, manifests }];
}

/** Without a finalizer: whoever deletes it keeps what it manages. Nothing is pruned, for what Helm made may be no part of it. */
function application(release: PlannedRelease, namespace: string): Manifest {
  const { name, version, values } = release;
  const { url, name: chart } = chartSource(release);
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name, namespace },
    spec: {
      project: "default",
      source: { repoURL: argoCdUrl(url), chart, targetRevision: version, helm: { releaseName: name, valuesObject: values } },
      destination: { name: ARGO_CD_HERE, namespace: release.namespace },
      syncPolicy: {
        automated: { prune: false, selfHeal: true },
        // Definitions may be too large for the annotation that it would keep them in otherwise.
        syncOptions: ["ServerSideApply=true"],
      },
    },
  };
}

function later(resource: PlannedRelease["resources"][number]): Manifest {
  const manifest = resourceManifest(resource);
  const annotations = {
    "argocd.argoproj.io/sync-wave": "1",
    "argocd.argoproj.io/sync-options": "SkipDryRunOnMissingResource=true",
  };
  return { ...manifest, metadata: { ...manifest.metadata, annotations } };
}
