import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { CHARTS } from "../../config/versions";
import { valueAt } from "../../planner/addons/layers";
import { inOrder, needed } from "../../planner/addons/order";
import { ADDONS, ALL_ADDONS } from "../../planner/addons/registry";
import type { Plan } from "../../planner/plan";
import { addonsIn, at, valuesOf } from "../addons";
import { hosts, planOf, stackFile } from "../stacks";

/** Those whose figures are here; every other has a test of its own in `test/planner/addons`. */
const FIRST = ["cilium", "longhorn", "kubePrometheusStack", "loki", "tempo"] as const;

/** The first add-ons as an environment has them. */
function firstIn(environment: string): Plan["addons"] {
  const addons = addonsIn(environment);
  return Object.fromEntries(FIRST.map((key) => [key, addons[key]]));
}

/** Paths of all leaves of a class's overlay that are numbers of pods. */
function replicasIn(addons: Plan["addons"]): Record<string, unknown> {
  return Object.fromEntries(
    Object.values(addons).flatMap(({ name, origins, values }) =>
      origins
        .filter(({ path }) => /replicas$|ReplicaCount$/.test(path))
        .map(({ path }) => [`${name} ${path}`, valueAt(values, path)] as const),
    ),
  );
}

describe("add-ons of a class of environments", () => {
  const [lab, prod] = [firstIn("homelab"), firstIn("prod")];

  it("run one pod of everything in a lab; dev and staging are labs", () => {
    assert.deepEqual(replicasIn(lab), {
      "cilium operator.replicas": 1,
      "longhorn csi.attacherReplicaCount": 1,
      "longhorn csi.provisionerReplicaCount": 1,
      "longhorn csi.resizerReplicaCount": 1,
      "longhorn csi.snapshotterReplicaCount": 1,
      "longhorn longhornUI.replicas": 1,
      "kube-prometheus-stack alertmanager.alertmanagerSpec.replicas": 1,
      "kube-prometheus-stack prometheus.prometheusSpec.replicas": 1,
      "loki backend.replicas": 0,
      "loki read.replicas": 0,
      "loki singleBinary.replicas": 1,
      "loki write.replicas": 0,
      "tempo replicas": 1,
      // Copies of volumes are no pods.
      "longhorn defaultSettings.defaultReplicaCount": 3,
      "longhorn persistence.defaultClassReplicaCount": 3,
    });
    for (const environment of ["dev", "staging"]) assert.deepEqual(addonsIn(environment), addonsIn("homelab"));
    const budgets = Object.values(lab).flatMap(({ origins }) => origins.filter(({ path }) => path.includes("Disruption")));
    assert.deepEqual(budgets, []);
  });

  it("run several of what can have several in prod, with budgets, apart from each other", () => {
    assert.deepEqual(valuesOf(prod.cilium, ["operator.replicas", "hubble.relay.replicas", "hubble.ui.replicas"]), [2, 3, 3]);
    assert.deepEqual(valuesOf(prod.longhorn, ["longhornUI.replicas", "csi.attacherReplicaCount"]), [3, 3]);
    const stack = prod.kubePrometheusStack;
    assert.deepEqual(valuesOf(stack, ["prometheus.prometheusSpec.replicas", "alertmanager.alertmanagerSpec.replicas"]), [2, 3]);
    // One file, one owner.
    assert.deepEqual([valueAt(prod.loki?.values, "singleBinary.replicas"), valueAt(prod.tempo?.values, "replicas")], [1, 1]);

    const budgets = Object.values(prod).flatMap(({ name, origins }) =>
      origins.filter(({ path }) => path.endsWith("podDisruptionBudget.enabled")).map(({ path }) => `${name} ${path}`),
    );
    assert.deepEqual(budgets, [
      "cilium hubble.relay.podDisruptionBudget.enabled",
      "cilium hubble.ui.podDisruptionBudget.enabled",
      "cilium operator.podDisruptionBudget.enabled",
      "kube-prometheus-stack alertmanager.podDisruptionBudget.enabled",
      "kube-prometheus-stack prometheus.podDisruptionBudget.enabled",
    ]);
    const zone = "topology.kubernetes.io/zone";
    assert.deepEqual(
      valuesOf(stack, [
        "prometheus.prometheusSpec.podAntiAffinityTopologyKey",
        "alertmanager.alertmanagerSpec.podAntiAffinityTopologyKey",
      ]),
      [zone, zone],
    );
    assert.deepEqual(valueAt(prod.cilium?.values, "hubble.relay.topologySpreadConstraints"), [
      ...[zone, "kubernetes.io/hostname"].map((topologyKey) => ({
        maxSkew: 1,
        topologyKey,
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: { "k8s-app": "hubble-relay" } },
      })),
    ]);
  });

  it("ask for less in a lab than in prod", () => {
    const requests = (addons: Plan["addons"]): unknown[] => [
      valueAt(addons.loki?.values, "singleBinary.resources.requests.memory"),
      valueAt(addons.tempo?.values, "tempo.resources.requests.memory"),
      valueAt(addons.kubePrometheusStack?.values, "prometheus.prometheusSpec.resources.requests.memory"),
      valueAt(addons.cilium?.values, "resources.requests.memory"),
    ];
    assert.deepEqual(requests(lab), ["256Mi", "256Mi", "512Mi", "192Mi"]);
    assert.deepEqual(requests(prod), ["1Gi", "1Gi", "2Gi", "512Mi"]);
  });

  it("have no more pods than machines, and spread over machines where hosts do not tell them apart", () => {
    const single = planOf(
      stackFile({ hosts: hosts(1), more: "  proxmox-talos:addons: { longhorn: {}, kubePrometheusStack: {} }\n" }).replace(
        "environment: dev",
        "environment: prod",
      ),
    ).addons;
    assert.deepEqual(valuesOf(single.cilium, ["operator.replicas", "hubble.relay.replicas"]), [2, 1]);
    assert.deepEqual(valueAt(single.longhorn?.values, "longhornUI.replicas"), 1);
    assert.deepEqual(
      valuesOf(single.kubePrometheusStack, [
        "prometheus.prometheusSpec.replicas",
        "prometheus.podDisruptionBudget",
        "alertmanager.alertmanagerSpec.replicas",
        "alertmanager.alertmanagerSpec.podAntiAffinityTopologyKey",
      ]),
      [1, undefined, 1, "kubernetes.io/hostname"],
    );
    assert.equal((valueAt(single.cilium?.values, "operator.topologySpreadConstraints") as object[]).length, 1);
  });

  it("say of each value whether the platform, the class or the stack file decided it", () => {
    const addons = addonsIn("prod", {
      cilium: { operatorReplicas: 3, hubble: { relay: false }, values: { debug: { enabled: true } } },
      loki: { retentionDays: 12, storageGiB: 7, values: { loki: { limits_config: { reject_old_samples: false } } } },
      tempo: { retentionHours: 5, values: { tempo: { retention: "9h" } } },
      kubePrometheusStack: { grafana: { adminSecret: "admin" } },
    });
    assert.deepEqual(
      [
        at(addons.cilium, "k8sServicePort"),
        at(addons.cilium, "operator.replicas"),
        at(addons.cilium, "hubble.ui.enabled"),
        at(addons.cilium, "operator.podDisruptionBudget.enabled"),
        at(addons.cilium, "debug.enabled"),
        at(addons.loki, "loki.limits_config.retention_period"),
        at(addons.loki, "loki.limits_config.reject_old_samples"),
        at(addons.loki, "singleBinary.persistence.size"),
        at(addons.loki, "singleBinary.persistence.storageClass"),
        at(addons.tempo, "tempo.retention"),
        at(addons.tempo, "persistence.size"),
        at(addons.kubePrometheusStack, "prometheus.prometheusSpec.retention"),
        at(addons.kubePrometheusStack, "grafana.admin.existingSecret"),
      ],
      [
        "7445 < base",
        "3 < stack addons.cilium.operatorReplicas",
        // Without a relay there is nothing to show.
        "false < stack addons.cilium.hubble.relay",
        "true < overlay prod",
        "true < stack addons.cilium.values.debug.enabled",
        '"288h" < stack addons.loki.retentionDays',
        "false < stack addons.loki.values.loki.limits_config.reject_old_samples",
        '"7Gi" < stack addons.loki.storageGiB',
        '"longhorn" < base',
        '"9h" < stack addons.tempo.values.tempo.retention',
        '"10Gi" < base',
        '"30d" < overlay prod',
        '"admin" < stack addons.kubePrometheusStack.grafana.adminSecret',
      ],
    );
  });

  it("set nothing by themselves that the chart does not read, whatever is switched on", () => {
    const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
    const settings = fc.record({
      cilium: fc.record({
        operatorReplicas: optional(fc.integer({ min: 1, max: 3 })),
        hubble: fc.constantFrom({}, { relay: false }, { relay: true }, { ui: true }, { ui: false }),
      }),
      kubePrometheusStack: fc.record({
        replicas: optional(fc.integer({ min: 1, max: 3 })),
        grafana: fc.record({ enabled: optional(fc.boolean()), adminSecret: optional(fc.constant("admin")) }),
        alertmanager: fc.constantFrom({}, { enabled: false }, { enabled: false, replicas: 2 }, { replicas: 1 }, { replicas: 2 }),
      }),
    });
    fc.assert(
      fc.property(fc.constantFrom("homelab", "prod"), settings, (environment, each) => {
        const idle = Object.values(addonsIn(environment, each)).flatMap((addon) => addon.idle);
        // What the stack file says into a part that is off is a finding.
        assert.deepEqual(
          idle.filter(({ from }) => !from.startsWith("stack ")),
          [],
        );
      }),
      { numRuns: 60 },
    );
  });

  it("have an origin for every value", () => {
    for (const { values, origins } of ["homelab", "prod"].flatMap((environment) => Object.values(addonsIn(environment))))
      for (const { path } of origins) {
        // Dots that belong to a key have a backslash before them.
        const keys = path.split(/(?<!\\)\./).map((key) => key.replaceAll("\\.", "."));
        const value = keys.reduce<unknown>((each, key) => (each as Record<string, unknown>)[key], values);
        assert.notEqual(value, undefined, path);
      }
  });
});

