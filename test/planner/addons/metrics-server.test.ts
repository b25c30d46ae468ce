import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { hosts, planOf, stackFile } from "../../stacks";
import { addonsIn, at, valuesOf } from "../../addons";

const PATHS = ["replicas", "podDisruptionBudget", "resources.requests.memory", "args"];

describe("metrics-server", () => {
  it("is one small pod in a lab and two pods with a budget in prod, apart from each other", () => {
    const alone = { kubeletCsrApprover: undefined };
    const [lab, prod] = [addonsIn("homelab", alone).metricsServer, addonsIn("prod", alone).metricsServer];
    assert.deepEqual(valuesOf(lab, PATHS), [1, undefined, "100Mi", ["--kubelet-insecure-tls"]]);
    const budget = { enabled: true, maxUnavailable: 1 };
    assert.deepEqual(valuesOf(prod, PATHS), [2, budget, undefined, ["--kubelet-insecure-tls"]]);
    assert.deepEqual(valuesOf(prod, ["topologySpreadConstraints"])[0], [
      ...["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
        maxSkew: 1,
        topologyKey,
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: {
          matchLabels: { "app.kubernetes.io/instance": "metrics-server", "app.kubernetes.io/name": "metrics-server" },
        },
      })),
    ]);
  });

  it("has as many pods as are asked for, and no budget for a single one", () => {
    const asked = addonsIn("homelab", { metricsServer: { replicas: 3 } }).metricsServer;
    assert.equal(at(asked, "replicas"), "3 < stack addons.metricsServer.replicas");
    const single = addonsIn("prod", { metricsServer: { replicas: 1 } }).metricsServer;
    assert.deepEqual(valuesOf(single, PATHS.slice(0, 2)), [1, undefined]);
  });

  it("lives beside Kubernetes' own programs, in a namespace that is there, after the network", () => {
    const { addons, namespaces } = planOf(
      stackFile({ hosts: hosts(1), more: "  proxmox-talos:addons: { metricsServer: {} }\n" }),
    );
    assert.deepEqual([addons.metricsServer?.namespace, addons.metricsServer?.after], ["kube-system", ["cilium"]]);
    assert.deepEqual(namespaces, []);
  });

  it("says of a budget for a single pod that nothing reads it", () => {
    const { findings } = planOf(
      stackFile({
        hosts: hosts(1),
        more: "  proxmox-talos:addons: { metricsServer: { values: { podDisruptionBudget: { minAvailable: 1 } } } }\n",
      }),
    );
    assert.deepEqual(
      findings.filter(({ code }) => code === "addon-value-idle").map(({ path, message }) => `${path}: ${message}`),
      ["addons.metricsServer.values.podDisruptionBudget.minAvailable: the chart does not read it: replicas is 1"],
    );
  });
});
