import assert from "node:assert/strict";
import { Datacenter } from "../../simulator/datacenter/datacenter";
import type { Cluster } from "../../simulator/datacenter/model";
import type { ModelContext } from "../../simulator/models/model";
import { execute } from "../../simulator/run/execute";
import type { KnownResource } from "../../simulator/run/state";
import type { Step } from "../../simulator/run/steps";
import { planSteps } from "../../simulator/run/steps";
import type { Registration } from "../../simulator/door/recording";
import type { Properties, PropertyValue } from "../../simulator/values";
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

describe("an update in place", () => {
  const schematic = "talos:imageFactory/schematic:Schematic";
  const asked = (id: string): Registration => ({ ...known(schematic, {}), id, dependencies: [] }) as unknown as Registration;
  const refused = (id: string): string[] => {
    const step: Step = {
      urn: "urn:s",
      operation: "update",
      known: known(schematic, { id: "old" }),
      registration: asked(id),
      changes: ["schematic"],
      replacedBy: [],
    };
    const dc = new Datacenter(datacenterSpec(configOf(stackText("homelab"))));
    return execute(dc, [step], () => ({}) as ModelContext).violations.map(({ rule }) => rule);
  };

  it("is refused when the resource would have another id, which the engine hands on to nobody", () => {
    assert.deepEqual([refused("old"), refused("new")], [[], ["id-in-place"]]);
  });
});

describe("what the program says of changes", () => {
  const vm = "proxmoxve:index/vmLegacy:VmLegacy";
  const disk = (speed: object): Record<string, PropertyValue> => ({ disks: [{ size: 1, ...speed }], name: "a" });
  const step = (before: Properties, after: Properties, more: Partial<Registration>): string => {
    const registration = {
      ...{
        ...known(vm, {}),
        urn: "urn:vm",
        inputs: after,
        provider: null,
        ignoreChanges: [],
        replaceOnChanges: [],
        replaceWith: [],
      },
      ...{ replacementTrigger: null, ...more },
    } as unknown as Registration;
    const [first] = planSteps([registration], [known(vm, { urn: "urn:vm", inputs: before as KnownResource["inputs"] })]);
    return first?.operation ?? "none";
  };

  it("ignores a place deep inside of an input, and nothing beside it", () => {
    const ignoreChanges = ["disks[0].speed"];
    const limited = disk({ speed: { iopsRead: 5 } });
    assert.equal(step(limited, disk({}), {}), "update");
    assert.equal(step(limited, disk({}), { ignoreChanges }), "same");
    assert.equal(step(disk({}), limited, { ignoreChanges }), "same");
    assert.equal(step(limited, disk({ size: 2 }), { ignoreChanges }), "update");
    assert.equal(step(limited, { name: "a" }, { ignoreChanges }), "update");
  });

  it("replaces what it says is to be replaced, and only when that changes", () => {
    assert.equal(step(disk({}), { ...disk({}), name: "b" }, { replaceOnChanges: ["name"] }), "replace");
    assert.equal(step(disk({}), disk({ size: 2 }), { replaceOnChanges: ["name"] }), "update");
  });
});
