import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { DASHBOARDS } from "../../planner/observability/dashboards";
import { dashboardJson } from "../../planner/observability/dashboards/dashboard";
import { METRICS, metricsOf } from "../../planner/observability/metrics";
import { metricsIn } from "../../planner/observability/promql";
import type { Exporter } from "../../planner/observability/rule";
import { RULES } from "../../planner/observability/rules";
import { etcdBackups } from "../../planner/observability/rules/etcd-backups";
import { addonsIn } from "../addons";

interface Shown {
  readonly uid: string;
  readonly panels: readonly {
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly datasource: { readonly uid: string };
    readonly targets: readonly { readonly expr: string; readonly refId: string }[];
  }[];
}

const EVERYTHING = new Set(Object.keys(METRICS) as Exporter[]);

/** Dashboards of a cluster. */
function shownWith(settings: Parameters<typeof addonsIn>[1]): Shown[] {
  const { kubePrometheusStack } = addonsIn("prod", settings);
  return (kubePrometheusStack?.dashboards ?? []).map(({ json }) => JSON.parse(json) as Shown);
}

describe("dashboards", () => {
  it("are seven, each under a uid of its own", () => {
    assert.deepEqual(
      DASHBOARDS.map(({ title }) => title),
      ["Applications", "Capacity and stage", "Proxmox hosts", "Kubernetes", "Longhorn", "Talos and etcd", "Traefik"],
    );
    assert.equal(new Set(DASHBOARDS.map(({ uid }) => uid)).size, DASHBOARDS.length);
  });

  it("have panels that read only what the exporters they name export, and name no other", () => {
    for (const { title, panels } of DASHBOARDS) {
      assert.equal(new Set(panels.map((panel) => panel.title)).size, panels.length, title);
      for (const panel of panels) {
        const used = Object.values(panel.queries).flatMap(metricsIn);
        assert.ok(used.length > 0, panel.title);
        const known = panel.reads.flatMap((exporter) => metricsOf(exporter)).concat("up");
        assert.deepEqual(
          used.filter((metric) => !known.includes(metric)),
          [],
          `${title}: ${panel.title}`,
        );
        const idle = panel.reads.filter((exporter) => !metricsOf(exporter).some((metric) => used.includes(metric)));
        assert.deepEqual(used.includes("up") ? [] : idle, [], `${title}: ${panel.title}`);
      }
    }
  });

  it("use the rate of a counter only", () => {
    for (const { panels } of DASHBOARDS) {
      for (const expr of panels.flatMap(({ queries }) => Object.values(queries))) {
        for (const [counter] of expr.matchAll(/\b\w+_(?:total|bucket)\b(?!\w)/g))
          assert.match(expr, new RegExp(`(?:rate|increase)\\(${counter}`), expr);
      }
    }
  });

  it("lay panels out beside each other and never over each other", () => {
    for (const dashboard of DASHBOARDS) {
      const { panels } = dashboardJson(dashboard, EVERYTHING) as Shown;
      const taken = new Set<string>();
      for (const { gridPos, title } of panels) {
        assert.ok(gridPos.x + gridPos.w <= 24, title);
        for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
          for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
            assert.ok(!taken.has(`${x},${y}`), title);
            taken.add(`${x},${y}`);
          }
        }
      }
    }
  });

  it("show what there is: panels of what is off are not there, and no empty dashboards", () => {
    const all = shownWith({});
    assert.ok(all.some(({ uid }) => uid === "platform-longhorn"));
    const less = shownWith({ longhorn: undefined, tempo: undefined });
    assert.ok(!less.some(({ uid }) => uid === "platform-longhorn"));
    const titles = (shown: readonly Shown[]): string[] =>
      shown.find(({ uid }) => uid === "platform-applications")?.panels.map(({ title }) => title) ?? [];
    assert.ok(titles(all).includes("Calls by service"));
    assert.ok(!titles(less).includes("Calls by service"));
    const capacity = (shown: readonly Shown[]): string[] =>
      shown.find(({ uid }) => uid === "platform-capacity")?.panels.map(({ title }) => title) ?? [];
    // Without Loki the collector reads no logs that it could count.
    assert.ok(capacity(all).includes("Logs read by machine"));
    assert.ok(!capacity(shownWith({ loki: undefined })).includes("Logs read by machine"));
    for (const { panels } of all) for (const { datasource } of panels) assert.equal(datasource.uid, "prometheus");
    assert.deepEqual(shownWith({ kubePrometheusStack: { grafana: { dashboards: false } } }), []);
    assert.deepEqual(shownWith({ kubePrometheusStack: { grafana: { enabled: false } } }), []);
  });

  it("and rules leave no metric of the table unused", () => {
    const exprs = [
      ...DASHBOARDS.flatMap(({ panels }) => panels.flatMap(({ queries }) => Object.values(queries))),
      ...[...RULES, etcdBackups({ name: "a", namespace: "a", hours: 6 })].flatMap(({ rules }) => rules.map(({ expr }) => expr)),
    ];
    const used = new Set(exprs.flatMap(metricsIn));
    const unused = [...EVERYTHING].flatMap((exporter) => metricsOf(exporter).filter((name) => !used.has(name)));
    assert.deepEqual(unused, []);
  });
});
