import assert from "node:assert/strict";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { describe, it } from "mocha";
import { renderComparison } from "../../automation/render/comparison";
import { renderStackCosts } from "../../automation/render/stack-costs";
import { createStyle } from "../../automation/render/style";
import { displayWidth } from "../../automation/render/text";
import { planned } from "../../automation/stacks";
import { compare, environmentCosts, moneyText, stageOf, survivals } from "../../planner";
import type { Comparison, FigureName, Plan } from "../../planner";
import { PROJECT, hosts, planOf, stackFile, stackText } from "../stacks";
import { lab } from "../lab";

const style = (columns: number, unicode = true): ReturnType<typeof createStyle> =>
  createStyle({ columns, unicode, color: false });
const example = (name: string): Plan => planned(join(PROJECT, "examples", `${name}.yaml`)).plan;
const judged = (plan: Plan): Parameters<typeof compare>[0] => ({ plan, survivals: survivals(plan) });
const between = (before: Plan, after: Plan): Comparison => compare(judged(before), judged(after));

function figure({ figures }: Comparison, name: FigureName): (number | string)[] {
  const { before = 0, after = 0, ratio = null } = figures.find((each) => each.name === name) ?? {};
  return [before, after, `${ratio?.toFixed(1) ?? "-"}x`];
}

describe("lab compare", () => {
  it("of the homelab with what it was: one purchase of EUR 433.30 for 2.3 times the cores and the workers", () => {
    const [before, after] = [example("homelab-single"), planned("homelab").plan];
    const comparison = between(before, after);
    assert.deepEqual(figure(comparison, "cores"), [6, 14, "2.3x"]);
    assert.deepEqual(figure(comparison, "memoryGiB"), [48, 80, "1.7x"]);
    // Not 6, and not twice as many.
    assert.deepEqual(figure(comparison, "workers"), [3, 7, "2.3x"]);
    assert.deepEqual(figure(comparison, "machines"), [6, 10, "1.7x"]);
    const lines = renderComparison(before, after, comparison, style(120));
    assert.deepEqual(lines.slice(lines.findIndex((line) => line.startsWith("single failures"))), [
      "single failures: 0 survived, 0 with something missing, 2 lost → 1 survived, 1 with something missing, 2 lost",
      "  without host pve-02: not there → degraded",
      "  without datastore local-lvm on pve-02: not there → survives",
      "",
      "EUR  once 0.00 → 433.30, a difference of 433.30",
      "     over the period a difference of 433.30",
      "     8 more cores, EUR 54.16 for each",
      "     4 more workers, EUR 108.33 for each",
      "",
      "! without a price in homelab-single: host pve",
      "! without a price in homelab: host pve, power of pve-02",
    ]);
  });

  it("names failures that one of them survives and the other does not", () => {
    const pool = (count: number, on: string): string =>
      `{ count: ${count}, cores: 2, memoryGiB: 4, diskGiB: 20, hosts: [${on}] }`;
    const text = (control: string): Plan =>
      planOf(
        stackFile({
          hosts: hosts(3),
          endpoint: "{ vip: 192.168.1.99 }",
          controlPlane: control,
          workers: `{ main: ${pool(3, "pve-1, pve-2, pve-3")} }`,
        }),
      );
    const { failures } = between(text(pool(1, "pve-1")), text(pool(3, "pve-1, pve-2, pve-3")));
    assert.deepEqual(failures.changes, [
      { kind: "host", name: "pve-1", before: "lost", after: "survives" },
      { kind: "datastore", name: "local-lvm on pve-1", before: "lost", after: "survives" },
    ]);
    assert.deepEqual([failures.before.lost, failures.after.lost], [2, 0]);
  });

  it("tells ranges as ranges, counts rented machines as hardware and datastores that are shared once", () => {
    const comparison = between(example("roadmap-2"), example("roadmap-3"));
    assert.deepEqual(figure(comparison, "cores"), [4, 16, "4.0x"]);
    assert.deepEqual(figure(comparison, "hosts"), [0, 0, "-x"]);
    const lines = renderComparison(example("roadmap-2"), example("roadmap-3"), comparison, style(100));
    assert.ok(lines.includes("USD  a month 7.00 → 25.00 to 30.00, a difference of 18.00 to 23.00"), lines.join("\n"));
    assert.equal(lines[0], "roadmap-2 (stage 2) and roadmap-3 (stage 3)");
    const shared = planOf(stackFile({ hosts: hosts(2).replaceAll("sizeGiB: 500", "sizeGiB: 500, shared: true") }));
    assert.deepEqual(figure(between(shared, shared), "datastoresGiB"), [500, 500, "1.0x"]);
  });

  it("never adds up over different periods, and fits the terminal", () => {
    const [two, homelab] = [example("roadmap-4"), planned("homelab").plan];
    const comparison = between(homelab, two);
    assert.ok(comparison.costs.every(({ difference, perAdded }) => !difference.overPeriod && Object.keys(perAdded).length === 0));
    assert.deepEqual(
      comparison.costs.map(({ currency }) => currency),
      ["EUR", "USD"],
    );
    for (const columns of [60, 100])
      for (const line of [
        ...renderComparison(homelab, two, comparison, style(columns, false)),
        ...renderStackCosts([homelab, two], [], style(columns, false)),
      ])
        assert.ok(displayWidth(stripVTControlCharacters(line)) <= columns, line);
  });

  it("is one JSON document, by name or path", async () => {
    const { code, stdout, stderr } = await lab("compare", join(PROJECT, "examples/homelab-single.yaml"), "homelab", "--json");
    assert.deepEqual([code, stderr], [0, ""]);
    const document = JSON.parse(stdout) as { before: string; after: string; costs: { difference: object; perAdded: object }[] };
    assert.deepEqual([document.before, document.after], ["homelab-single", "homelab"]);
    assert.deepEqual(document.costs[0]?.difference, {
      purchase: { from: "433.30", to: "433.30" },
      perMonth: { from: "0.00", to: "0.00" },
      overPeriod: { from: "433.30", to: "433.30" },
    });
    assert.equal((await lab("compare", "homelab")).code, 2);
  });
});