describe("the registry of add-ons", () => {
  it("has each under its own key, with a pinned chart in the compatibility table", () => {
    for (const [key, definition] of Object.entries(ADDONS)) {
      assert.equal(definition.key, key);
      assert.match(definition.publisher, /^(https|oci):\/\/[^/]+(\/[^/]+)*$/);
    }
    assert.deepEqual(Object.keys(CHARTS).sort(), Object.keys(ADDONS).sort());
    assert.equal(new Set(ALL_ADDONS.map(({ chart }) => chart)).size, ALL_ADDONS.length);
  });

  it("tells the order: whatever is waited for comes first, and what waits for itself is a mistake", () => {
    assert.deepEqual(
      inOrder(FIRST.map((key) => ALL_ADDONS.find((each) => each.key === key)!).reverse()).map(({ key }) => key),
      ["cilium", "longhorn", "kubePrometheusStack", "loki", "tempo"],
    );
    const { cilium, loki, tempo } = ADDONS;
    assert.deepEqual(needed({ key: "tempo", needs: ["loki", "storage"] }, [cilium, loki, tempo]), [loki]);
    const one = { key: "loki", needs: ["tempo"] } as const;
    const other = { key: "tempo", needs: ["loki"] } as const;
    assert.throws(() => inOrder([one, other]), /add-ons wait for each other: loki, tempo/);
  });
});
