import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { StackConfig } from "../../config/schema";
import { CureFinder, blockingFindings, placementAdvice, planStack, survivals } from "../../planner";
import type { Plan, Search, Survival } from "../../planner";
import { arbitraryStack } from "../random/arbitrary-stack";
import { PROJECT, configOf, hosts, planOf, stackFile, stackText } from "../stacks";

const BADNESS = { survives: 0, degraded: 1, lost: 2 };

function planned(config: StackConfig): Plan {
  const result = planStack(config, "test");
  assert.ok(result.ok, JSON.stringify(result));
  return result.plan;
}

function searchIn(text: string, name: string): Search {
  const [config, plan] = [configOf(text), planOf(text)];
  const survival = survivals(plan).find(({ scenario }) => scenario.name === name);
  assert.ok(survival, name);
  return new CureFinder(config, plan).find(survival.scenario);
}

/** What a cure promises, checked without it: the failure is as told, no other one is worse, and nothing new stops the plan. */
function check(text: string, { scenario, verdict }: Survival, { cure }: Search): void {
  if (!cure) return;
  const before = planOf(text);
  const after = planned(cure.config);
  const known = survivals(before);
  const then = survivals(after);
  const found = then.find((each) => each.scenario.kind === scenario.kind && each.scenario.name === scenario.name);
  assert.equal(found?.verdict ?? "survives", cure.verdict);
  assert.ok(BADNESS[cure.verdict] < BADNESS[verdict], scenario.name);
  for (const each of known) {
    const same = then.find((other) => other.scenario.kind === each.scenario.kind && other.scenario.name === each.scenario.name);
    assert.ok(
      BADNESS[same?.verdict ?? "survives"] <= BADNESS[each.verdict],
      `${each.scenario.name} is worse for ${cure.changes.join()}`,
    );
  }
  const stopped = new Set(blockingFindings(before.findings).map(({ code }) => code));
  const news = blockingFindings(after.findings).filter(({ code }) => !stopped.has(code));
  assert.deepEqual(news, [], cure.changes.join());
}

const machines = (count: number, more = ""): string => `{ count: ${count}, cores: 2, memoryGiB: 4, diskGiB: 20${more} }`;
const SPREAD = ", hosts: [pve-1, pve-2, pve-3]";
const NO_ADDONS = "  proxmox-talos:addons: { cilium: { enabled: false } }\n";
const LONGHORN = "  proxmox-talos:addons: { longhorn: { replicas: 3 } }\n";

function three(parts: Parameters<typeof stackFile>[0] = {}): string {
  return stackFile({
    hosts: hosts(3),
    controlPlane: machines(3, SPREAD),
    workers: `{ main: ${machines(3, SPREAD)} }`,
    endpoint: "{ vip: 192.168.1.99 }",
    more: NO_ADDONS,
    ...parts,
  });
}