describe("lab costs", () => {
  it("has the roadmap's table, stage by stage", () => {
    const plans = [1, 2, 3, 4].map((stage) => example(`roadmap-${stage}`));
    assert.deepEqual(plans.map(stageOf), [1, 2, 3, 4]);
    const lines = renderStackCosts(plans, [], style(100));
    assert.deepEqual(lines.slice(-5), [
      "stack      environment  stage       once         a month",
      "roadmap-1  staging          1  USD  0.00            7.00",
      "roadmap-2  staging          2  USD  0.00            7.00",
      "roadmap-3  staging          3  USD  0.00  25.00 to 30.00",
      "roadmap-4  prod             4  USD  0.00   50.00 or more",
    ]);
    // One control plane and three agents are four.
    assert.deepEqual(
      plans.map(({ machines }) => machines.length),
      [1, 1, 4, 6],
    );
  });

  it("adds up what the stacks of one environment cost, by currency", () => {
    const plans = [example("roadmap-1"), example("roadmap-3"), example("roadmap-4"), planOf(stackText("homelab"), "homelab")];
    assert.deepEqual(
      environmentCosts(plans).map(({ environment, currency, stacks, perMonth }) => [
        environment,
        currency,
        stacks.join(),
        moneyText(perMonth),
      ]),
      [
        ["homelab", "EUR", "homelab", "0.00"],
        ["prod", "USD", "roadmap-4", "50.00 or more"],
        ["staging", "USD", "roadmap-1,roadmap-3", "32.00 to 37.00"],
      ],
    );
    const lines = renderStackCosts(plans, environmentCosts(plans), style(100));
    assert.match(lines.at(-1) ?? "", /^all 2 +staging +USD +0\.00 +32\.00 to 37\.00$/);
  });

  it("is about all stacks of the project where none is named", async () => {
    const { code, stdout } = await lab("costs", "--json");
    const { stacks } = JSON.parse(stdout) as { stacks: { stack: string; environment: string; costs: { totals: object[] } }[] };
    assert.equal(code, 0);
    assert.deepEqual(
      stacks.map(({ stack, environment, costs }) => [stack, environment, costs.totals.length]),
      [
        ["homelab", "homelab", 1],
        ["prod", "prod", 0],
      ],
    );
    assert.match((await lab("costs", "prod")).stdout, /nothing in its stack file has a price/);
  });
});
