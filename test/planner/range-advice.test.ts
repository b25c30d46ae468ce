import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { parse } from "yaml";
import { planStack } from "../../planner";
import { configOf, planOf, stackFile } from "../stacks";

type Pools = Readonly<Record<string, { readonly count: number; readonly keys?: string }>>;

interface Size {
  readonly idCount: number;
  readonly addressCount: number;
}

/** A stack file with these pools; the control plane is called `control`. */
function text({ control, ...workers }: Pools, { idCount, addressCount }: Size): string {
  const pool = ({ count, keys }: Pools[string]): string =>
    `{ count: ${count}, cores: 2, memoryGiB: 4${keys === undefined ? "" : `, ${keys}`} }`;
  return stackFile({
    vm: `{ idBase: 800, idCount: ${idCount} }`,
    controlPlane: pool(control!),
    workers: `{ ${Object.entries(workers)
      .map(([name, each]) => `${name}: ${pool(each)}`)
      .join(", ")} }`,
    endpoint: "{ vip: 192.168.1.50 }",
  }).replace("192.168.1.100-192.168.1.109", `192.168.1.100-192.168.1.${99 + addressCount}`);
}

/** What to do about each pool that has to declare ranges, by its name. */
function remedies(file: string): Record<string, string> {
  const planned = planStack(configOf(file), "test");
  assert.ok(!planned.ok, "nothing has to be declared");
  return Object.fromEntries(
    planned.problems.map(({ path, remedy }) => [path === "topology.controlPlane" ? "control" : path.split(".").at(-1)!, remedy]),
  );
}

