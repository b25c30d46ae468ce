import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Provider } from "@pulumi/kubernetes/provider";
import { before, describe, it } from "mocha";
import { declareAddons } from "../../components/addons/addons";
import type { PlannedResource } from "../../planner/plan";
import { addonsIn } from "../addons";
import { ofType, registered, settle, startMocks } from "./mocks";

const nameOf = (urn: string): string => urn.split("::").at(-1) ?? "";

const resource = (kind: string, more: Partial<PlannedResource>): PlannedResource => ({
  apiVersion: "cilium.io/v2",
  kind,
  metadata: { name: "main" },
  spec: { blocks: [] },
  origins: [],
  after: ["cilium"],
  ...more,
});

describe("custom resources", () => {
  before(async () => {
    await startMocks();
    const provider = new Provider("provider", {});
    const { cilium, longhorn } = addonsIn("prod");
    assert.ok(cilium && longhorn);
    const served = "/apis/cilium.io/v2/ciliumloadbalancerippools";
    const pools = [
      resource("CiliumLoadBalancerIPPool", { served }),
      resource("CiliumLoadBalancerIPPool", { served, metadata: { name: "other" } }),
    ];
    const jobs = [
      resource("RecurringJob", {
        apiVersion: "longhorn.io/v1beta2",
        metadata: { name: "nightly", namespace: "longhorn-system" },
        after: ["longhorn"],
      }),
      // Of a kind that an add-on brings which is declared later.
      resource("CiliumLoadBalancerIPPool", { metadata: { name: "storage" }, after: ["cilium", "longhorn"], served }),
    ];
    declareAddons({
      opts: { deletedWith: provider },
      provider,
      addons: { longhorn: { ...longhorn, after: [], resources: jobs }, cilium: { ...cilium, resources: pools } },
      namespaces: new Map(),
      api: provider,
      access: { endpoint: "https://10.0.0.1:6443", kubeconfig: pulumi.output({ clientKey: "HIDDEN" }) },
    });
    await settle();
  });

  it("wait for the releases and for kinds that an operator defines, each once for an add-on", () => {
    const kind = "ciliumloadbalancerippools";
    assert.deepEqual(
      [...ofType("CiliumLoadBalancerIPPool"), ...ofType("RecurringJob"), ...ofType("ServedKind")]
        .map(({ name, dependencies }) => [name, ...dependencies.map(nameOf).sort()])
        .sort(),
      [
        [`${kind}/cilium`, "cilium"],
        [`${kind}/longhorn`, "cilium", "longhorn"],
        ["longhorn-system/nightly", "longhorn"],
        ["main", "cilium", `${kind}/cilium`],
        ["other", "cilium", `${kind}/cilium`],
        ["storage", "cilium", `${kind}/longhorn`, "longhorn"],
      ],
    );
  });

  it("are what the plan says, of the type their kind gives them", () => {
    const job = ofType("RecurringJob")[0];
    assert.equal(job?.type, "kubernetes:longhorn.io/v1beta2:RecurringJob");
    assert.deepEqual(job.inputs, {
      apiVersion: "longhorn.io/v1beta2",
      kind: "RecurringJob",
      metadata: { name: "nightly", namespace: "longhorn-system" },
      spec: { blocks: [] },
    });
  });

  it("go with the cluster, and nothing of them keeps a credential in the clear", () => {
    const inside = registered().filter(({ parent }) => parent.includes("CustomResources"));
    assert.equal(inside.length, 6);
    assert.deepEqual([...new Set(inside.map(({ request }) => nameOf(request.getDeletedwith())))], ["provider"]);
    for (const { request } of ofType("ServedKind")) {
      assert.deepEqual(request.getAdditionalsecretoutputsList(), ["kubeconfig"]);
      const kubeconfig = (request.getObject()?.toJavaScript() as Record<string, unknown>)["kubeconfig"];
      assert.ok(JSON.stringify(kubeconfig).startsWith('{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270"'));
    }
  });
});
