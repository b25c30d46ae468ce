import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { judge } from "../bench/budgets";
import { renderEngineBench } from "../bench/engine/report";
import { worstChoice } from "../bench/parallel";
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
    const planned = { ...row, millisecondsPerMachine: 5.5, memoryMiB: 100, programMiB: 0, undecidedPercent: 0 };
    const rows = [planned, { ...planned, command: "survive", seconds: 4, undecidedPercent: 2 } as const];
    const growth = [
      { command: "plan", exponent: 1.2 },
      { command: "rehearse", exponent: 1.6 },
    ] as const;
    const size = { machines: 30, hosts: 4 };
    const parallel = [
      { ...size, parallel: 4, isChosen: false, makespanSeconds: 90, failure: "helm-timeout" },
      { ...size, parallel: 8, isChosen: true, makespanSeconds: 102 },
      { ...size, parallel: 16, isChosen: false, makespanSeconds: 100 },
    ];
    const budgets = judge(rows, growth, parallel);
    const lines = renderBench({ node: "v20.19.0", rows, growth, parallel, budgets });
    assert.ok(lines.includes("30 machines on 4 hosts    4: helm-timeout  8*: 102  16: 100"));
    assert.deepEqual(
      budgets.map(({ kept }) => kept),
      [false, true, false, true, false, true],
    );
    assert.deepEqual(lines.slice(-6), [
      "BROKEN: plan of 1000 machines on 40 hosts, seconds 6.00, allowed below 5",
      "kept: every failure and pair of 1000 machines on 40 hosts, seconds 4.00, allowed below 10",
      "BROKEN: of these undecided, percent 2.00, allowed below 1",
      "kept: growth exponent of plan 1.20, allowed below 1.5",
      "BROKEN: growth exponent of rehearse 1.60, allowed below 1.5",
      "kept: deployment with the plan's own --parallel, times the best 1.02, allowed below 1.05",
    ]);
  });

  it("holds a choice that fails for worse than any", () => {
    const size = { machines: 30, hosts: 4 };
    const chosen = { ...size, parallel: 4, isChosen: true, makespanSeconds: 90, failure: "helm-timeout" };
    assert.equal(
      worstChoice([chosen, { ...size, parallel: 8, isChosen: false, makespanSeconds: 100 }]),
      Number.POSITIVE_INFINITY,
    );
  });

  it("tells what the real engine takes, and its own share", () => {
    const row = { stack: "prod", machines: 8, queues: 3, parallel: 16, created: 30 };
    const seconds = { previewSeconds: 3, upSeconds: 20.04, againSeconds: 4, boundSeconds: 9 };
    const lines = renderEngineBench({
      speed: 20,
      cores: 2,
      pulumi: "v3.1.0",
      baseline: { previewSeconds: 1, upSeconds: 1.25 },
      rows: [{ ...row, ...seconds }],
    });
    assert.equal(lines[3], "prod          8       3          16       30        3.0  20.0      4.0      9.0");
    assert.match(lines[5] ?? "", /preview 1\.0 s, up 1\.3 s$/);
  });
});