/** The keys that a remedy says to declare, as they would be typed into a map on one line. */
function keysOf(remedy: string, begin = "declare "): string {
  assert.ok(remedy.includes(begin), remedy);
  const keys = remedy.slice(remedy.indexOf(begin) + begin.length).replace(/ \(.*| *;.*/, "");
  assert.deepEqual(Object.keys(parse(`{ ${keys} }`) as object), ["ids", "addresses", "names"]);
  return keys;
}

const identities = (file: string): string[] =>
  planOf(file).machines.map((machine) =>
    JSON.stringify([machine.name, machine.vmId, machine.address, machine.host, machine.macAddress]),
  );

const ten = { idCount: 10, addressCount: 10 };
const size = fc.record({ idCount: fc.integer({ min: 3, max: 130 }), addressCount: fc.integer({ min: 3, max: 130 }) });

describe("the advice on ranges", () => {
  it("gives further control planes the last ids and addresses, and the workers between them keep theirs", () => {
    const told = remedies(text({ control: { count: 5 }, main: { count: 2 } }, ten));
    const kept = "(machines that run with the default ranges stay what they are)";
    assert.deepEqual(told, {
      control: `declare ids: "800-802,808-809", addresses: "192.168.1.100-192.168.1.102,192.168.1.108-192.168.1.109", names: ctrl-00..04 ${kept}`,
      main: `declare ids: 803-807, addresses: 192.168.1.103-192.168.1.107, names: work-00..04 ${kept}`,
    });
  });

  it("moves nothing that runs when it is followed for more than three control planes", () => {
    const counts = fc.record({
      control: fc.integer({ min: 4, max: 9 }),
      main: fc.integer({ min: 0, max: 120 }),
      before: fc.integer({ min: 1, max: 3 }),
    });
    let followed = 0;
    fc.assert(
      fc.property(size, counts, (each, { control, main, before }) => {
        const room = Math.min(each.idCount, each.addressCount);
        const pools = { control: { count: control }, main: { count: main } };
        const told = remedies(text(pools, each));
        if (control + main > room) {
          assert.match(told["control"]!, /^widen first: all pools together take \d+ ids/);
          return;
        }
        // A pool without machines may be left without room.
        if (!told["main"]!.startsWith("declare ids: ")) {
          assert.equal(main, 0);
          return;
        }
        const keys = { control: keysOf(told["control"]!), main: keysOf(told["main"]!) };
        const after = identities(
          text({ control: { count: control, keys: keys.control }, main: { count: main, keys: keys.main } }, each),
        );
        assert.equal(after.length, control + main);
        const running = identities(text({ control: { count: before }, main: { count: main } }, each));
        assert.deepEqual(
          running.filter((machine) => !after.includes(machine)),
          [],
        );
        followed++;
      }),
      { seed: 20261123, numRuns: 75 },
    );
    assert.ok(followed > 30, String(followed));
  });

  it("moves nothing that runs when further worker pools come to the only one, whichever that was", () => {
    const counts = fc.record({
      a: fc.integer({ min: 1, max: 30 }),
      b: fc.integer({ min: 1, max: 30 }),
      c: fc.integer({ min: 1, max: 9 }),
    });
    let followed = 0;
    fc.assert(
      fc.property(size, counts, fc.constantFrom("a", "b", "c"), (each, wanted, former) => {
        const pools = Object.fromEntries(Object.entries(wanted).map(([name, count]) => [name, { count }]));
        const told = remedies(text({ control: { count: 3 }, ...pools }, each));
        if (!told[former]!.startsWith("if ")) return;
        const declared = Object.fromEntries(
          Object.entries(pools).map(([name, { count }]) => {
            const begin = name === former ? "till now, declare " : "else declare ";
            return [name, { count, keys: keysOf(told[name]!, begin) }];
          }),
        );
        const after = identities(text({ control: { count: 3 }, ...declared }, each));
        const running = identities(text({ control: { count: 3 }, only: pools[former]! }, each));
        assert.deepEqual(
          running.filter((machine) => !after.includes(machine)),
          [],
        );
        followed++;
      }),
      { seed: 20261124, numRuns: 150 },
    );
    assert.ok(followed > 30, String(followed));
  });

  it("shares out what is there among pools of which none is old, when there is no more", () => {
    const told = remedies(text({ control: { count: 1 }, a: { count: 4 }, b: { count: 3 } }, ten));
    assert.deepEqual(told, {
      a: "declare ids: 803-806, addresses: 192.168.1.103-192.168.1.106, names: a-00..03",
      b: "declare ids: 807-809, addresses: 192.168.1.107-192.168.1.109, names: b-00..02",
    });
  });

  it("says so when declared ranges of one pool are those of machines that run in another", () => {
    const keys = "ids: 800-804, addresses: 192.168.1.100-192.168.1.104, names: ctrl-00..04";
    assert.deepEqual(remedies(text({ control: { count: 5, keys }, main: { count: 2 } }, ten)), {
      main: "declare ids: 805-809, addresses: 192.168.1.105-192.168.1.109, names: work-00..04 (machines that run with the default ranges would be made anew, unless other pools leave these to them)",
    });
  });

  it("keeps machines by name where they are, those left out in the middle included", () => {
    const file = (count: string, keys = ""): string =>
      stackFile({
        controlPlane: `{ ${count}, cores: 2, memoryGiB: 4${keys} }`,
        workers: "{ main: { machines: { work-00: {}, work-03: {} }, cores: 2, memoryGiB: 4 } }",
      });
    const told = remedies(file("count: 5"));
    assert.match(
      told["main"]!,
      /^declare ids: 803-807, addresses: 192\.168\.1\.103-192\.168\.1\.107, names: work-00\.\.04 \(machines that run/,
    );
    // work-04 would be the fifth: with six control planes there is no room for a seat more.
    assert.match(remedies(file("count: 7"))["main"]!, /^declare ids, addresses and names for 2 machines/);
  });

  it("names the ids that no pool has, by default or by its own words, where a pool is full", () => {
    const planned = planStack(
      configOf(
        text(
          {
            control: { count: 3 },
            main: { count: 1 },
            more: { count: 9, keys: "ids: 806-807, addresses: 192.168.1.106-192.168.1.107, names: more-00..01" },
          },
          ten,
        ),
      ),
      "test",
    );
    assert.ok(!planned.ok);
    assert.equal(
      planned.problems.find(({ path }) => path.endsWith("more.count"))?.allowed,
      "at most 2; beyond that, nothing is free",
    );
  });
});