describe("what would cure a failure", function () {
  this.timeout(60_000);

  it("of the homelab's first host is an exchange, a witness and a virtual IP, no less", () => {
    const { cure } = searchIn(stackText("homelab"), "pve");
    assert.deepEqual(cure?.changes, [
      "swap ctrl-02 with work-06 of pve-02",
      "add a witness host of 8 GiB and move ctrl-01 there",
      "let the control planes share a virtual IP (network.endpoint.vip, say 192.168.68.99) in place of 192.168.68.100",
    ]);
    assert.equal(cure.verdict, "survives");
    const second = searchIn(stackText("homelab"), "pve-02").cure;
    assert.deepEqual(second?.changes, [
      "a QDevice for the Proxmox cluster (proxmox.cluster.qdevice), on anything that runs Debian",
    ]);
  });

  const cases: [what: string, text: string, failure: string, changes: readonly string[]][] = [
    [
      "an endpoint that is one machine's own",
      three({ endpoint: "{ address: 192.168.1.100 }" }),
      "pve-1",
      ["let the control planes share a virtual IP (network.endpoint.vip, say 192.168.1.99) in place of 192.168.1.100"],
    ],
    [
      "control planes that are all on one of three hosts",
      three({ controlPlane: machines(3, ", hosts: [pve-1]") }),
      "pve-1",
      ["move ctrl-02 to pve-2", "move ctrl-01 to pve-3"],
    ],
    [
      "one control plane where there are hosts for three",
      three({ controlPlane: machines(1, ", hosts: [pve-1]") }),
      "pve-1",
      ["three control planes, 2 more on pve-2 and pve-3"],
    ],
    [
      "workers that are all on one host",
      three({ workers: `{ main: ${machines(2, ", hosts: [pve-1]")} }` }),
      "pve-1",
      ["move work-01 to pve-2"],
    ],
    [
      "machines with names of their own",
      three({
        workers: "{ main: { machines: { work-00: {}, work-01: {} }, cores: 2, memoryGiB: 4, diskGiB: 20, hosts: [pve-1] } }",
      }),
      "pve-1",
      ["move work-01 to pve-2"],
    ],
    ["volumes with nowhere for the third copy", three({ more: LONGHORN }), "pve-1", ["one machine more in main, on pve-2"]],
    [
      "volumes of one copy",
      three({ more: "  proxmox-talos:addons: { longhorn: { replicas: 1 } }\n" }),
      "pve-1",
      ["2 copies of every volume (addons.longhorn.replicas)"],
    ],
    [
      "balancers that are all on one host",
      three({ endpoint: "{ haproxy: { vip: 192.168.1.99, hosts: [pve-1] } }" }),
      "pve-1",
      ["a balancer on pve-2 (network.endpoint.haproxy.hosts)"],
    ],
    [
      "a pod with nowhere to go",
      three({
        workers: `{ main: ${machines(2, ", hosts: [pve-1, pve-2]")} }`,
        more: "  proxmox-talos:addons: { metricsServer: { replicas: 2, values: { resources: { requests: { memory: 2Gi } } } } }\n",
      }),
      "pve-1",
      ["6 GiB for each machine of main (topology.workers.main.memoryGiB)"],
    ],
    [
      "everything on one host",
      stackFile({ hosts: hosts(1), workers: `{ main: ${machines(2)} }`, more: NO_ADDONS }),
      "pve-1",
      [
        "three control planes, 2 more on a new host like pve-1 and a new witness host of 10 GiB",
        "let the control planes share a virtual IP (network.endpoint.vip, say 192.168.1.99) in place of 192.168.1.100",
        "move work-01 to second",
      ],
    ],
  ];
  for (const [what, text, failure, changes] of cases) {
    it(`for ${what}`, () => {
      const { cure } = searchIn(text, failure);
      assert.deepEqual([cure?.changes, cure?.verdict], [changes, "survives"]);
    });
  }

  it("is five control planes for two hosts at once", () => {
    const text = three({
      hosts: hosts(5),
      controlPlane: machines(3, SPREAD + ", ids: 800-804, addresses: 192.168.1.100-192.168.1.104, names: ctrl-00..04"),
    });
    const wide = text.replace(
      "workers: { main: { count: 3,",
      "workers: { main: { ids: 805-809, addresses: 192.168.1.105-192.168.1.109, names: work-00..04, count: 3,",
    );
    const [config, plan] = [configOf(wide), planOf(wide)];
    const pair = survivals(plan, { pairs: true }).find(({ scenario }) => scenario.name === "pve-1 + pve-2");
    assert.equal(pair?.verdict, "lost");
    const { cure } = new CureFinder(config, plan, { pairs: true }).find(pair.scenario);
    assert.deepEqual(cure?.changes, ["five control planes, 2 more on pve-4 and pve-5"]);
    const after = survivals(planned(cure.config), { pairs: true });
    assert.notEqual(after.find(({ scenario }) => scenario.name === pair.scenario.name)?.verdict, "lost");
  });

  it("is not to have another pair lost in place of one", () => {
    const [config, plan] = [configOf(three()), planOf(three())];
    const pair = survivals(plan, { pairs: true }).find(({ scenario }) => scenario.name === "pve-1 + pve-2");
    assert.equal(pair?.verdict, "lost");
    const { cure, tried } = new CureFinder(config, plan, { pairs: true }).find(pair.scenario);
    assert.deepEqual([cure?.changes, tried > 0], [undefined, true]);
  });

  it("is not found for a datastore that everything is on, and nothing is tried for what survives", () => {
    const shared = hosts(3).replaceAll("local-lvm: { sizeGiB: 500 }", "local-lvm: { sizeGiB: 500, shared: true }");
    const search = searchIn(three({ hosts: shared }), "local-lvm");
    assert.equal(search.cure, undefined);
    assert.deepEqual(searchIn(three(), "pve-1"), { tried: 0 });
  });

  it("says what it calls a host that is to be bought, for later changes name it", () => {
    const text = readFileSync(join(PROJECT, "examples", "homelab-single.yaml"), "utf8");
    const { cure } = searchIn(text, "pve");
    assert.equal(cure?.changes[0], "add a host like pve, say second, and move ctrl-02 there");
    assert.ok(
      cure.changes.some((change) => change.endsWith(" to second")),
      cure.changes.join("\n"),
    );
  });

  it("is not to move machines away from volumes of pods that have no copy anywhere", () => {
    const more = "  proxmox-talos:addons: { proxmoxCsi: { storageClasses: { fast: { datastore: local-lvm } } } }\n";
    const text = three({ proxmox: "cluster: { name: lab }", more });
    for (const name of ["pve-1", "local-lvm on pve-1"]) assert.deepEqual(searchIn(text, name), { tried: 0 });
    assert.deepEqual(placementAdvice(configOf(text), planOf(text)).moves, []);
  });

  it("keeps its promise for stacks, examples and random stacks", function () {
    this.timeout(600_000);
    const all = readdirSync(join(PROJECT, "examples")).filter((name) => name.endsWith(".yaml"));
    const examples = RANDOM > 1 ? all : ["two-mini-pcs.yaml", "observability.yaml"];
    const random = fc.sample(arbitraryStack, { seed: 20261121, numRuns: RANDOM });
    const texts = [
      ...["homelab", "prod"].map((name) => stackText(name)),
      ...examples.map((name) => readFileSync(join(PROJECT, "examples", name), "utf8")),
      ...random.map((concerns) =>
        JSON.stringify({
          config: Object.fromEntries(Object.entries(concerns).map(([name, value]) => [`proxmox-talos:${name}`, value])),
        }),
      ),
    ];
    let cured = 0;
    for (const text of texts) {
      const [config, plan] = [configOf(text), planOf(text)];
      const finder = new CureFinder(config, plan);
      for (const survival of survivals(plan)) {
        const search = finder.find(survival.scenario);
        check(text, survival, search);
        if (search.cure) cured++;
      }
    }
    assert.ok(cured > 5, `${cured}`);
  });
});

