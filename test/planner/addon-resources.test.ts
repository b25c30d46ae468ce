import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { AddonResource } from "../../planner/addons/definition";
import { ALL_ADDONS } from "../../planner/addons/registry";
import { plannedResources } from "../../planner/addons/resources";
import type { ResourceSurroundings } from "../../planner/addons/resources";
import { Sourced } from "../../planner/addons/sourced";

const AROUND: ResourceSurroundings = {
  on: [
    {
      key: "cilium",
      brings: { by: "operator", kinds: { Pool: { apiVersion: "net.test/v2", plural: "pools", scope: "Cluster" } } },
    },
    {
      key: "longhorn",
      brings: { by: "release", kinds: { Job: { apiVersion: "store.test/v1", plural: "jobs", scope: "Namespaced" } } },
    },
  ],
  environmentClass: "prod",
  namespace: "storage",
};

const planned = (...resources: AddonResource[]): ReturnType<typeof plannedResources> =>
  plannedResources(resources, { key: "longhorn" }, AROUND);

describe("custom resources of an add-on", () => {
  it("are whole manifests in order of kind and name, whatever order they were asked in", () => {
    const all = planned(
      { kind: "Pool", name: "b", spec: {} },
      { kind: "Job", name: "z", namespace: "elsewhere", spec: {} },
      { kind: "Pool", name: "a", labels: { tier: "x" }, spec: {} },
      { kind: "Job", name: "y", spec: {} },
    );
    assert.deepEqual(
      all.map(({ apiVersion, kind, metadata }) => [apiVersion, kind, metadata]),
      [
        ["store.test/v1", "Job", { name: "z", namespace: "elsewhere" }],
        ["store.test/v1", "Job", { name: "y", namespace: "storage" }],
        ["net.test/v2", "Pool", { name: "a", labels: { tier: "x" } }],
        ["net.test/v2", "Pool", { name: "b" }],
      ],
    );
  });

  it("wait for their own release and for whoever brings their kind, and for the kind where an operator defines it", () => {
    const [job, pool] = planned({ kind: "Pool", name: "a", spec: {} }, { kind: "Job", name: "a", spec: {} });
    assert.deepEqual([job?.after, job?.served], [["longhorn"], undefined]);
    assert.deepEqual([pool?.after, pool?.served], [["cilium", "longhorn"], "/apis/net.test/v2/pools"]);
  });

  it("say of every leaf where it comes from", () => {
    const retain = new Sourced(7, { layer: "stack", path: "addons.longhorn.retain" });
    const [job] = planned({ kind: "Job", name: "a", spec: { task: "backup", retain, gone: undefined } });
    assert.deepEqual(job?.spec, { retain: 7, task: "backup" });
    assert.deepEqual(job.origins, [
      { path: "retain", from: "stack addons.longhorn.retain" },
      { path: "task", from: "base" },
    ]);
  });

  it("are of no kind that nobody brings", () => {
    assert.throws(() => planned({ kind: "Gateway", name: "a", spec: {} }), {
      message: "longhorn makes a Gateway, a kind that no add-on brings which is on",
    });
  });

  it("have kinds whose names in the API are those of their definitions", () => {
    for (const { brings } of ALL_ADDONS) {
      for (const [kind, { apiVersion, plural }] of Object.entries(brings?.kinds ?? {})) {
        assert.match(apiVersion, /^[a-z0-9.-]+\.[a-z]+\/v\d+((alpha|beta)\d+)?$/);
        assert.ok([`${kind}s`, kind.replace(/y$/, "ies")].map((each) => each.toLowerCase()).includes(plural), plural);
      }
    }
  });
});
