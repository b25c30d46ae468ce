import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { costsJson, planStack } from "../../planner";
import type { PlannedCosts } from "../../planner";
import { HOURS_PER_MONTH } from "../../planner/costs/costs";
import { Exact } from "../../planner/costs/exact";
import { added, difference, moneyOf, moneyText, times } from "../../planner/costs/money";
import { configOf, planOf, stackFile, stackText } from "../stacks";

const host = (cost: string): string =>
  `{ pve: { address: 192.168.1.2, cores: 8, threads: 16, memoryGiB: 64, datastores: { local-lvm: { sizeGiB: 500 } }, cost: ${cost} } }`;

/** Costs of a small stack whose only host costs so much, with further concerns. */
function costsOf(cost: string, more = ""): PlannedCosts {
  return planOf(stackFile({ hosts: host(cost), more })).costs;
}

/** What is added up in each currency: once, power, rent, the whole period, and that by month. */
function totals({ totals: all }: PlannedCosts): string[] {
  return all.map(({ currency, purchase, powerPerMonth, rentPerMonth, overPeriod, spreadPerMonth }) =>
    [currency, ...[purchase, powerPerMonth, rentPerMonth, overPeriod, spreadPerMonth].map((money) => moneyText(money))].join(" "),
  );
}

describe("costs", () => {
  it("of the homelab's second host are EUR 433.30, and the first one has no price", () => {
    const { costs } = planOf(stackText("homelab"));
    assert.deepEqual(totals(costs), ["EUR 433.30 0.00 0.00 433.30 12.04"]);
    assert.deepEqual(costs.unpriced, [
      { what: "host pve", path: "proxmox.hosts.pve.cost" },
      { what: "power of pve-02", path: "proxmox.hosts.pve-02.cost.powerWatts" },
    ]);
  });

  it("are purchase, watts times hours times price, and rent", () => {
    assert.equal(HOURS_PER_MONTH * 12, 365 * 24);
    const more = "  proxmox-talos:costs: { electricityPerKwh: 0.30, months: 12, services: { db: { perMonth: 15 } } }\n";
    const costs = costsOf("{ purchase: { server: 388.30, memory: 45 }, powerWatts: 35, rentPerMonth: 2.5 }", more);
    // 35 W are 25.55 kWh a month, which are EUR 7.665: rounded where it is shown, never before.
    assert.deepEqual(totals(costs), ["EUR 433.30 7.67 17.50 735.28 61.27"]);
    assert.deepEqual(costs.unpriced, []);
  });

  it("of different currencies are never added up, electricity's included", () => {
    const more =
      "  proxmox-talos:costs: { electricityPerKwh: 0.1, months: 10, services: { db: { perMonth: 1, currency: CHF } } }\n";
    assert.deepEqual(totals(costsOf("{ rentPerMonth: 20, powerWatts: 100, currency: USD }", more)), [
      "CHF 0.00 0.00 1.00 10.00 1.00",
      "EUR 0.00 7.30 0.00 73.00 7.30",
      "USD 0.00 0.00 20.00 200.00 20.00",
    ]);
  });

  it("have the stack file's currency where nothing else is said", () => {
    const more = "  proxmox-talos:costs: { currency: USD, months: 1, services: { db: { perMonth: 1 } } }\n";
    assert.deepEqual(totals(costsOf("{ rentPerMonth: 20 }", more)), ["USD 0.00 0.00 21.00 21.00 21.00"]);
  });

  it("are summed as ranges, open where one is", () => {
    const more = (perMonth: string): string =>
      `  proxmox-talos:costs: { months: 2, services: { db: { perMonth: ${perMonth} } } }\n`;
    const rent = "{ rentPerMonth: { from: 18, to: 23 } }";
    assert.deepEqual(totals(costsOf(rent, more("7"))), ["EUR 0.00 0.00 25.00 to 30.00 50.00 to 60.00 25.00 to 30.00"]);
    assert.deepEqual(totals(costsOf(rent, more("{ from: 32 }"))), ["EUR 0.00 0.00 50.00 or more 100.00 or more 50.00 or more"]);
  });

  it("of what has no price are named, not taken for nothing", () => {
    const silent = planOf(stackFile({ more: "  proxmox-talos:externals: { db: { host: db.example.org, port: 5432 } }\n" }));
    assert.deepEqual([silent.costs.items, silent.costs.totals], [[], []]);
    assert.deepEqual(
      silent.costs.unpriced.map(({ what }) => what),
      ["host pve", "external service db"],
    );
    const drawn = costsOf("{ purchase: { server: 1 }, powerWatts: 35 }").unpriced;
    assert.deepEqual(drawn, [{ what: "power of pve", path: "costs.electricityPerKwh" }]);
    // Who rents a server has its power in the rent.
    assert.deepEqual(costsOf("{ rentPerMonth: 30 }").unpriced, []);
  });

  it("of rented machines are by pool, each machine as it says or as its pool does", () => {
    const text = `config:
  proxmox-talos:metadata: { name: rented, environment: dev }
  proxmox-talos:network: { endpoint: { dns: api.example.org } }
  proxmox-talos:topology:
    controlPlane: { source: existing, cores: 2, memoryGiB: 4, installDisk: /dev/sda, machines: { a-0: { address: 203.0.113.9 } } }
    workers:
      rented:
        { source: existing, cores: 2, memoryGiB: 4, installDisk: /dev/sda, cost: { rentPerMonth: 7 },
          machines: { b-0: { address: 203.0.113.10 }, b-1: { address: 203.0.113.11, cost: { rentPerMonth: { from: 8, to: 9 } } } } }
`;
    const { costs } = planOf(text);
    assert.deepEqual(
      costs.items.map(({ kind, name, rentPerMonth }) => `${kind} ${name} ${moneyText(rentPerMonth)}`),
      ["pool rented 15.00 to 16.00"],
    );
    assert.deepEqual(costs.unpriced, [{ what: "a-0", path: "topology.controlPlane.cost" }]);
  });

  it("of a host that several stacks have are shared by the memory of their VMs, all of it between them", () => {
    const small = stackFile({ hosts: host("{ rentPerMonth: 10 }") });
    const large = small
      .replace("name: lab", "name: other")
      .replace("idBase: 800", "idBase: 900")
      .replaceAll("192.168.1.10", "192.168.1.11")
      .replace("{ count: 1, cores: 2, memoryGiB: 4, diskGiB: 20 }", "{ count: 1, cores: 2, memoryGiB: 12, diskGiB: 20 }");
    const rent = (own: string, other: string): string => {
      const planned = planStack(configOf(own), "lab", [{ file: "Pulumi.other.yaml", config: configOf(other) }]);
      assert.ok(planned.ok, JSON.stringify(planned));
      return moneyText(planned.plan.costs.items[0]?.rentPerMonth ?? moneyOf(0));
    };
    // 8 GiB and 16 GiB: a third and two thirds.
    assert.deepEqual([rent(small, large), rent(large, small)], ["3.33", "6.67"]);
    // A host that carries the other one's VMs alone costs this one nothing.
    const pinned = (text: string, at: string): string =>
      text
        .replace(
          /hosts: \{ pve: (.*?\} \}), cost/,
          `hosts: { pve-0: { address: 192.168.1.3, cores: 8, threads: 16, memoryGiB: 64, datastores: { local-lvm: { sizeGiB: 500 } } }, pve: $1, cost`,
        )
        .replaceAll("diskGiB: 20", `diskGiB: 20, hosts: [${at}]`);
    const alone = planStack(configOf(pinned(small, "pve-0")), "lab", [
      { file: "Pulumi.other.yaml", config: configOf(pinned(large, "pve")) },
    ]);
    assert.ok(alone.ok, JSON.stringify(alone));
    assert.deepEqual([alone.plan.costs.items, alone.plan.costs.unpriced.map(({ what }) => what)], [[], ["host pve-0"]]);
  });

  it("are told as decimals with two places", () => {
    const json = costsJson(costsOf("{ purchase: { server: 388.3, memory: 45 }, rentPerMonth: { from: 1 } }"));
    assert.deepEqual((json["totals"] as { purchase: object; rentPerMonth: object }[])[0], {
      currency: "EUR",
      purchase: { from: "433.30", to: "433.30" },
      powerPerMonth: { from: "0.00", to: "0.00" },
      rentPerMonth: { from: "1.00", to: null },
      perMonth: { from: "1.00", to: null },
      overPeriod: { from: "469.30", to: null },
      spreadPerMonth: { from: "13.04", to: null },
    });
  });
});

