import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { DEFAULT_VERSIONS } from "../../config/versions";
import { FOOTPRINTS } from "../../planner/addons/footprint";
import { METRICS, labelsOf, metricsOf } from "../../planner/observability/metrics";
import { metricsIn } from "../../planner/observability/promql";
import type { Component } from "../../planner/observability/inventory/component";
import type { Exporter } from "../../planner/observability/rule";
import { addonsIn, valuesOf } from "../addons";

const INVENTORY = Object.entries(METRICS) as [Exporter, Component][];

/** All images of the table of footprints, without what comes after the tag. */
const IMAGES = Object.values(FOOTPRINTS).flatMap(({ images, workloads }) =>
  [images, ...workloads.map((each) => each.images ?? [])].flat().map((image) => image.replace(/@.*$/, "")),
);

/** What the stack runs of a component, as its tag in Git would be. */
function pinned({ pinnedBy, version }: Component): string[] {
  if ("image" in pinnedBy) {
    const tags = IMAGES.flatMap((image) =>
      image.startsWith(`${pinnedBy.image}:`) ? [image.slice(pinnedBy.image.length + 1)] : [],
    );
    return [...new Set(tags.map((tag) => `v${tag.replace(/^v|-distroless$/g, "")}`))];
  }
  if ("file" in pinnedBy) return pinnedBy.text.includes(version) ? [version] : [];
  return [DEFAULT_VERSIONS[pinnedBy.stack]];
}

/** Words of a name that are not in the texts it is said to be made of. */
function missingWords(name: string, texts: readonly string[]): string[] {
  const words = new Set(texts.flatMap((text) => text.split(/[^A-Za-z0-9]+/)));
  const made = texts.some((text) => text.includes("HistogramOpts{")) ? ["bucket", "count"] : [];
  return name.split("_").filter((word) => !words.has(word) && !made.includes(word));
}

describe("the inventory of metrics", () => {
  it("has each metric once", () => {
    const names = INVENTORY.flatMap(([exporter]) => metricsOf(exporter));
    assert.equal(new Set(names).size, names.length);
  });

  it("was read at the versions that the stack runs", () => {
    for (const [exporter, component] of INVENTORY) assert.deepEqual(pinned(component), [component.version], exporter);
  });

  it("cites texts that the names are made of", () => {
    for (const [exporter, { metrics }] of INVENTORY) {
      for (const [name, citation] of Object.entries(metrics)) {
        if (typeof citation === "string") continue;
        assert.deepEqual(missingWords(name, Object.values(citation).flat()), [], `${exporter} ${name}`);
      }
    }
  });

  it("does not take a gauge for a histogram: buckets and counts are cited by what makes them", () => {
    for (const [exporter, { metrics }] of INVENTORY) {
      for (const [name, citation] of Object.entries(metrics)) {
        if (!/_(bucket|count)$/.test(name)) continue;
        assert.match(JSON.stringify(citation), /HistogramOpts|NewHistogram/, `${exporter} ${name}`);
      }
    }
  });

  it("has what leads from a trace to its service's metrics, too", () => {
    const [sources] = valuesOf(addonsIn("prod").kubePrometheusStack, ["grafana.additionalDataSources"]) as [
      { jsonData?: { tracesToMetrics?: { queries: { query: string }[]; tags: { value: string }[] } } }[],
    ];
    const links = sources.flatMap(({ jsonData }) => jsonData?.tracesToMetrics ?? []);
    assert.equal(links.length, 1);
    for (const { queries, tags } of links) {
      const used = queries.flatMap(({ query }) => metricsIn(query));
      assert.ok(used.length > 0);
      assert.deepEqual(
        used.filter((metric) => !metricsOf("tempo").includes(metric)),
        [],
      );
      for (const { value } of tags) assert.ok(labelsOf("tempo").includes(value), value);
    }
  });

  it("has metrics that need a setting only where the plan turns it on", () => {
    const { cilium, longhorn, tempo, traefik, certManager, alloy } = addonsIn("homelab");
    assert.deepEqual(valuesOf(cilium, ["prometheus.enabled", "prometheus.metricsService"]), [true, true]);
    assert.deepEqual(valuesOf(traefik, ["metrics.prometheus.service.enabled"]), [true]);
    const by = ["addEntryPointsLabels", "addServicesLabels"].map((label) => `metrics.prometheus.${label}`);
    assert.deepEqual(valuesOf(traefik, by), [undefined, undefined], "on unless turned off");
    const generator = ["tempo.metricsGenerator.enabled", "tempo.overrides.defaults.metrics_generator.processors"];
    assert.deepEqual(valuesOf(tempo, generator), [true, ["service-graphs", "span-metrics"]]);
    // Dimensions and buckets of its own choice.
    assert.deepEqual(valuesOf(tempo, ["tempo.metricsGenerator.processor.span_metrics"]), [{}]);
    assert.deepEqual(valuesOf(certManager, ["prometheus.enabled"]), [undefined], "on unless turned off");
    assert.deepEqual(valuesOf(longhorn, ["metrics"]), [undefined], "its manager always has them");
    assert.match(JSON.stringify(alloy?.values), /loki\.source\.file/);
  });
});
