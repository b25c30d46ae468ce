import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { valueAt } from "../../planner/addons/layers";
import { DASHBOARDS } from "../../planner/observability/dashboards";
import { METRICS, labelsOf, metricsOf } from "../../planner/observability/metrics";
import { labelsIn, metricsIn } from "../../planner/observability/promql";
import { isAlert } from "../../planner/observability/rule";
import type { Exporter } from "../../planner/observability/rule";
import { RULES as STANDING } from "../../planner/observability/rules";
import { BALANCERS } from "../../planner/observability/rules/balancers";
import { etcdBackups } from "../../planner/observability/rules/etcd-backups";
import { addonsIn } from "../addons";

const RULES = [...STANDING, BALANCERS, etcdBackups({ name: "etcd-backup", namespace: "etcd-backup", hours: 6 })];

interface Job {
  readonly job_name: string;
  readonly static_configs?: readonly { readonly labels: object }[];
  readonly relabel_configs: readonly { readonly target_label?: string }[];
}

/** Jobs that the plan adds, each with the labels that Prometheus gives to all they scrape. */
const ADDED = new Map(
  (
    valueAt(
      addonsIn("homelab", { kubePrometheusStack: { proxmoxExporter: { secret: { name: "pve" } } } }).kubePrometheusStack?.values,
      "prometheus.prometheusSpec.additionalScrapeConfigs",
    ) as Job[]
  ).map((job) => [
    job.job_name,
    [
      ...job.relabel_configs.flatMap(({ target_label: label }) => (label && !label.startsWith("__") ? [label] : [])),
      ...(job.static_configs ?? []).flatMap(({ labels }) => Object.keys(labels)),
    ],
  ]),
);

/** Labels of targets that have none of the plan's jobs: the chart's monitors of the kubelet keep what it says itself. */
const OF_CHART: Partial<Record<Exporter, readonly string[]>> = { cadvisor: ["node"], kubelet: ["node"] };

/** Longhorn tells of the machine that it runs on: both labels say the same. */
const SAME: Partial<Record<Exporter, readonly string[]>> = { longhorn: ["node"] };

/** Labels that series of an exporter have in Prometheus, which puts `exported_` before what a target's own label hides. */
function stored(exporter: Exporter): string[] {
  const target = ["job", "instance", ...(ADDED.get(exporter) ?? OF_CHART[exporter] ?? [])];
  const own = labelsOf(exporter);
  const hidden = ADDED.has(exporter) ? own.filter((label) => target.includes(label) && !SAME[exporter]?.includes(label)) : [];
  const shown = [...own, ...target].filter((label) => !hidden.includes(label));
  return [...shown, ...hidden.map((label) => `exported_${label}`)];
}

const EXPORTERS = Object.keys(METRICS) as Exporter[];
const BY_METRIC = new Map(
  EXPORTERS.flatMap((exporter) =>
    metricsOf(exporter).map((metric) => [metric, metric.endsWith("_bucket") ? [...stored(exporter), "le"] : stored(exporter)]),
  ),
);
const RECORDED = new Map(
  RULES.flatMap(({ rules }) => rules.flatMap((rule) => (isAlert(rule) ? [] : [[rule.record, rule.expr]]))),
);

/** Labels that what an expression reads can have. */
function labelsFor(expr: string): string[] {
  return metricsIn(expr).flatMap((metric) => BY_METRIC.get(metric) ?? labelsFor(RECORDED.get(metric) ?? ""));
}

/** What an expression, and the texts that show it, name and no series has. */
function unknownLabels(expr: string, texts: readonly string[], shown: RegExp): string[] {
  const { selected, grouped } = labelsIn(expr);
  const known = new Set(labelsFor(expr));
  const named = texts.flatMap((text) => [...text.matchAll(shown)].map(([, label = ""]) => label));
  return [
    ...selected
      .filter(({ metric, label }) => !BY_METRIC.get(metric)?.includes(label))
      .map(({ metric, label }) => `${metric}: ${label}`),
    ...[...grouped, ...named].filter((label) => !known.has(label)),
  ];
}

describe("labels", () => {
  it("of rules and of what they tell are those that series have in Prometheus", () => {
    for (const rule of RULES.flatMap(({ rules }) => rules)) {
      const texts = isAlert(rule) ? [rule.summary, rule.description] : [];
      assert.deepEqual(unknownLabels(rule.expr, texts, /\$labels\.(\w+)/g), [], isAlert(rule) ? rule.alert : rule.record);
    }
  });

  it("of panels and their legends, too", () => {
    for (const { title, panels } of DASHBOARDS) {
      for (const panel of panels) {
        for (const [legend, expr] of Object.entries(panel.queries))
          assert.deepEqual(unknownLabels(expr, [legend], /\{\{(\w+)\}\}/g), [], `${title}: ${panel.title}`);
      }
    }
  });

  it("are all used", () => {
    const all = [
      ...RULES.flatMap(({ rules }) => rules.map((rule) => JSON.stringify(rule))),
      ...DASHBOARDS.flatMap(({ panels }) => panels.map((panel) => JSON.stringify(panel))),
    ].join("\n");
    for (const exporter of EXPORTERS)
      for (const label of Object.keys(METRICS[exporter].labels))
        assert.match(all, new RegExp(`(?:exported_|\\b)${label}\\b`), `${exporter} ${label}`);
  });

  it("are read from expressions by metric and by group", () => {
    assert.deepEqual(labelsIn('sum by (le, a) (rate(x_bucket{le="{y}", z=~"a|b=c"}[5m])) and on (n) y{} > 1'), {
      selected: [
        { metric: "x_bucket", label: "le" },
        { metric: "x_bucket", label: "z" },
      ],
      grouped: ["le", "a", "n"],
    });
  });
});
