import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { planStack } from "../../../planner";
import { KEDA } from "../../../simulator/chart-door/charts/autoscaling";
import { addonsIn, at, valuesOf } from "../../addons";
import { configOf, hosts, planOf, stackFile } from "../../stacks";

const file = (addons: object, workers = 2): string =>
  stackFile({
    hosts: hosts(1),
    workers: `{ main: { count: ${workers}, cores: 2, memoryGiB: 4 } }`,
    more: `  proxmox-talos:addons: ${JSON.stringify(addons)}\n`,
  });

/** Paths of one code's findings. */
const found = (code: string, addons: object, workers?: number): string[] =>
  planOf(file(addons, workers))
    .findings.filter((each) => each.code === code)
    .map(({ path }) => path);

describe("the Vertical Pod Autoscaler", () => {
  const PATHS = ["updater.enabled", "admissionController.enabled", "recommender.replicas", "recommender.podDisruptionBudget"];

  it("only recommends, unless it is told to change pods", () => {
    const [quiet, changing] = [undefined, { updates: true }].map(
      (settings) => addonsIn("prod", settings ? { verticalPodAutoscaler: settings } : {}).verticalPodAutoscaler,
    );
    assert.deepEqual(valuesOf(quiet, PATHS), [false, false, 2, { enabled: true }]);
    assert.deepEqual(valuesOf(changing, PATHS), [true, true, 2, { enabled: true }]);
    assert.equal(at(changing, "updater.enabled"), "true < stack addons.verticalPodAutoscaler.updates");
  });

  it("is one pod of each part in a lab, and no budget keeps it where it is", () => {
    const lab = addonsIn("homelab").verticalPodAutoscaler;
    assert.deepEqual(valuesOf(lab, PATHS.slice(2)), [1, { enabled: false }]);
    assert.deepEqual(lab?.after, ["cilium", "metricsServer"]);
  });
});

describe("prometheus-adapter", () => {
  it("asks the stack's Prometheus, or the one it is told", () => {
    assert.deepEqual(valuesOf(addonsIn("prod").prometheusAdapter, ["prometheus"]), [
      { url: "http://kube-prometheus-stack-prometheus.monitoring.svc:9090", port: 0 },
    ]);
    const elsewhere = addonsIn("prod", { prometheusAdapter: { prometheusUrl: "http://10.0.0.5:9090" } }).prometheusAdapter;
    assert.equal(at(elsewhere, "prometheus.url"), '"http://10.0.0.5:9090" < stack addons.prometheusAdapter.prometheusUrl');
  });

  it("is refused without a Prometheus", () => {
    const planned = planStack(configOf(file({ prometheusAdapter: {} })), "test");
    assert.ok(!planned.ok);
    assert.deepEqual(
      planned.problems.map(({ path, message }) => `${path}: ${message}`),
      ["addons.prometheusAdapter: no Prometheus to take metrics from"],
    );
    assert.ok(planStack(configOf(file({ prometheusAdapter: { prometheusUrl: "http://10.0.0.5:9090" } })), "test").ok);
  });

  it("offers what its rules say, not every series there is", () => {
    const rules = { custom: [{ seriesQuery: "http_requests_total" }] };
    assert.deepEqual(valuesOf(addonsIn("prod", { prometheusAdapter: { rules } }).prometheusAdapter, ["rules"]), [
      { default: false, ...rules },
    ]);
  });
});

describe("KEDA", () => {
  it("is one small pod of each part in a lab, two with budgets in prod", () => {
    const paths = ["operator.replicaCount", "podDisruptionBudget.webhooks", "resources.operator.requests.memory"];
    assert.deepEqual(valuesOf(addonsIn("homelab").keda, paths), [1, undefined, "64Mi"]);
    assert.deepEqual(valuesOf(addonsIn("prod").keda, paths), [2, { maxUnavailable: 1 }, undefined]);
  });

  it("leaves its kinds behind when it goes: what is of them waits for an operator that went first", () => {
    const kept = { additionalAnnotations: { "helm.sh/resource-policy": "keep" } };
    assert.deepEqual(valuesOf(addonsIn("homelab").keda, ["crds"]), [kept]);
    const rendered = KEDA.templates["crds.yaml"] ?? "";
    assert.equal(
      rendered.match(/with \.Values\.crds\.additionalAnnotations/g)?.length,
      rendered.match(/^kind: Custom/gm)?.length,
    );
  });
});

