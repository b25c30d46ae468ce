import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { mergeLayers, originsOf, valueAt } from "../../planner/addons/layers";
import type { MergedValues, Values } from "../../planner/addons/layers";
import { settingsOf } from "../../planner/addons/settings";
import { BASE, Sourced } from "../../planner/addons/sourced";

type Tree = Record<string, unknown>;

const PROD = { layer: "overlay", environmentClass: "prod" } as const;

/** The three layers merged for prod, the other class saying something that must not show. */
function merged(base: Values, overlay: Values = {}, own: Tree = {}): MergedValues {
  const overlays = { homelab: { other: "class" }, prod: overlay };
  return mergeLayers({ base, overlays, environmentClass: "prod", own, ownPath: "addons.x.values" });
}

/** `path = value < origin` of every leaf. */
function lines(all: MergedValues): string[] {
  const origins = originsOf(all.leaves);
  return all.leaves.map(({ value }, index) => `${origins[index]?.path} = ${JSON.stringify(value)} < ${origins[index]?.from}`);
}

const isMap = (value: unknown): value is Tree => value !== null && typeof value === "object" && !Array.isArray(value);

/** What Helm does to several files of values (pkg/cli/values: mergeMaps): the second one's key unless both are maps. */
function helmMerge(first: Tree, second: Tree): Tree {
  return Object.fromEntries([
    ...Object.entries(first),
    ...Object.entries(second).map(([key, value]) => {
      const before = Object.hasOwn(first, key) ? first[key] : undefined;
      return [key, isMap(value) && isMap(before) ? helmMerge(before, value) : value] as const;
    }),
  ]);
}

const leaf = fc.oneof(fc.integer(), fc.boolean(), fc.string(), fc.constant(null), fc.array(fc.integer(), { maxLength: 2 }));
const key = fc.constantFrom("a", "b", "c", "d.e", "__proto__", "toString");
const { tree } = fc.letrec<{ tree: Tree; node: unknown }>((tie) => ({
  tree: fc.dictionary(key, tie("node"), { maxKeys: 4, noNullPrototype: true }),
  node: fc.oneof({ depthSize: "small", withCrossShrink: true }, leaf, tie("tree")),
}));

describe("layers of an add-on's values", () => {
  it("are base, the overlay of the stack's class, then the stack file's own, and every leaf says which", () => {
    const all = merged(
      { replicas: 1, tls: { enabled: true, port: 1 }, list: [1, 2] },
      { replicas: 2, tls: { port: 2 } },
      { tls: { port: 3 }, list: [], more: { deep: true } },
    );
    assert.deepEqual(all.values, { list: [], more: { deep: true }, replicas: 2, tls: { enabled: true, port: 3 } });
    assert.deepEqual(lines(all), [
      "list = [] < stack addons.x.values.list",
      "more.deep = true < stack addons.x.values.more.deep",
      "replicas = 2 < overlay prod",
      "tls.enabled = true < base",
      "tls.port = 3 < stack addons.x.values.tls.port",
    ]);
  });

  it("put a value where it was decided, whatever layer it is written in", () => {
    const asked = new Sourced(5, { layer: "stack", path: "addons.x.days" });
    const all = merged(
      { asked, fallback: new Sourced(1, PROD), plain: new Sourced(1, BASE) },
      { asked: 6, fallback: 2, plain: 2 },
    );
    assert.deepEqual(lines(all), ["asked = 5 < stack addons.x.days", "fallback = 2 < overlay prod", "plain = 2 < overlay prod"]);
    // The stack file's own values come after its settings.
    assert.deepEqual(lines(merged({ asked }, {}, { asked: 7 })), ["asked = 7 < stack addons.x.values.asked"]);
    assert.deepEqual(lines(merged({ text: asked.as((days) => `${days}d`) })), ['text = "5d" < stack addons.x.days']);
  });

  it("keep null, which tells Helm to take the chart's own value away, and say nothing where nothing is said", () => {
    const all = merged({ affinity: { soft: true }, gone: undefined, empty: {} }, {}, { affinity: null });
    assert.deepEqual(lines(all), ["affinity = null < stack addons.x.values.affinity", "empty = {} < base"]);
    assert.deepEqual(all.values, { affinity: null, empty: {} });
    // A map over a null is the map.
    assert.deepEqual(merged({ a: null }, { a: { b: 1 } }).values, { a: { b: 1 } });
  });

  it("write a key with dots as helm --set does", () => {
    assert.deepEqual(lines(merged({ nodeSelector: { "kubernetes.io/os": "linux" } }, {}, { "a.b": { c: 1 } })), [
      "a\\.b.c = 1 < stack addons.x.values.a\\.b.c",
      'nodeSelector.kubernetes\\.io/os = "linux" < base',
    ]);
  });

  it("are merged as Helm merges files of values, for any values", () => {
    fc.assert(
      fc.property(tree, tree, tree, (base, overlay, own) => {
        const { values } = merged(base as Values, overlay as Values, own);
        assert.deepEqual(values, [base, overlay, own].reduce(helmMerge, {}));
      }),
      { numRuns: 500 },
    );
  });

  it("name as a leaf's origin the last layer that sets it, and have one for every leaf", () => {
    const at = (values: unknown, keys: readonly string[]): unknown =>
      keys.reduce<unknown>((value, each) => (isMap(value) && Object.hasOwn(value, each) ? value[each] : undefined), values);
    const count = (value: unknown): number =>
      isMap(value) && Object.keys(value).length > 0
        ? Object.values(value).reduce<number>((sum, each) => sum + count(each), 0)
        : 1;
    fc.assert(
      fc.property(tree, tree, tree, (base, overlay, own) => {
        const all = merged(base as Values, overlay as Values, own);
        const layers = [base, overlay, own];
        for (const { keys, value, origin } of all.leaves) {
          const last = layers.findLastIndex((layer) => at(layer, keys) !== undefined);
          assert.equal(origin.layer, ["base", "overlay", "stack"][last]);
          assert.deepEqual(value, at(layers[last], keys));
        }
        assert.equal(all.leaves.length, Object.keys(all.values).length === 0 ? 0 : count(all.values));
      }),
      { numRuns: 500 },
    );
  });

  it("do not depend on the order in which keys are written", () => {
    fc.assert(
      fc.property(tree, (base) => {
        const backwards = (value: unknown): unknown =>
          isMap(value)
            ? Object.fromEntries(
                Object.entries(value)
                  .reverse()
                  .map(([name, each]) => [name, backwards(each)]),
              )
            : value;
        assert.equal(JSON.stringify(merged(base as Values)), JSON.stringify(merged(backwards(base) as Values)));
      }),
    );
  });
});

describe("settings of an add-on", () => {
  const config = { days: undefined as number | undefined, grafana: { enabled: false as boolean | undefined } };
  const setting = settingsOf(config, "addons.x", "prod");

  it("come from the stack file, from their default for the class, or from the one for all", () => {
    assert.deepEqual(
      setting("grafana.enabled").or(true),
      new Sourced(false, { layer: "stack", path: "addons.x.grafana.enabled" }),
    );
    assert.deepEqual(setting("days").byClass({ homelab: 7, prod: 30 }), new Sourced(30, PROD));
    assert.deepEqual([setting("days").or(3), setting("days").asked], [new Sourced(3, BASE), undefined]);
    assert.equal(valueAt({ a: { b: 1 } }, "a.b"), 1);
  });
});
