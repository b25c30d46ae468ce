import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { planOf, stackFile } from "../stacks";

interface Shape {
  /** Failure domain of every host; empty for none. */
  readonly domains: readonly string[];
  readonly controlPlanes: number;
  readonly workers: number;
  readonly spread: readonly ["" | "host" | "failureDomain", "" | "host" | "failureDomain"];
}

const spread = fc.constantFrom("" as const, "host" as const, "failureDomain" as const);

const shape: fc.Arbitrary<Shape> = fc.record({
  domains: fc.array(fc.constantFrom("", "a", "b", "c"), { minLength: 2, maxLength: 6 }),
  controlPlanes: fc.integer({ min: 1, max: 3 }),
  workers: fc.integer({ min: 1, max: 7 }),
  spread: fc.tuple(spread, spread),
});

function text({ domains, controlPlanes, workers, spread: [control, main] }: Shape, more: readonly [string, string]): string {
  const host = (domain: string, index: number): string =>
    `pve-${index}: { address: 192.168.1.${index + 2}, cores: 8, threads: 16, memoryGiB: 64, datastores: { local-lvm: { sizeGiB: 500 } }${domain === "" ? "" : `, failureDomain: ${domain}`} }`;
  const pool = (count: number, own: string, keys: string): string =>
    `{ count: ${count}, cores: 2, memoryGiB: 4${own === "" ? "" : `, spread: ${own}`}${keys === "" ? "" : `, ${keys}`} }`;
  return stackFile({
    hosts: `{ ${domains.map(host).join(", ")} }`,
    controlPlane: pool(controlPlanes, control, more[0]),
    workers: `{ main: ${pool(workers, main, more[1])} }`,
    endpoint: "{ vip: 192.168.1.99 }",
  });
}

/** Where every machine is. */
function placed(file: string): string[] {
  return planOf(file).machines.map(({ name, host }) => `${name} on ${host ?? ""}`);
}

/** The keys that placement-unpinned advises, for the control plane and for the workers. */
function advised(file: string): [string, string] {
  const found = planOf(file).findings.filter(({ code }) => code === "placement-unpinned");
  const keys = (path: string): string => found.find((each) => each.path === path)?.remedy.split(" now: ")[1] ?? assert.fail();
  return [keys("topology.controlPlane"), keys("topology.workers.main")];
}

describe("the advice to pin a pool", () => {
  it("moves no machine when it is followed, those that follow included, and ends the finding", () => {
    fc.assert(
      fc.property(shape, (each) => {
        const advice = advised(text(each, ["", ""]));
        const pinned = text(each, advice);
        assert.deepEqual(placed(pinned), placed(text(each, ["", ""])));
        const full = { ...each, controlPlanes: 3, workers: 7 };
        assert.deepEqual(placed(text(full, advice)), placed(text(full, ["", ""])));
        assert.deepEqual(
          planOf(pinned).findings.filter(({ code }) => code === "placement-unpinned"),
          [],
        );
      }),
      { seed: 20261122, numRuns: 80 },
    );
  });

  it("names hosts in their turn, and the spread that a control plane has without saying so", () => {
    const each: Shape = { domains: ["a", "a", "b", "c"], controlPlanes: 3, workers: 3, spread: ["", ""] };
    assert.deepEqual(advised(text(each, ["", ""])), [
      "hosts: [pve-0, pve-2, pve-3, pve-1], spread: failureDomain",
      "hosts: [pve-0, pve-1, pve-2, pve-3]",
    ]);
    // What the file says already, or what makes no difference, is not said again.
    assert.deepEqual(advised(text({ ...each, spread: ["failureDomain", "failureDomain"] }, ["", ""])), [
      "hosts: [pve-0, pve-2, pve-3, pve-1]",
      "hosts: [pve-0, pve-2, pve-3, pve-1]",
    ]);
    assert.equal(advised(text({ ...each, domains: ["", ""] }, ["", ""]))[0], "hosts: [pve-0, pve-1]");
  });
});
