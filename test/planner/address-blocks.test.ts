import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { blockOf, isTailscale, isWithin, meet, networksOf } from "../../planner/address-blocks";
import { toAddress, toOrdinal } from "../../planner/addresses";

/** A range of either family near the end of its addresses, where the arithmetic is hardest. */
const range = fc
  .tuple(fc.constantFrom(4 as const, 6 as const), fc.bigInt(0n, 5000n), fc.bigInt(0n, 300n))
  .map(([family, below, length]) => {
    const last = (1n << (family === 4 ? 32n : 128n)) - 1n - below;
    return blockOf(`${toAddress(last - length, family)}-${toAddress(last, family)}`);
  });

describe("blocks of addresses", () => {
  it("are one address, a range or a network", () => {
    const ends = (text: string): string[] => [blockOf(text).first, blockOf(text).last];
    assert.deepEqual(ends("203.0.113.7"), ["203.0.113.7", "203.0.113.7"]);
    assert.deepEqual(ends("203.0.113.7-203.0.113.9"), ["203.0.113.7", "203.0.113.9"]);
    assert.deepEqual(ends("203.0.113.8/29"), ["203.0.113.8", "203.0.113.15"]);
    assert.deepEqual(ends("fd00::/126"), ["fd00::", "fd00::3"]);
  });

  it("consist of networks that hold each of their addresses once and no other", () => {
    fc.assert(
      fc.property(range, (block) => {
        const networks = networksOf(block).map(blockOf);
        let next = toOrdinal(block.first);
        for (const { first, last } of networks) {
          assert.equal(toOrdinal(first), next);
          next = toOrdinal(last) + 1n;
        }
        assert.equal(next, toOrdinal(block.last) + 1n);
      }),
    );
    assert.deepEqual(networksOf(blockOf("203.0.113.7-203.0.113.12")), ["203.0.113.7/32", "203.0.113.8/30", "203.0.113.12/32"]);
    assert.deepEqual(networksOf(blockOf("0.0.0.0/0")), ["0.0.0.0/0"]);
  });

  it("meet where they share an address, whichever is asked", () => {
    const [a, b, c] = ["10.0.0.1-10.0.0.9", "10.0.0.9", "10.0.0.10/31"].map(blockOf);
    assert.ok(a && b && c);
    assert.deepEqual(
      [meet(a, b), meet(b, a), meet(a, c), meet(b, c), meet(a, blockOf("::a00:1"))],
      [true, true, false, false, false],
    );
    assert.deepEqual([isWithin(a, "10.0.0.0/28"), isWithin(a, "10.0.0.0/29")], [true, false]);
  });

  it("are Tailscale's in its two networks", () => {
    assert.deepEqual(["100.64.0.1", "100.127.255.254", "100.128.0.1", "fd7a:115c:a1e0::1", "fd7a::1"].map(isTailscale), [
      true,
      true,
      false,
      true,
      false,
    ]);
  });
});