/** How many random stacks: a few by default, more in CI. */
const RANDOM = Math.ceil(Number(process.env["SURVIVAL_STACKS"] ?? 5) / 5);

describe("where machines would better be", () => {
  it("is one of each on every host, by as few moves as that takes", () => {
    const text = three({ controlPlane: machines(3, ", hosts: [pve-1]") });
    const advice = placementAdvice(configOf(text), planOf(text));
    assert.deepEqual(advice.moves, ["move ctrl-02 to pve-2", "move ctrl-01 to pve-3"]);
    assert.deepEqual(
      [...advice.hosts].filter(([name]) => name.startsWith("ctrl")),
      [
        ["ctrl-00", "pve-1"],
        ["ctrl-01", "pve-3"],
        ["ctrl-02", "pve-2"],
      ],
    );
    assert.ok(advice.survivals.every(({ verdict }) => verdict === "survives"));
  });

  it("is where they are, where nothing is lost or nothing else is better", () => {
    for (const text of [
      three(),
      three({ controlPlane: machines(3), workers: `{ main: ${machines(3)} }` }),
      stackText("homelab"),
    ]) {
      assert.deepEqual(placementAdvice(configOf(text), planOf(text)).moves, []);
    }
    assert.ok(placementAdvice(configOf(stackText("homelab")), planOf(stackText("homelab"))).tried > 0);
  });
});
