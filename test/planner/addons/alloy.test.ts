import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { valueAt } from "../../../planner/addons/layers";
import { block, render, set, text } from "../../../planner/addons/alloy-syntax";
import type { AddonKey, PlannedRelease } from "../../../planner/plan";
import { addonsIn, at, valuesOf } from "../../addons";

/** Alloy beside the add-ons that are named, all others off. */
function alloyWith(on: Partial<Record<AddonKey, object>>, settings: object = {}, environment = "prod"): PlannedRelease {
  const off = { loki: undefined, tempo: undefined, kubePrometheusStack: undefined };
  const { alloy } = addonsIn(environment, { ...off, ...on, alloy: settings });
  assert.ok(alloy);
  return alloy;
}

/** Components of a configuration, in its order. */
function components(release: PlannedRelease): string[] {
  const config = String(valueAt(release.values, "alloy.configMap.content"));
  return [...config.matchAll(/^([a-z0-9._]+)(?: "([a-z]+)")? \{/gm)].map(([, name, label]) => [name, label].join(" ").trim());
}

const OTLP = ["otelcol.receiver.otlp applications", "otelcol.processor.k8sattributes pods", "otelcol.processor.batch all"];
const POD_LOGS = ["discovery.kubernetes pods", "discovery.relabel pods", "loki.source.file pods", "loki.process pods"];
const TALOS_LOGS = ["loki.source.file talos", "loki.process talos"];
const TO_PROMETHEUS = ["otelcol.exporter.prometheus prometheus", "prometheus.remote_write prometheus"];
const TO_LOKI = ["otelcol.exporter.otlphttp loki"];
const TO_TEMPO = ["otelcol.exporter.otlp tempo"];

describe("Alloy", () => {
  it("is told all there is to collect, to the letter, where everything is on", () => {
    const release = alloyWith({ loki: {}, tempo: {}, kubePrometheusStack: {} });
    const golden = readFileSync(join(__dirname, "..", "..", "fixtures", "collector.alloy"), "utf8");
    assert.equal(valueAt(release.values, "alloy.configMap.content"), golden);
  });

  it("has only parts whose receiver is on", () => {
    assert.deepEqual(components(alloyWith({})), ["logging"]);
    assert.deepEqual(components(alloyWith({ tempo: {} })), ["logging", ...OTLP, ...TO_TEMPO]);
    assert.deepEqual(components(alloyWith({ kubePrometheusStack: {} })), ["logging", ...OTLP, ...TO_PROMETHEUS]);
    const logs = ["logging", ...POD_LOGS, ...TALOS_LOGS, "loki.write loki"];
    assert.deepEqual(components(alloyWith({ loki: {} })), [...logs, ...OTLP, ...TO_LOKI]);
    assert.deepEqual(components(alloyWith({ loki: {}, tempo: {} }, { otlp: false })), logs);
    assert.deepEqual(components(alloyWith({ loki: {} }, { otlp: false, machineLogs: false })), [
      "logging",
      ...POD_LOGS,
      "loki.write loki",
    ]);
  });

  it("writes to every Prometheus, which takes what is written to it only then", () => {
    const writes = (replicas: number): number => {
      const { alloy, kubePrometheusStack } = addonsIn("prod", { kubePrometheusStack: { replicas } });
      assert.equal(valueAt(kubePrometheusStack?.values, "prometheus.prometheusSpec.enableRemoteWriteReceiver"), true);
      return String(valueAt(alloy?.values, "alloy.configMap.content")).split("/api/v1/write").length - 1;
    };
    assert.deepEqual([writes(1), writes(3)], [1, 3]);
    const { kubePrometheusStack } = addonsIn("prod", { tempo: undefined, alloy: { otlp: false } });
    assert.equal(valueAt(kubePrometheusStack?.values, "prometheus.prometheusSpec.enableRemoteWriteReceiver"), undefined);
  });

  it("mounts the machine's logs where somebody takes them, and may do little in the cluster", () => {
    const paths = ["alloy.mounts.varlog", "alloy.extraPorts"];
    assert.deepEqual(valuesOf(alloyWith({ tempo: {} }, { otlp: false }), paths), [false, []]);
    const release = alloyWith({ loki: {} });
    assert.deepEqual(valuesOf(release, ["alloy.mounts.varlog"]), [true]);
    const rules = valuesOf(release, ["rbac.rules", "rbac.clusterRules"]).flat() as { resources: string[] }[];
    assert.deepEqual(
      rules.map(({ resources }) => resources),
      [["pods"], ["namespaces"]],
    );
    assert.equal(at(release, "alloy.resources.requests.memory"), '"256Mi" < overlay prod');
    assert.equal(at(alloyWith({}, { otlp: false }), "alloy.extraPorts"), "[] < stack addons.alloy.otlp");
  });
});

describe("the text of a collector's configuration", () => {
  it("aligns attributes, sets blocks apart and quotes texts", () => {
    const body = [set("a", text('say "x"')), set("long", "1"), block("inner", undefined), set("b", "2")];
    assert.equal(
      render([block("outer", "name", ...body), block("other", undefined, set("c", "3"))]),
      'outer "name" {\n  a    = "say \\"x\\""\n  long = 1\n\n  inner { }\n\n  b = 2\n}\n\nother {\n  c = 3\n}\n',
    );
  });

  it("holds nothing that the chart would take for a template", () => {
    assert.throws(() => text("{{ .Values.x }}"), /would be a template/);
  });
});
