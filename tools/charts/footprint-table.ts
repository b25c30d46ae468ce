import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AddonFootprint } from "../../planner/addons/footprint";
import { ALL_ADDONS } from "../../planner/addons/registry";
import type { AddonKey } from "../../planner/plan";
import { footprintOf } from "./footprint";
import type { Helm } from "./helm";
import { objectsIn } from "./helm";
import { yamlIn } from "./known-keys";
import { releaseIn } from "./planned-releases";
import { WHOLE } from "./settings";
import type { ChartSources } from "./sources";
import { metadataOf } from "./sources";
import { isMap } from "./values";
import type { Values } from "./values";

/** Where the table is. */
export const TABLE = join(__dirname, "..", "..", "planner", "addons", "footprint.json");

/** Footprints of all add-ons, by key. */
export type FootprintTable = Partial<Record<AddonKey, AddonFootprint>>;

/** The table as it is committed. */
export function committedTable(): FootprintTable {
  return existsSync(TABLE) ? (JSON.parse(readFileSync(TABLE, "utf8")) as FootprintTable) : {};
}

/** Writes the table as the formatter wants it. */
export function writeTable(table: FootprintTable): void {
  writeFileSync(TABLE, `${JSON.stringify(table, null, 2)}\n`);
}

/** The table as the charts would have it; what a chart is missing for stays as it is committed. */
export function freshTable(sources: ChartSources, helm: Helm, onAddon: (key: string) => void): FootprintTable {
  const before = committedTable();
  const rows = ALL_ADDONS.map(({ key }): [AddonKey, AddonFootprint | undefined] => {
    onAddon(key);
    const others = { kubePrometheusStack: {}, loki: {}, metricsServer: {}, traefik: WHOLE.traefik };
    const [homelab, prod] = ["homelab", "prod"].map((each) => releaseIn(each, key, WHOLE[key] ?? {}, others));
    const found = homelab && sources.find(homelab);
    if (!homelab || !prod || !found || "missing" in found) return [key, before[key]];
    const values = merged(homelab.values, prod.values);
    const footprint = footprintOf(values, defaultsOf(found.folder), (each) => {
      const rendering = helm.render(found.folder, prod, each);
      if (rendering.refused !== undefined) return undefined;
      return objectsIn(rendering.text);
    });
    return [key, { version: prod.version, ...footprint }];
  });
  return Object.fromEntries(rows.filter(([, footprint]) => footprint !== undefined));
}

/** A chart's own values, with those of the charts it depends on. */
function defaultsOf(folder: string): Values {
  const own = (yamlIn(join(folder, "values.yaml")) ?? {}) as Values;
  const dependencies = (metadataOf(folder).dependencies ?? []).filter(({ name }) => existsSync(join(folder, "charts", name)));
  return dependencies.reduce((values, { name, alias = name }) => {
    const theirs = { [alias]: defaultsOf(join(folder, "charts", name)) };
    return merged(theirs, values);
  }, own);
}

function merged(one: Values, other: Values): Values {
  return Object.entries(other).reduce<Values>((all, [key, value]) => {
    const there = all[key];
    return { ...all, [key]: isMap(there) && isMap(value) ? merged(there, value) : value };
  }, one);
}
