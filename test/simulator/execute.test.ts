import assert from "node:assert/strict";
import { Datacenter } from "../../simulator/datacenter/datacenter";
import type { Cluster } from "../../simulator/datacenter/model";
import type { ModelContext } from "../../simulator/models/model";
import { execute } from "../../simulator/run/execute";
import type { KnownResource } from "../../simulator/run/state";
import type { Step } from "../../simulator/run/steps";
import { datacenterSpec } from "../../automation/datacenter-spec";
import { configOf, stackText } from "../stacks";

const known = (type: string, more: Partial<KnownResource>): KnownResource => ({
  urn: `urn:${type}`,
  type,
  name: "longhorn",
  custom: true,
  parent: null,
  id: "1",
  inputs: {},
  dependencies: [],
  protect: false,
  deletedWith: null,
  trigger: null,
  ...more,
});

/** What is refused when a release of Longhorn, deleted with the bootstrap, is deleted, and with it whatever else is given. */
function refusedWith(...others: KnownResource[]): string[] {
  const dc = new Datacenter(datacenterSpec(configOf(stackText("homelab"))));
  dc.state.clusters.push({ releases: { longhorn: "longhorn" }, templates: {}, nodes: [] } as unknown as Cluster);
  const inputs = { name: "longhorn", namespace: "longhorn-system", chart: "longhorn", values: {} };
  const release = known("kubernetes:helm.sh/v3:Release", { inputs, deletedWith: "urn:talos:machine/bootstrap:Bootstrap" });
  const steps = [release, ...others].map((resource): Step => ({
    urn: resource.urn,
    operation: "delete",
    known: resource,
    changes: [],
    replacedBy: [],
  }));
  return execute(dc, steps, () => ({}) as ModelContext).violations.map(({ rule }) => rule);
}

describe("what is deleted with something else", () => {
  it("is asked nothing when that goes in the same update, and goes by itself when it does not", () => {
    assert.deepEqual(refusedWith(), ["longhorn-uninstall"]);
    assert.deepEqual(refusedWith(known("talos:machine/bootstrap:Bootstrap", {})), []);
  });
});
