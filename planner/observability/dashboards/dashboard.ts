import { DATA_SOURCES } from "../../addons/links";
import type { Exporter } from "../rule";

/** How a panel shows its figures. */
export type PanelKind = "timeseries" | "stat" | "bargauge";

/** Grafana's word for a unit. */
export type Unit = "percentunit" | "bytes" | "Bps" | "s" | "short" | "reqps";

/** Figures side by side. */
export interface Panel {
  readonly title: string;
  /** Exporters whose metrics it reads; it is there only with all of them. */
  readonly reads: readonly Exporter[];
  readonly unit: Unit;
  /** PromQL by legend, which may name labels as `{{instance}}`. */
  readonly queries: Readonly<Record<string, string>>;
  /** @default timeseries */
  readonly kind?: PanelKind;
  /** What is good to know when one reads it. @default nothing */
  readonly about?: string;
}

/** A page of panels. */
export interface Dashboard {
  /** Fixed uid, and the name of its ConfigMap. */
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** Grid of Grafana: 24 columns; panels of time three in a row, figures six. */
const SIZES: Readonly<Record<PanelKind, { readonly w: number; readonly h: number }>> = {
  timeseries: { w: 8, h: 8 },
  stat: { w: 4, h: 4 },
  bargauge: { w: 8, h: 8 },
};

/** What Grafana's sidecar loads: the panels whose metrics are there; undefined where there are none. */
export function dashboardJson({ uid, title, panels }: Dashboard, exporters: ReadonlySet<Exporter>): object | undefined {
  const shown = panels.filter(({ reads }) => reads.every((each) => exporters.has(each)));
  if (shown.length === 0) return undefined;
  const places = place(shown);
  return {
    uid,
    title,
    tags: ["platform"],
    timezone: "browser",
    schemaVersion: 39,
    refresh: "1m",
    time: { from: "now-6h", to: "now" },
    panels: shown.map((panel, index) => panelJson(panel, index + 1, places[index])),
  };
}

/** From left to right, a new row where one is full or another kind begins. */
function place(panels: readonly Panel[]): object[] {
  let [x, y, row] = [0, 0, 0];
  return panels.map(({ kind = "timeseries" }, index) => {
    const { w, h } = SIZES[kind];
    const before = panels[index - 1];
    if (x + w > 24 || (before && (before.kind ?? "timeseries") !== kind)) [x, y] = [0, y + row];
    const at = { x, y, w, h };
    [x, row] = [x + w, h];
    return at;
  });
}

function panelJson({ title, unit, queries, kind = "timeseries", about }: Panel, id: number, gridPos: object | undefined): object {
  const datasource = { type: "prometheus", uid: DATA_SOURCES.metrics };
  return {
    id,
    title,
    type: kind,
    ...(about === undefined ? {} : { description: about }),
    datasource,
    gridPos,
    fieldConfig: { defaults: { unit, ...(unit === "percentunit" ? { min: 0, max: 1 } : {}) }, overrides: [] },
    options: kind === "timeseries" ? { legend: { displayMode: "list", placement: "bottom" }, tooltip: { mode: "multi" } } : {},
    targets: Object.entries(queries).map(([legendFormat, expr], index) => ({
      refId: String.fromCharCode(65 + index),
      datasource,
      expr,
      legendFormat,
      // Points on a line lead to the trace they came from.
      exemplar: expr.includes("_bucket"),
    })),
  };
}
