import assert from "node:assert/strict";
import fc from "fast-check";
import { isSound, solver } from "../../automation/solver";
import { packInto } from "../../planner";
import type { PackingProblem, Plan, Survival } from "../../planner";
import { survivals } from "../../planner";
import { hosts, planOf, stackFile, stackText } from "../stacks";

/** `kind name: verdict`, and each part with its verdict. */
function told(all: readonly Survival[]): string[] {
  return all.map(({ scenario: { kind, name }, verdict, effects }) => {
    const parts = effects.map((effect) => `${effect.part} ${effect.verdict}`);
    return `${kind} ${name}: ${verdict} (${parts.join(", ")})`;
  });
}

function effectOf(all: readonly Survival[], name: string, part: string): string | undefined {
  return all.find(({ scenario }) => scenario.name === name)?.effects.find((effect) => effect.part === part)?.message;
}

const pool = (count: number, more = ""): string => `{ count: ${count}, cores: 2, memoryGiB: 4, diskGiB: 20${more} }`;
const SPREAD = ", hosts: [pve-1, pve-2, pve-3]";

function three(parts: Parameters<typeof stackFile>[0] = {}): Plan {
  return planOf(
    stackFile({
      hosts: hosts(3),
      controlPlane: pool(3, SPREAD),
      workers: `{ main: ${pool(3, SPREAD)} }`,
      endpoint: "{ vip: 192.168.1.99 }",
      more: "  proxmox-talos:addons: { cilium: { enabled: false } }\n",
      ...parts,
    }),
  );
}

