import type { AddonDefinition } from "./definition";

/** What Helm gets for a release in clusters of the usual size. */
export const HELM_SECONDS = 600;

/** Where a chart is taken from, as Helm has to be told. */
export interface ChartPlace {
  /** Name in the repository, or `oci://…` with it. */
  readonly chart: string;
  /** @default none, for an `oci://` chart */
  readonly repository?: string;
}

/** The add-on's own repository, else the mirror of all charts, else the publisher's. */
export function chartPlace(
  { chart, publisher }: Pick<AddonDefinition, "chart" | "publisher">,
  own: string | undefined,
  mirror: string | undefined,
): ChartPlace {
  const repository = (own ?? mirror ?? publisher).replace(/\/$/, "");
  // A registry has no index: the chart is named along with it.
  return repository.startsWith("oci://") ? { chart: `${repository}/${chart}` } : { chart, repository };
}
