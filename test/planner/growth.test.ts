import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import type { StackConfig } from "../../config/schema";
import { planStack } from "../../planner";
import type { PlannedMachine } from "../../planner";
import { configOf, hosts, stackFile } from "../stacks";

const RUNS = { seed: 20261120, numRuns: 120 };

interface Shape {
  readonly hostCount: number;
  readonly controlPlanes: number;
  readonly workers: number;
}

const shape: fc.Arbitrary<Shape> = fc.record({
  hostCount: fc.integer({ min: 1, max: 6 }),
  controlPlanes: fc.integer({ min: 1, max: 3 }),
  workers: fc.integer({ min: 0, max: 7 }),
});

function config({ hostCount, controlPlanes, workers }: Shape): StackConfig {
  const pool = (count: number): string => `{ count: ${count}, cores: 2, memoryGiB: 4 }`;
  return configOf(
    stackFile({
      hosts: hosts(hostCount),
      controlPlane: pool(controlPlanes),
      workers: workers === 0 ? "{}" : `{ main: ${pool(workers)} }`,
    }),
  );
}

function machines(stack: StackConfig): readonly PlannedMachine[] {
  const planned = planStack(stack, "test");
  assert.ok(planned.ok, JSON.stringify(planned));
  return planned.plan.machines;
}

/** Everything about a machine that would move it or make it another one. */
const identity = ({ name, vmId, address, host, macAddress, disks }: PlannedMachine): string =>
  JSON.stringify({ name, vmId, address, host, macAddress, disks });

describe("growth", () => {
  it("moves no machine that stands, whichever pool grows or shrinks", () => {
    fc.assert(
      fc.property(shape, shape, ({ hostCount, ...before }, after) => {
        const [a, b] = [machines(config({ hostCount, ...before })), machines(config({ ...after, hostCount }))];
        for (const machine of a) {
          const same = b.find(({ name }) => name === machine.name);
          if (same) assert.equal(identity(same), identity(machine));
        }
      }),
      RUNS,
    );
  });

  it("gives no two machines the same id, address, name or MAC address", () => {
    fc.assert(
      fc.property(shape, (each) => {
        const all = machines(config(each));
        for (const key of ["name", "vmId", "address", "macAddress"] as const)
          assert.equal(new Set(all.map((machine) => machine[key])).size, all.length, key);
      }),
      RUNS,
    );
  });

  it("keeps control planes on different hosts wherever there are as many", () => {
    fc.assert(
      fc.property(shape, (each) => {
        const used = machines(config(each))
          .filter(({ role }) => role === "controlplane")
          .map(({ host }) => host);
        assert.equal(new Set(used).size, Math.min(each.hostCount, each.controlPlanes));
      }),
      RUNS,
    );
  });

  it("removes a machine from the middle without touching the others", () => {
    const pool = (members: string): StackConfig =>
      configOf(stackFile({ hosts: hosts(3), workers: `{ main: { ${members}, cores: 2, memoryGiB: 4 } }` }));
    const counted = machines(pool("count: 4"));
    const named = machines(pool("machines: { work-00: {}, work-02: {}, work-03: {} }"));
    assert.deepEqual(named.map(identity), counted.filter(({ name }) => name !== "work-01").map(identity));
  });

  it("renames and renumbers nothing when the stack gets more ids and addresses", () => {
    const wider = (idCount: number, last: string): StackConfig =>
      configOf(
        stackFile({
          vm: `{ idBase: 800, idCount: ${idCount} }`,
          workers: "{ main: { count: 7, cores: 2, memoryGiB: 4 } }",
        }).replace("192.168.1.109", last),
      );
    assert.deepEqual(machines(wider(150, "192.168.1.249")).map(identity), machines(wider(10, "192.168.1.109")).map(identity));
  });

  it("lets a sole pool declare some of its ranges and derives the others", () => {
    const declared = configOf(stackFile({ workers: "{ main: { count: 2, cores: 2, memoryGiB: 4, ids: 806-809 } }" }));
    assert.deepEqual(
      machines(declared).map(({ name, vmId, address }) => `${name} ${vmId} ${address}`),
      ["ctrl-00 800 192.168.1.100", "work-00 806 192.168.1.103", "work-01 807 192.168.1.104"],
    );
  });

  it("goes on in another range, of a pool or of the network, and moves nothing", () => {
    const text = (count: number, addresses: string, ranges: string): string =>
      stackFile({
        vm: "{ idBase: 800, idCount: 20 }",
        workers: `{ main: { count: ${count}, cores: 2, memoryGiB: 4, ${ranges} } }`,
        network:
          'ipv6: { subnet: fd00:68::/64, gateway: fd00:68::1, addresses: "fd00:68::100-fd00:68::107,fd00:68::200-fd00:68::207" }',
      }).replace("192.168.1.100-192.168.1.109", addresses);
    const before = machines(configOf(text(3, "192.168.1.100-192.168.1.105", "ids: 803-805, names: work-00..02")));
    const after = machines(
      configOf(
        text(
          7,
          "192.168.1.100-192.168.1.105,192.168.1.20-192.168.1.29",
          'ids: "803-805,815-818", names: "work-00..02,db-7..9,work-99..99"',
        ),
      ),
    );
    assert.deepEqual(after.slice(0, before.length).map(identity), before.map(identity));
    assert.deepEqual(
      after.slice(before.length).map(({ name, vmId, addresses }) => [name, vmId, ...addresses.map(({ address }) => address)]),
      [
        ["db-7", 815, "192.168.1.20", "fd00:68::106"],
        ["db-8", 816, "192.168.1.21", "fd00:68::107"],
        ["db-9", 817, "192.168.1.22", "fd00:68::200"],
        ["work-99", 818, "192.168.1.23", "fd00:68::201"],
      ],
    );
  });

  it("moves no machine of a pinned pool when a host joins", () => {
    const stack = (count: number): StackConfig =>
      configOf(
        stackFile({ hosts: hosts(count), workers: "{ main: { count: 5, cores: 2, memoryGiB: 4, hosts: [pve-1, pve-2] } }" }),
      );
    const workers = (count: number): string[] =>
      machines(stack(count))
        .filter(({ role }) => role === "worker")
        .map(identity);
    assert.deepEqual(workers(4), workers(2));
  });

  it("is planned the same every time", () => {
    fc.assert(
      fc.property(shape, (each) => {
        assert.equal(JSON.stringify(planStack(config(each), "a")), JSON.stringify(planStack(config(each), "a")));
      }),
      RUNS,
    );
  });

  it("gives MAC addresses that are locally administered and no multicast", () => {
    const all = machines(config({ hostCount: 1, controlPlanes: 1, workers: 1 })).map(({ macAddress }) => macAddress);
    for (const macAddress of all) assert.match(macAddress ?? "", /^02(:[0-9A-F]{2}){5}$/);
    // 800 and 803 in the last four bytes; these must stay, or every VM gets another address.
    assert.deepEqual(all, ["02:F4:00:00:03:20", "02:F4:00:00:03:23"]);
  });
});