describe("what every failure does", () => {
  it("to the two-host homelab is what one reckons by hand", () => {
    const all = survivals(planOf(stackText("homelab"), "homelab"));
    assert.deepEqual(told(all), [
      "host pve: lost (etcd lost, api lost, proxmox degraded, machines survives, add-ons survives)",
      "host pve-02: degraded (proxmox degraded, machines survives, add-ons survives)",
      "datastore local-lvm on pve: lost (etcd lost, api lost, machines survives, add-ons survives)",
      "datastore local-lvm on pve-02: survives (machines survives, add-ons survives)",
    ]);
    assert.equal(effectOf(all, "pve", "etcd"), "0 of 3 members are left, quorum is 2");
    assert.match(effectOf(all, "pve-02", "proxmox") ?? "", /^1 of 2 votes are left: /);
    const [pve, pve02] = all.map(({ relocation }) => relocation);
    assert.deepEqual([pve?.memoryMiB, pve?.vcpus, pve?.packing.verdict], [42 * 1024, 12, "does-not-fit"]);
    assert.deepEqual([pve02?.memoryMiB, pve02?.vcpus, pve02?.packing.verdict], [24 * 1024, 8, "does-not-fit"]);
    assert.deepEqual([pve?.movable, pve02?.movable], [[], []]);
  });

  it("is nothing to three hosts with everything spread, whichever goes", () => {
    const all = survivals(three());
    assert.deepEqual(new Set(all.map(({ verdict }) => verdict)), new Set(["survives"]));
    assert.equal(effectOf(all, "pve-1", "etcd"), "2 of 3 members are left, quorum is 2, and one more must not go");
    assert.equal(effectOf(all, "pve-1", "api"), "192.168.1.99 moves to another control plane");
  });

  it("is the end of etcd where two of three go at once", () => {
    const pairs = survivals(three(), { pairs: true }).filter(({ scenario }) => scenario.kind === "pair");
    assert.deepEqual(
      pairs.map(({ scenario, verdict }) => `${scenario.name}: ${verdict}`),
      ["pve-1 + pve-2: lost", "pve-1 + pve-3: lost", "pve-2 + pve-3: lost"],
    );
  });

  const endpoints: [endpoint: string, verdict: string, message: RegExp][] = [
    ["{ address: 192.168.1.100 }", "lost", /^192.168.1.100 is ctrl-00's own address, which is away$/],
    ["{ dns: api.example.org }", "degraded", /^1 of 3 addresses behind api.example.org lead nowhere/],
    ["{ loadBalancer: lb.example.org }", "survives", /^lb.example.org has to notice/],
    ["{ haproxy: { vip: 192.168.1.99, hosts: [pve-1, pve-2] } }", "survives", /^192.168.1.99 is with lb-01$/],
    ["{ haproxy: { vip: 192.168.1.99, hosts: [pve-2] } }", "survives", /^the balancers send requests to the 2 control planes/],
    ["{ haproxy: { vip: 192.168.1.99, hosts: [pve-1] } }", "lost", /^no balancer is left to have 192.168.1.99$/],
  ];
  for (const [endpoint, verdict, message] of endpoints) {
    it(`to the API behind ${endpoint}: ${verdict}`, () => {
      const all = survivals(three({ endpoint }));
      const [first] = all;
      assert.equal(first?.verdict, verdict);
      assert.match(effectOf(all, "pve-1", "api") ?? "", message);
    });
  }

  it("counts a failure domain as one, and a QDevice's vote", () => {
    const domains = hosts(4)
      .replaceAll(/pve-([12]): \{/g, "pve-$1: { failureDomain: rack-a,")
      .replaceAll(/pve-([34]): \{/g, "pve-$1: { failureDomain: rack-b,");
    const controlPlane = pool(3, ", hosts: [pve-1, pve-2, pve-3]");
    const plan = (proxmox?: string): Plan =>
      three({
        hosts: domains,
        controlPlane,
        workers: `{ main: ${pool(2, ", hosts: [pve-1, pve-3]")} }`,
        ...(proxmox === undefined ? {} : { proxmox }),
      });
    const without = survivals(plan());
    assert.deepEqual(
      without.filter(({ scenario }) => scenario.kind === "domain").map(({ scenario, verdict }) => `${scenario.name}: ${verdict}`),
      ["rack-a: lost", "rack-b: degraded"],
    );
    assert.match(effectOf(without, "rack-b", "proxmox") ?? "", /^2 of 4 votes are left: /);
    const voted = survivals(plan("cluster: { name: lab, qdevice: 192.168.1.60 }"));
    assert.equal(effectOf(voted, "rack-b", "proxmox"), "3 of 5 votes are left");
    assert.equal(voted.find(({ scenario }) => scenario.name === "rack-b")?.verdict, "survives");
  });

  it("counts what hosts hang on, unless they hang on two of a kind", () => {
    const hung = (domains: readonly string[]): Survival[] =>
      survivals(
        three({
          hosts: domains.reduce(
            (text, each, index) => text.replace(`pve-${index + 1}: {`, `pve-${index + 1}: { domains: ${each},`),
            hosts(3),
          ),
        }),
      ).filter(({ scenario }) => scenario.kind === "domain");
    const verdicts = (all: readonly Survival[]): string[] => all.map(({ scenario, verdict }) => `${scenario.name}: ${verdict}`);
    assert.deepEqual(verdicts(hung(["{ power: a, rack: r1 }", "{ power: a, rack: r2 }", "{ power: b, rack: r3 }"])), [
      "power a: lost",
    ]);
    assert.deepEqual(verdicts(hung(["{ power: [a, b] }", "{ power: a }", "{ power: b }"])), []);
    assert.deepEqual(verdicts(hung(["{ switch: one }", "{ switch: [one] }", "{ switch: one }"])), ["switch one: lost"]);
  });

  it("is undone by Proxmox' high availability where disks are shared and there is room", () => {
    const shared = hosts(3).replaceAll("local-lvm: { sizeGiB: 500 }", "local-lvm: { sizeGiB: 500, shared: true }");
    const single = { hosts: shared, controlPlane: pool(1, ", hosts: [pve-1]"), endpoint: "{ address: 192.168.1.100 }" };
    const [away] = survivals(three(single));
    assert.equal(away?.verdict, "lost");
    const [restarted] = survivals(three({ ...single, proxmox: "ha: {}" }));
    assert.equal(restarted?.verdict, "survives");
    assert.match(restarted.effects[0]?.message ?? "", /^Proxmox starts ctrl-00, work-00 on another host$/);
    assert.deepEqual([...restarted.restarted.keys()].sort(), ["ctrl-00", "work-00"]);
    assert.ok([...restarted.restarted.values()].every((host) => host !== "pve-1"));
    assert.deepEqual([...away.restarted], [], "nothing does so by itself");
    const full = shared.replaceAll("memoryGiB: 64", "memoryGiB: 11");
    assert.equal(survivals(three({ ...single, hosts: full, proxmox: "ha: {}" }))[0]?.verdict, "lost");
  });

  const ceph = "ceph: { sizeGiB: 500, shared: true }";
  const pets = {
    controlPlane: pool(1, ", hosts: [pve-1], datastore: ceph"),
    workers: `{ main: ${pool(2, ", hosts: [pve-1, pve-2], datastore: ceph")} }`,
    endpoint: "{ address: 192.168.1.100 }",
    proxmox: "ha: {}\n    cluster: { name: lab }",
  };

  /** Three hosts, those named with the shared datastore in place of their own. */
  const sharing = (...names: readonly string[]): string =>
    names.reduce((text, name) => text.replace(new RegExp(`(${name}: .*?)local-lvm: { sizeGiB: 500 }`), `$1${ceph}`), hosts(3));

  it("is not undone by a host that does not have the shared datastore, whatever room it has", () => {
    const second = (text: string): Survival | undefined => survivals(three({ ...pets, hosts: text }))[1];
    assert.equal(second(sharing("pve-1", "pve-2", "pve-3").replaceAll("memoryGiB: 64", "memoryGiB: 12"))?.restarted.size, 1);
    const full = sharing("pve-1", "pve-2").replace("memoryGiB: 64", "memoryGiB: 12");
    assert.deepEqual([...(second(full)?.restarted ?? [])], [], "pve-1 is full, and pve-3 has nothing to start it from");
    assert.equal(second(full)?.relocation?.packing.verdict, "does-not-fit");
    const alone = { ...pets, hosts: sharing("pve-1"), workers: `{ main: ${pool(1, ", hosts: [pve-1], datastore: ceph")} }` };
    const [first] = survivals(three(alone));
    assert.deepEqual([first?.verdict, first?.relocation?.movable], ["lost", []], "nobody shares it");
  });

  it("is not undone for a VM that may have volumes of pods on a datastore of its host", () => {
    const both = hosts(3).replaceAll("local-lvm: { sizeGiB: 500 }", `local-lvm: { sizeGiB: 500 }, ${ceph}`);
    const restarted = (datastore: string): string[] => {
      const more = `  proxmox-talos:addons: { proxmoxCsi: { storageClasses: { fast: { datastore: ${datastore} } } } }\n`;
      return [...(survivals(three({ ...pets, hosts: both, more }))[0]?.restarted.keys() ?? [])].sort();
    };
    assert.deepEqual(restarted("ceph"), ["ctrl-00", "work-00"]);
    assert.deepEqual(restarted("local-lvm"), ["ctrl-00"]);
  });

  it("counts Longhorn's copies, at the worst, and whether there is anywhere to make new ones", () => {
    const longhorn = (settings: string, workers: string): Survival[] =>
      survivals(three({ workers, more: `  proxmox-talos:addons: { longhorn: ${settings} }\n` }));
    const spread = `{ main: ${pool(3, SPREAD)} }`;
    const packed = `{ main: ${pool(3, ", hosts: [pve-1, pve-1, pve-2]")} }`;
    assert.equal(
      effectOf(longhorn("{ replicas: 3 }", spread), "pve-1", "volumes"),
      "volumes have at least 2 of 3 copies left, and 2 machines to have more on",
    );
    assert.equal(
      effectOf(longhorn("{ replicas: 2 }", spread), "pve-1", "volumes"),
      "volumes have at least 1 of 2 copies left; the others are made again elsewhere",
    );
    assert.equal(
      effectOf(longhorn("{ replicas: 2 }", packed), "pve-1", "volumes"),
      "volumes have at least 1 of 2 copies left, and 1 machines to have more on",
      "hosts are zones: two copies are never on machines of one while there is another",
    );
    const together = longhorn("{ replicas: 2 }", `{ main: ${pool(3, ", hosts: [pve-1, pve-1, pve-1]")} }`);
    assert.equal(effectOf(together, "pve-1", "volumes"), "all copies of volumes may be among what is away");
    assert.equal(together[0]?.verdict, "lost");
    assert.equal(
      effectOf(longhorn("{ replicas: 1 }", spread), "pve-1", "volumes"),
      "all copies of volumes may be among what is away",
    );
  });

  it("counts copies of classes of their own, and volumes that are disks of VMs", () => {
    const classes = "{ longhorn: { replicas: 2, classes: { single: { replicas: 1 }, twice: { replicas: 2 } } } }";
    const all = survivals(three({ more: `  proxmox-talos:addons: ${classes}\n` }));
    const told = all[0]?.effects.filter(({ part }) => part === "volumes").map(({ message }) => message);
    assert.deepEqual(told, [
      "volumes have at least 1 of 2 copies left; the others are made again elsewhere",
      "all copies of volumes of class single may be among what is away",
    ]);
    const attached = (shared: boolean): Survival[] =>
      survivals(
        three({
          hosts: shared ? hosts(3).replaceAll("sizeGiB: 500 }", "sizeGiB: 500, shared: true }") : hosts(3),
          proxmox: "cluster: { name: lab }",
          more: "  proxmox-talos:addons: { proxmoxCsi: { storageClasses: { fast: { datastore: local-lvm } } } }\n",
        }),
      );
    assert.equal(
      effectOf(attached(false), "pve-1", "volumes"),
      "volumes that are disks on local-lvm of pve-1 are away until the host is back",
    );
    assert.equal(
      effectOf(attached(false), "local-lvm on pve-1", "volumes"),
      "volumes that are disks on local-lvm on pve-1 are gone",
    );
    assert.equal(effectOf(attached(true), "pve-1", "volumes"), undefined);
  });

  it("is the end of volumes of pods on a datastore that no machine has its own disks on", () => {
    const tank = (shared: boolean, workers?: string): Survival[] => {
      const datastores = `local-lvm: { sizeGiB: 500 }, tank: { sizeGiB: 500, shared: ${String(shared)} }`;
      const more = "  proxmox-talos:addons: { proxmoxCsi: { storageClasses: { fast: { datastore: tank } } } }\n";
      const all = survivals(
        three({
          hosts: hosts(3).replaceAll("local-lvm: { sizeGiB: 500 }", datastores),
          proxmox: "cluster: { name: lab }",
          more,
          ...(workers === undefined ? {} : { workers }),
        }),
      );
      return all.filter(({ scenario: { kind, name } }) => kind === "datastore" && name.startsWith("tank"));
    };
    const own = ["pve-1", "pve-2", "pve-3"].map((name) => `datastore tank on ${name}: lost (volumes lost)`);
    assert.deepEqual(told(tank(false)), own);
    assert.deepEqual(told(tank(true)), ["datastore tank: lost (volumes lost)"]);
    // Where nothing that takes workloads is, no volume is attached.
    assert.deepEqual(told(tank(false, `{ main: ${pool(3, ", hosts: [pve-2]")} }`)), [own[1]]);
  });

  it("says which add-ons have no room left, and which are away for a while", () => {
    const workers = `{ main: ${pool(2, ", hosts: [pve-1, pve-2]")} }`;
    const resources = "{ requests: { memory: 2Gi } }";
    const more = `  proxmox-talos:addons: { metricsServer: { replicas: 2, values: { resources: ${resources} } } }\n`;
    const all = survivals(three({ workers, more }));
    assert.equal(effectOf(all, "pve-1", "add-ons"), "no room is left for 1 pods: metrics-server");
    assert.equal(all[0]?.verdict, "degraded");
    const single = survivals(three({ more: "  proxmox-talos:addons: { metricsServer: {} }\n" }));
    assert.match(effectOf(single, "pve-1", "add-ons") ?? "", /: cilium, metrics-server$/);
  });

  it("is the end of workloads where all machines that take them go", () => {
    const all = survivals(three({ workers: `{ main: ${pool(2, ", hosts: [pve-1, pve-1]")} }` }));
    assert.deepEqual([all[0]?.verdict, effectOf(all, "pve-1", "machines")], ["lost", "no machine is left that takes workloads"]);
    assert.equal(all[1]?.verdict, "survives");
  });
});

describe("finding room", () => {
  const problems = fc.record({
    sizes: fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 1 })), { minLength: 1, maxLength: 6 }),
    free: fc.array(fc.tuple(fc.integer({ min: -3, max: 16 }), fc.integer({ min: 0, max: 2 })), { minLength: 1, maxLength: 3 }),
    refused: fc.integer({ min: 0, max: 6 }),
  });
  const problemOf = ({
    sizes,
    free,
    refused,
  }: {
    sizes: [number, number][];
    free: [number, number][];
    refused: number;
  }): PackingProblem => {
    const bins = free.map((each, index) => ({ name: `b${index}`, free: each }));
    const choosy = new Set(bins.slice(1).map(({ name }) => name));
    const items = sizes.map((each, index) => ({
      name: `m${index}`,
      sizes: each,
      ...(index === refused ? { allowed: choosy } : {}),
    }));
    return { items, bins, resources: ["MiB", "gpu"] };
  };
  const everything = ({ items, bins }: PackingProblem): boolean => {
    const place = (index: number, free: readonly (readonly number[])[]): boolean => {
      const item = items[index];
      if (!item) return true;
      return bins.some((bin, at) => {
        const left = free[at] ?? [];
        const fits =
          item.allowed?.has(bin.name) !== false && item.sizes.every((size, each) => size === 0 || size <= (left[each] ?? 0));
        return (
          fits &&
          place(
            index + 1,
            free.with(
              at,
              left.map((amount, each) => amount - (item.sizes[each] ?? 0)),
            ),
          )
        );
      });
    };
    return place(
      0,
      bins.map(({ free }) => free),
    );
  };

  it("agrees with trying everything on a thousand small cases, by search and by solver, with none undecided", async () => {
    const solve = await solver();
    fc.assert(
      fc.property(problems, (drawn) => {
        const problem = problemOf(drawn);
        const expected = everything(problem) ? "fits" : "does-not-fit";
        for (const packing of [packInto(problem), solve(problem)]) {
          assert.equal(packing.verdict, expected);
          if (packing.verdict === "fits") assert.ok(isSound(problem, packing.placement));
        }
      }),
      { seed: 20261121, numRuns: 1000 },
    );
  });

  it("is decided by the solver where the search gives up", async () => {
    // Even sizes, odd bins, equal sums: every bin wastes one, and there are too many ways to see it.
    const items = Array.from({ length: 24 }, (_, index) => ({ name: `m${index}`, sizes: [100 + 2 * index] }));
    const bins = Array.from({ length: 12 }, (_, index) => ({ name: `b${index}`, free: [235 + 2 * index] }));
    const problem = { items, bins, resources: ["MiB"] };
    assert.equal(packInto(problem, 10_000).verdict, "undecided");
    assert.deepEqual((await solver())(problem).verdict, "does-not-fit");
  });

  it("says what proves that there is none", () => {
    const proof = (sizes: number[][], free: number[][]): string => {
      const packing = packInto({
        items: sizes.map((each, index) => ({ name: `m${index}`, sizes: each })),
        bins: free.map((each, index) => ({ name: `b${index}`, free: each })),
        resources: ["MiB", "gpu"],
      });
      return packing.verdict === "does-not-fit" ? packing.proof : packing.verdict;
    };
    assert.equal(
      proof(
        [[9, 0]],
        [
          [4, 0],
          [8, 0],
        ],
      ),
      "m0 fits on none of them: it asks for 9 MiB, the most that is free anywhere is 8",
    );
    assert.equal(proof([[1, 1]], [[4, 0]]), "m0 fits on none of them, even alone");
    assert.equal(
      proof(
        [
          [5, 0],
          [5, 0],
          [5, 0],
        ],
        [
          [6, 0],
          [8, 0],
        ],
      ),
      "15 MiB are asked for, 14 are free in all",
    );
    assert.equal(
      proof(
        [
          [5, 0],
          [5, 0],
          [3, 0],
        ],
        [
          [7, 0],
          [7, 0],
        ],
      ),
      "every arrangement was tried",
    );
  });
});
