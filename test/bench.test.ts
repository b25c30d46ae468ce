import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { judge } from "../bench/budgets";
import { renderBench } from "../bench/render";
import { SIZES, stackOf } from "../bench/stack";
import { growthExponent, median } from "../bench/statistics";
import { hasBlockingFindings } from "../planner";
import { planOf } from "./stacks";

describe("bench", () => {
  for (const size of SIZES) {
    it(`measures a stack of ${size.machines} machines on ${size.hosts} hosts that nothing stops, the same every time`, () => {
      const plan = planOf(stackOf(size));
      assert.deepEqual([plan.machines.length, plan.hosts.length], [size.machines, size.hosts]);
      assert.equal(plan.machines.filter(({ role }) => role === "controlplane").length, 3);
      assert.ok(!hasBlockingFindings(plan));
      assert.equal(stackOf(size), stackOf(size));
    });
  }

  it("plans a thousand machines in seconds", () => {
    const began = performance.now();
    planOf(stackOf({ machines: 1000, hosts: 40 }));
    assert.ok(performance.now() - began < 5000);
  });

  it("tells linear from quadratic growth", () => {
    const points = (power: number): { x: number; y: number }[] => [100, 300, 1000].map((x) => ({ x, y: 7 * x ** power }));
    for (const power of [0.5, 1, 2]) assert.ok(Math.abs(growthExponent(points(power)) - power) < 1e-9);
  });

  it("takes the middle of its runs", () => {
    assert.deepEqual([median([3]), median([9, 1, 2]), median([4, 1, 3, 2])], [3, 2, 2.5]);
  });

  it("says which promise is broken", () => {
    const row = { command: "plan", machines: 1000, hosts: 40, runs: 3, seconds: 6, workSeconds: 5.5 } as const;
    const rows = [{ ...row, millisecondsPerMachine: 5.5, memoryMiB: 100, programMiB: 0 }];
    const growth = [
      { command: "plan", exponent: 1.2 },
      { command: "rehearse", exponent: 1.6 },
    ] as const;
    const budgets = judge(rows, growth);
    const lines = renderBench({ node: "v20.19.0", rows, growth, budgets });
    assert.deepEqual(
      budgets.map(({ kept }) => kept),
      [false, true, false],
    );
    assert.deepEqual(lines.slice(-3), [
      "BROKEN: plan of 1000 machines on 40 hosts, seconds 6.00, allowed below 5",
      "kept: growth exponent of plan 1.20, allowed below 1.5",
      "BROKEN: growth exponent of rehearse 1.60, allowed below 1.5",
    ]);
  });
});
