import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { advise, stageOf } from "../../planner";
import type { Advice, NodeUse, Observations, Operations, Plan } from "../../planner";
import { PROJECT, planOf, stackFile, stackText } from "../stacks";

const plans = [1, 2, 3, 4].map((stage) => planOf(readFileSync(join(PROJECT, "examples", `roadmap-${stage}.yaml`), "utf8")));

/** The plan of a stage of the roadmap, with or without a promise. */
function stage(number: number, promised?: number): Plan {
  const plan = plans[number - 1];
  assert.ok(plan);
  return { ...plan, availabilityPercent: promised };
}

/** All nodes of a plan as busy as this, and people who have nothing to complain of unless they say so. */
function seen(plan: Plan, use: NodeUse = {}, operations: Operations = {}): Observations {
  const quiet = { cpuPercent: 40, sustainedCpuPercent: 35, memoryPercent: 50 };
  return {
    nodes: Object.fromEntries(plan.machines.map(({ name }) => [name, { ...quiet, ...use }])),
    operations: { incidents: 0, logsSuffice: true, workBlocked: false, teamTimePercent: 5, teamSize: 5, ...operations },
  };
}

function told({ verdict, target, because }: Advice): string {
  return [verdict, ...(target === undefined ? [] : [target]), ...because.map(({ key }) => key)].join(" ");
}

describe("advice on stages", () => {
  it("knows which stage a stack is in, and what it lacks", () => {
    assert.deepEqual(plans.map(stageOf), [1, 2, 3, 4]);
    // Nodes alone make stage 3; three control planes without snapshots are no stage 4.
    const homelab = planOf(stackText("homelab"));
    assert.equal(stageOf(homelab), 3);
    assert.match(advise(homelab, seen(homelab)).lacks.join(), /kubePrometheusStack.*loki.*tempo/);
    const [two, four] = [stage(2), stage(4)];
    assert.equal(stageOf({ ...two, addons: { ...two.addons, tempo: undefined } }), 1);
    const lacking: Partial<Plan>[] = [
      { etcdBackup: undefined },
      { machines: four.machines.slice(1) },
      { machines: four.machines.map((machine) => ({ ...machine, role: machine.name === "node-02" ? "worker" : machine.role })) },
      { endpoint: { ...four.endpoint, kind: "machine" } },
    ];
    for (const without of lacking) assert.equal(stageOf({ ...four, ...without }), 3, Object.keys(without).join());
  });

  it("is to stay where nothing is short, nothing is promised and logs suffice", () => {
    for (const number of [1, 2, 3, 4]) assert.equal(told(advise(stage(number), seen(stage(number)))), "stay");
  });

  const cases: [string, number, NodeUse, Operations, number | undefined, string][] = [
    ["the first incident that needed more than logs", 1, {}, { incidents: 1 }, undefined, "move 2 incident"],
    ["logs that do not suffice", 1, {}, { logsSuffice: false }, undefined, "move 2 incident"],
    ["the same where there is more than logs", 2, {}, { incidents: 3, logsSuffice: false }, undefined, "stay"],
    [
      "CPU of a node above 80%, sustained",
      2,
      { cpuPercent: 85, sustainedCpuPercent: 80.1 },
      {},
      undefined,
      "move 3 cpu-sustained",
    ],
    [
      "a peak of CPU that is none of the kind",
      2,
      { cpuPercent: 95, sustainedCpuPercent: 80 },
      {},
      undefined,
      "open utilisation-low",
    ],
    ["memory of a node above 90%", 2, { memoryPercent: 90.1 }, {}, undefined, "move 3 memory-full"],
    ["memory at 90%", 2, { memoryPercent: 90 }, {}, undefined, "open utilisation-low"],
    ["memory above 90% of the first stage's node", 1, { memoryPercent: 95 }, {}, undefined, "move 3 memory-full"],
    ["use of 70%", 1, { cpuPercent: 70 }, {}, undefined, "open utilisation-low"],
    ["use of just below 70%", 1, { cpuPercent: 69.9 }, {}, undefined, "stay"],
    ["an SLA of more than 99.9%", 3, {}, {}, 99.95, "move 4 sla-high"],
    ["the same on the first stage", 1, {}, {}, 99.95, "move 4 sla-high sla-promised"],
    ["an SLA of 99.9% on several nodes", 3, {}, {}, 99.9, "open no-sla"],
    ["an SLA of 99.9% on one node", 1, {}, {}, 99.9, "move 2 sla-promised"],
    ["an SLA of 99% on one node that is watched", 2, {}, {}, 99, "move 3 sla-promised"],
    ["work that waits for resources", 2, {}, { workBlocked: true }, undefined, "move 3 work-blocked"],
    ["over 20% of the team's time", 3, {}, { teamTimePercent: 20.5 }, undefined, "move 4 team-time"],
    ["20% of the team's time", 3, {}, { teamTimePercent: 20 }, undefined, "stay"],
    ["anything on the last stage", 4, { memoryPercent: 99 }, { workBlocked: true, teamTimePercent: 50 }, 99.99, "stay"],
  ];
  for (const [what, number, use, operations, promised, expected] of cases)
    it(`with ${what}, in stage ${number}: ${expected}`, () => {
      const plan = stage(number, promised);
      assert.equal(told(advise(plan, seen(plan, use, operations))), expected);
    });

  it("goes by the busiest node, and names it", () => {
    const plan = stage(3);
    const quiet = seen(plan);
    const busy = {
      ...quiet,
      nodes: { ...quiet.nodes, "work-01": { cpuPercent: 71.26, sustainedCpuPercent: 20, memoryPercent: 60 } },
    };
    const { criteria, verdict } = advise(plan, busy);
    assert.equal(verdict, "open");
    assert.equal(criteria[0]?.seen, "at most 71.3%, on work-01");
  });

  it("never guesses what is not known", () => {
    const nothing = advise(stage(1), { nodes: {}, operations: {} });
    assert.equal(told(nothing), "open utilisation-low logs-suffice incident cpu-sustained memory-full work-blocked team-time");
    assert.equal(nothing.considerManaged, null);
    // One node of four is silent: what the others say is enough to move on, and not to stay.
    const plan = stage(2);
    const four = stage(3);
    const silent = seen(four);
    const nodes = Object.fromEntries(Object.entries(silent.nodes).filter(([name]) => name !== "work-02"));
    const partly = advise(four, { ...silent, nodes });
    assert.equal(told(partly), "open utilisation-low");
    assert.equal(partly.criteria[0]?.seen, "at most 50%, on node-00, and nothing is known of work-02");
    assert.equal(told(advise(plan, { nodes: { "node-00": { memoryPercent: 91 } }, operations: {} })), "move 3 memory-full");
  });

  it("thinks of a managed Kubernetes for a small team", () => {
    const managed = (teamSize: number): boolean | null => advise(stage(1), seen(stage(1), {}, { teamSize })).considerManaged;
    assert.deepEqual([1, 2, 3].map(managed), [true, true, false]);
  });

  it("counts a stack of VMs alike", () => {
    const plan = planOf(stackFile());
    assert.equal(stageOf(plan), 1);
    assert.equal(told(advise(plan, seen(plan, {}, { incidents: 1 }))), "move 2 incident");
  });
});
