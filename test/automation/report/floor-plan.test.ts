import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { floorPlanOf } from "../../../automation/report/floor-plan";
import { floorPlanSvg } from "../../../automation/report/floor-plan-svg";
import type { Box } from "../../../automation/report/treemap";
import { PROJECT, hosts, planOf, stackFile } from "../../stacks";
import { planOfStack } from "./pages";

/** `UPDATE_GOLDEN=1` writes the drawing that the README shows instead of comparing it: look at it before it is committed. */
const UPDATE = process.env["UPDATE_GOLDEN"] === "1";
const GOLDEN = join(PROJECT, "docs", "images", "homelab.svg");

const area = ({ width, height }: Box): number => width * height;
const near = (a: number, b: number): boolean => Math.abs(a - b) < 1e-6 * Math.max(1, a, b);

describe("the floor plan", () => {
  for (const stack of ["homelab", "prod"]) {
    it(`draws memory to scale, across all hosts of ${stack}`, () => {
      const { domains, areaPerMiB } = floorPlanOf(planOfStack(stack));
      const drawn = domains.flatMap((domain) => domain.hosts);
      assert.ok(drawn.length > 1);
      for (const { host, machines, memory, free, reserved } of drawn) {
        assert.ok(near(area(memory), host.memoryMiB * areaPerMiB), host.name);
        assert.ok(near(area(reserved), host.reservedMemoryMiB * areaPerMiB), host.name);
        for (const { memoryMiB, box, name } of machines) assert.ok(near(area(box), memoryMiB * areaPerMiB), name);
        const parts = [...machines.map(({ box }) => box), free, reserved].map(area);
        assert.ok(
          near(
            parts.reduce((sum, each) => sum + each, 0),
            area(memory),
          ),
          `${host.name} is filled by what is in it and what is free`,
        );
      }
    });
  }

  it("marks what is given away beyond what there is", () => {
    const full = stackFile({ controlPlane: "{ count: 1, cores: 2, memoryGiB: 62, diskGiB: 20 }" });
    const plan = planOf(full);
    const [host] = floorPlanOf(plan).domains.flatMap((domain) => domain.hosts);
    assert.equal(host?.overMiB, 6 * 1024);
    assert.match(floorPlanSvg(plan), />6 GiB too much</);
    assert.doesNotMatch(floorPlanSvg(planOf(stackFile())), /too much/);
  });

  it("frames what fails together, and has machines that are no VMs beside the hosts", () => {
    const named = hosts(2).replace("pve-1: {", "pve-1: { failureDomain: room-a,");
    const plan = planOf(stackFile({ hosts: hosts(2) }));
    assert.deepEqual(
      floorPlanOf(plan).domains.map(({ name }) => name),
      [null],
    );
    assert.deepEqual(
      floorPlanOf(planOf(stackFile({ hosts: named }))).domains.map(({ name, hosts: all }) => [
        name,
        all.map(({ host }) => host.name),
      ]),
      [
        ["room-a", ["pve-1"]],
        [null, ["pve-2"]],
      ],
    );
    const [first, ...rest] = plan.machines;
    assert.ok(first);
    const outside = { ...first, source: "existing" as const, host: null, vmId: null, name: "own-0" };
    const floor = floorPlanOf({ ...plan, machines: [outside, ...rest] });
    assert.deepEqual(
      floor.existing.map(({ name }) => name),
      ["own-0"],
    );
    assert.ok(near(area(floor.existing[0]?.box ?? { x: 0, y: 0, width: 0, height: 0 }), outside.memoryMiB * floor.areaPerMiB));
  });

  it("tells pools apart by number and by pattern, the control plane by its own", () => {
    const { kinds } = floorPlanOf(planOfStack("homelab"));
    assert.deepEqual(
      kinds.map(({ name, tone, mark }) => [name, tone, mark]),
      [
        ["control-plane", 0, "◆"],
        ["large", 1, "○"],
        ["small", 2, "○"],
      ],
    );
  });

  it("is one drawing that needs nothing else, and the same every time", () => {
    const svg = floorPlanSvg(planOfStack("homelab"));
    assert.equal(svg, floorPlanSvg(planOfStack("homelab")));
    assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox=/);
    assert.match(
      svg,
      /<title id="title">homelab: 2 hosts, 10 machines<\/title><desc id="description">pve has 48 GiB, 42 of them for 6 VMs;/,
    );
    assert.match(svg, /@media \(prefers-color-scheme: dark\)/);
    assert.doesNotMatch(svg.replace('xmlns="http://www.w3.org/2000/svg"', ""), /https?:|var\(|NaN|undefined/);
    if (UPDATE) writeFileSync(GOLDEN, svg);
    assert.equal(svg, readFileSync(GOLDEN, "utf8"));
  });
});