describe("the descheduler", () => {
  interface Profile {
    readonly pluginConfig: readonly { readonly name: string; readonly args: { readonly podProtections?: object } }[];
    readonly plugins: { readonly balance: { readonly enabled: readonly string[] } };
  }
  const profileOf = (settings: object): Profile => {
    const { descheduler } = addonsIn("prod", { descheduler: settings });
    return (valuesOf(descheduler, ["deschedulerPolicy.profiles"])[0] as Profile[])[0] as Profile;
  };

  it("looks oftener in prod, evicts a limited number and leaves pods with files of their own alone", () => {
    const paths = ["kind", "schedule", "deschedulerPolicy.maxNoOfPodsToEvictTotal"];
    assert.deepEqual(valuesOf(addonsIn("homelab").descheduler, paths), ["CronJob", "0 */6 * * *", 5]);
    assert.deepEqual(valuesOf(addonsIn("prod").descheduler, paths), ["CronJob", "*/30 * * * *", 20]);
    assert.deepEqual(profileOf({}).pluginConfig[0]?.args.podProtections, { extraEnabled: ["PodsWithPVC"] });
    assert.deepEqual(profileOf({ evictLocalStorage: true }).pluginConfig[0]?.args.podProtections, {
      extraEnabled: ["PodsWithPVC"],
      defaultDisabled: ["PodsWithLocalStorage"],
    });
  });

  it("moves pods from busy machines only where it is to", () => {
    assert.ok(profileOf({}).plugins.balance.enabled.includes("LowNodeUtilization"));
    const without = profileOf({ balance: false });
    assert.ok(!JSON.stringify(without).includes("LowNodeUtilization"));
  });
});

describe("autoscalers", () => {
  const external = { kubePrometheusStack: {}, prometheusAdapter: { rules: { external: [{ seriesQuery: "queue" }] } } };
  const cases: [code: string, addons: object, workers: number, expected: string[]][] = [
    ["autoscaler-without-metrics", { verticalPodAutoscaler: {} }, 2, ["addons.verticalPodAutoscaler"]],
    ["autoscaler-without-metrics", { verticalPodAutoscaler: {}, metricsServer: {} }, 2, []],
    ["autoscaler-restarts-pods", { verticalPodAutoscaler: { updates: true } }, 2, ["addons.verticalPodAutoscaler.updates"]],
    ["autoscaler-restarts-pods", { verticalPodAutoscaler: {} }, 2, []],
    ["autoscalers-side-by-side", { ...external, keda: {} }, 2, ["addons.keda"]],
    ["autoscalers-side-by-side", { keda: {} }, 2, []],
    ["metrics-api-twice", { ...external, keda: {} }, 2, ["addons.prometheusAdapter.rules.external"]],
    ["metrics-api-twice", external, 2, []],
    [
      "metrics-api-twice",
      { kubePrometheusStack: {}, metricsServer: {}, prometheusAdapter: { values: { rules: { resource: { cpu: {} } } } } },
      2,
      ["addons.prometheusAdapter.values.rules.resource"],
    ],
    ["descheduler-single-machine", { descheduler: {} }, 1, ["addons.descheduler"]],
    ["descheduler-single-machine", { descheduler: {} }, 2, []],
  ];
  for (const [code, addons, workers, expected] of cases) {
    const what = `${code} for ${Object.keys(addons).join(", ")} on ${workers} workers`;
    it(`${expected.length > 0 ? "are reported" : "are not reported"}: ${what}`, () => {
      assert.deepEqual(found(code, addons, workers), expected);
    });
  }
});
