import assert from "node:assert/strict";
import fc from "fast-check";
import type { Box } from "../../../automation/report/treemap";
import { treemap } from "../../../automation/report/treemap";

const BOX: Box = { x: 10, y: 20, width: 300, height: 200 };

describe("dividing a box", () => {
  it("gives each item its share of the area, within the box and apart from the others", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(sizes, (all) => {
        const total = all.reduce((sum, size) => sum + size, 0);
        const boxes = treemap(
          all.map((size, index) => ({ name: String(index), size })),
          BOX,
        );
        assert.equal(boxes.size, all.length);
        for (const [name, { width, height }] of boxes) {
          const share = (all[Number(name)] ?? 0) / total;
          assert.ok(Math.abs(width * height - share * BOX.width * BOX.height) < 1e-6, name);
        }
        const placed = [...boxes.values()];
        for (const box of placed) {
          assert.ok(box.x >= BOX.x - 1e-9 && box.x + box.width <= BOX.x + BOX.width + 1e-9);
          assert.ok(box.y >= BOX.y - 1e-9 && box.y + box.height <= BOX.y + BOX.height + 1e-9);
        }
        for (const [index, a] of placed.entries()) for (const b of placed.slice(index + 1)) assert.ok(!overlap(a, b));
      }),
      { numRuns: 50 },
    );
  });

  it("makes boxes that a name fits into, not slivers", () => {
    const boxes = treemap(
      [16, 24, 1].map((size) => ({ name: String(size), size })),
      { x: 0, y: 0, width: 280, height: 80 },
    );
    // In a row of its own the smallest would be two pixels high.
    assert.ok((boxes.get("1")?.height ?? 0) > 20, JSON.stringify([...boxes]));
  });

  it("leaves out what has no size, and stands nothing for nothing", () => {
    assert.deepEqual([...treemap([{ name: "none", size: 0 }], BOX)], []);
  });
});

function overlap(a: Box, b: Box): boolean {
  const apart = 1e-6;
  return (
    a.x + apart < b.x + b.width && b.x + apart < a.x + a.width && a.y + apart < b.y + b.height && b.y + apart < a.y + a.height
  );
}
