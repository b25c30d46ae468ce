import type { PlannedRelease } from "../plan";

/** A manifest of Kubernetes. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: object;
  readonly spec: object;
}

/** A file for the GitOps repository. */
export interface GitopsFile {
  /** Path in the repository. */
  readonly path: string;
  readonly manifests: readonly Manifest[];
}

/** A custom resource of an add-on as a manifest: what is known of its origin stays here. */
export function resourceManifest({ apiVersion, kind, metadata, spec }: PlannedRelease["resources"][number]): Manifest {
  return { apiVersion, kind, metadata, spec };
}

/** A chart as who fetches it by itself wants it: the repository's URL, and the chart's name in it. */
export function chartSource({ chart, repository }: PlannedRelease): { readonly url: string; readonly name: string } {
  if (repository !== undefined) return { url: repository, name: chart };
  const slash = chart.lastIndexOf("/");
  return { url: chart.slice(0, slash), name: chart.slice(slash + 1) };
}
