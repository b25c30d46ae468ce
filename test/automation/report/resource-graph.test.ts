import assert from "node:assert/strict";
import { resourceGraphOf } from "../../../automation/report/resource-graph";
import { placesOf } from "../../../automation/report/graph-drawing";
import { isComponent, isProvider } from "../../../automation/report/resource-kinds";
import { homelabRehearsal, resource } from "./pages";

/** Everything that can be reached along edges. */
function reach(from: number, edges: readonly (readonly [number, number])[]): Set<number> {
  const seen = new Set<number>();
  const visit = (id: number): void => {
    for (const [start, end] of edges) {
      if (start !== id || seen.has(end)) continue;
      seen.add(end);
      visit(end);
    }
  };
  visit(from);
  return seen;
}

describe("the resource graph", () => {
  it("has every resource but components and providers in one group, like ones of a component together", async () => {
    const { resources } = await homelabRehearsal();
    const { groups } = resourceGraphOf(resources);
    const drawn = groups.flatMap(({ members }) => members).sort((a, b) => a - b);
    const wanted = [...resources.keys()].filter((index) => {
      const each = resources[index];
      return each !== undefined && !isComponent(each) && !isProvider(each);
    });
    assert.deepEqual(drawn, wanted);
    const configurations = groups.find(({ sample }) => sample.type.endsWith("ConfigurationApply"));
    assert.deepEqual([configurations?.members.length, configurations?.component], [10, "TalosCluster"]);
  });

  it("leads down only, and says all that the dependencies say", async () => {
    const { resources } = await homelabRehearsal();
    const { groups, layers, edges, dependencies } = resourceGraphOf(resources);
    const depth = new Map(layers.flatMap((layer, index) => layer.map((id) => [id, index] as const)));
    for (const [from, to] of edges) assert.ok((depth.get(from) ?? 0) < (depth.get(to) ?? 0));
    const groupOf = new Map(groups.flatMap(({ id, members }) => members.map((member) => [member, id] as const)));
    for (const [index, all] of dependencies.entries()) {
      for (const each of all) {
        const [from, to] = [groupOf.get(each) ?? -1, groupOf.get(index) ?? -1];
        assert.ok(
          from === to || to < 0 || reach(from, edges).has(to),
          `${resources[each]?.name ?? ""} before ${resources[index]?.name ?? ""}`,
        );
      }
    }
    const redundant = edges.filter(([from, to]) =>
      reach(
        from,
        edges.filter((edge) => edge[0] !== from || edge[1] !== to),
      ).has(to),
    );
    assert.deepEqual(redundant, []);
  });

  it("stands groups that wait for each other in a circle, as their resources need not", () => {
    const parent = (name: string): string => `urn:${name}`;
    const vm = (name: string, pool: string, dependencies: string[]) => resource(name, { parent: parent(pool), dependencies });
    const pools = ["a", "b"].map((name) => resource(name, { type: "proxmox-talos:proxmox:VmPool" }));
    const all = [...pools, vm("a-0", "a", []), vm("b-0", "b", ["urn:a-0"]), vm("a-1", "a", ["urn:b-0"])];
    const { layers, edges } = resourceGraphOf(all);
    assert.deepEqual([layers.flat().length, edges.length], [2, 1]);
  });

  it("draws no box over another, and none beyond the edge", async () => {
    const boxes = placesOf(resourceGraphOf((await homelabRehearsal()).resources));
    for (const [index, a] of boxes.entries()) {
      assert.ok(a.x >= 0);
      for (const b of boxes.slice(index + 1))
        assert.ok(a.y + a.height <= b.y || b.y + b.height <= a.y || a.x + a.width <= b.x || b.x + b.width <= a.x);
    }
  });
});
