import assert from "node:assert/strict";
import fc from "fast-check";
import { queues, sideBySide } from "../../../automation/operations/side-by-side";

const stack = (name: string, ...shares: string[]): { stack: string; shares: string[] } => ({ stack: name, shares });
const names = (all: readonly (readonly { stack: string }[])[]): string[][] => all.map((queue) => queue.map((each) => each.stack));

describe("stacks side by side", () => {
  it("puts stacks that share a host into one queue, in order of name", () => {
    const all = queues([stack("prod", "c"), stack("lab", "a", "b"), stack("dev", "b"), stack("edge")]);
    assert.deepEqual(names(all), [["dev", "lab"], ["edge"], ["prod"]]);
  });

  it("joins queues that a later stack brings together", () => {
    assert.deepEqual(names(queues([stack("a", "1"), stack("b", "2"), stack("c", "1", "2")])), [["a", "b", "c"]]);
  });

  it("never puts two that share something into different queues, and loses none", () => {
    const stacks = fc.uniqueArray(
      fc.record({ stack: fc.string({ minLength: 1 }), shares: fc.array(fc.integer({ min: 0, max: 6 }).map(String)) }),
      {
        selector: (each) => each.stack,
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(stacks, (given) => {
        const all = queues(given);
        assert.deepEqual(all.flat().length, given.length);
        for (const queue of all) {
          const rest = all.filter((other) => other !== queue).flat();
          for (const each of queue) {
            for (const other of rest) assert.ok(!each.shares.some((share) => other.shares.includes(share)));
          }
        }
      }),
    );
  });

  it("has no more queues under way than allowed, and keeps the order within each", async () => {
    const log: string[] = [];
    let underWay = 0;
    let most = 0;
    const work = async (name: string): Promise<void> => {
      most = Math.max(most, ++underWay);
      log.push(name);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
    };
    await sideBySide([["a1", "a2"], ["b1", "b2"], ["c1"]], 2, work);
    assert.equal(most, 2);
    assert.ok(log.indexOf("a1") < log.indexOf("a2") && log.indexOf("b1") < log.indexOf("b2"));
    assert.deepEqual([...log].sort(), ["a1", "a2", "b1", "b2", "c1"]);
  });
});
