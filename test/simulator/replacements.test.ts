import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Inputs } from "../../simulator/models/model";
import { REPLACEMENTS, replacedBy } from "../../simulator/models/replacements";
import { resourceModels } from "../../simulator/models/registry";
import type { Json } from "../../simulator/values";

/** Inputs with a value at a path of the table; none without a value. */
function inputs(path: string, value?: Json): Inputs {
  if (value === undefined) return {};
  return path.split(".").reduceRight<Json>((inner, key) => {
    const name = key.replace("[]", "");
    return { [name]: key.endsWith("[]") ? [inner] : inner };
  }, value) as Inputs;
}

const VM = "proxmoxve:index/vmLegacy:VmLegacy";

describe("replacements", () => {
  it("are of types the datacenter knows, each with its source, each once", () => {
    for (const { type, source } of REPLACEMENTS) assert.ok(resourceModels.has(type) && source.length > 10, type);
    const keys = REPLACEMENTS.map(({ type, property }) => `${type} ${property}`);
    assert.equal(new Set(keys).size, keys.length);
  });

  for (const { type, property, when, unless } of REPLACEMENTS) {
    it(`${type.split(":").at(-1) ?? type} by ${property}: ${when}${unless === undefined ? "" : ` unless ${unless}`}`, () => {
      const by = (before?: Json, after?: Json, more: Inputs = {}): boolean =>
        replacedBy(type, inputs(property, before), { ...inputs(property, after), ...more }).includes(property);
      const [one, two] = when === "lowered" ? ["v1.13.9", "v1.12.0"] : ["1", "2"];
      assert.equal(by(one, one), false, "the same");
      assert.equal(by(one, two), when !== "presence", "another value");
      assert.equal(by(two, one), when === "changed" || when === "both", "and back");
      assert.equal(by(undefined, one), when === "changed" || when === "presence", "appears");
      assert.equal(by(one, undefined), when === "changed" || when === "presence", "goes");
      if (unless !== undefined) assert.equal(by(one, two, { [unless]: true }), false, unless);
    });
  }

  it("are none for what is changed in place", () => {
    const disk = (importFrom: string): Inputs => ({ disks: [{ interface: "scsi0", importFrom }] });
    assert.deepEqual(replacedBy(VM, disk("local:import/a.qcow2"), disk("local:import/b.qcow2")), []);
    assert.deepEqual(replacedBy(VM, { disks: [{ size: 1 }] }, { disks: [{ size: 1 }, { size: 2 }] }), []);
    assert.deepEqual(replacedBy(VM, { cpu: { cores: 2 }, memory: { dedicated: 1 } }, { cpu: { cores: 4 }, memory: {} }), []);
    assert.deepEqual(
      replacedBy("kubernetes:helm.sh/v3:Release", { version: "1", values: {} }, { version: "2", values: { a: 1 } }),
      [],
    );
  });
});
