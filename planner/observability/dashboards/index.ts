import type { Exporter } from "../rule";
import { APPLICATIONS, CAPACITY } from "./applications";
import { KUBERNETES, TALOS } from "./cluster";
import { dashboardJson } from "./dashboard";
import type { Dashboard } from "./dashboard";
import { HOSTS, LONGHORN, TRAEFIK } from "./platform";

/** All dashboards, in order of uid. */
export const DASHBOARDS: readonly Dashboard[] = [APPLICATIONS, CAPACITY, HOSTS, KUBERNETES, LONGHORN, TALOS, TRAEFIK];

/** Those that have something to show, as texts of JSON by uid. */
export function dashboardsFor(exporters: ReadonlySet<Exporter>): { readonly name: string; readonly json: string }[] {
  return DASHBOARDS.flatMap((dashboard) => {
    const json = dashboardJson(dashboard, exporters);
    return json ? [{ name: dashboard.uid, json: JSON.stringify(json) }] : [];
  });
}