describe("exact amounts", () => {
  const cents = fc.integer({ min: 0, max: 1_000_000_000 });

  it("add up to the cent, in any order", () => {
    assert.equal(added([388.3, 45, 0].map(moneyOf)).from.toFixed(), "433.30");
    fc.assert(
      fc.property(fc.array(cents, { minLength: 1 }), (all) => {
        const sum = added(all.map((each) => moneyOf(each / 100)));
        assert.equal(
          sum.from.toFixed(),
          Exact.of(all.reduce((a, b) => a + b, 0))
            .over(Exact.of(100))
            .toFixed(),
        );
      }),
    );
  });

  it("shared out are whole again", () => {
    fc.assert(
      fc.property(cents, fc.integer({ min: 1, max: 1000 }), (amount, parts) => {
        const part = times(moneyOf(amount), Exact.of(1).over(Exact.of(parts)));
        assert.ok(added(Array.from({ length: parts }, () => part)).from.equals(Exact.of(amount)));
      }),
    );
  });

  it("read numbers as they are written", () => {
    for (const [number, text] of [
      [1e-7, "0.0000001"],
      [0.1, "0.1000000"],
      [1e21, "1000000000000000000000.0000000"],
      [-2.5, "-2.5000000"],
    ] as const)
      assert.equal(Exact.of(number).toFixed(7), text);
    assert.throws(() => Exact.of(Number.NaN), /NaN is no amount/);
    assert.throws(() => Exact.of(1).over(Exact.ZERO), /division by nothing/);
  });

  it("are rounded once, halves away from nothing", () => {
    assert.deepEqual(
      [7.665, 0.004, -0.004, -7.665, 0.005].map((each) => Exact.of(each).toFixed()),
      ["7.67", "0.00", "0.00", "-7.67", "0.01"],
    );
  });

  it("differ by at least and at most, unless there is no telling", () => {
    const texts = [
      [7, { from: 25, to: 30 }],
      [{ from: 25, to: 30 }, { from: 50 }],
      [{ from: 50 }, 7],
      [{ from: 1 }, { from: 2 }],
    ].map(([a, b]) => moneyText(difference(moneyOf(a ?? 0), moneyOf(b ?? 0))));
    assert.deepEqual(texts, ["18.00 to 23.00", "20.00 or more", "-43.00 or less", "not known"]);
  });
});
