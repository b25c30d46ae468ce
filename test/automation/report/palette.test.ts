import assert from "node:assert/strict";
import { COLOURS, contrast, shade } from "../../../automation/report/palette";
import type { ColourName } from "../../../automation/report/palette";

const TONES = Object.keys(COLOURS).filter((name) => name.startsWith("tone-")) as ColourName[];

/** What is written on what. */
const TEXTS: readonly (readonly [ColourName, readonly ColourName[]])[] = [
  ["ink", ["page", "card", "sunken", "away", ...TONES]],
  ["dim", ["page", "card", "sunken", "away"]],
  ["accent", ["page", "card"]],
  ["good", ["page", "card"]],
  ["fair", ["page", "card"]],
  ["bad", ["page", "card", "sunken"]],
  ["card", ["ink", "accent"]],
];

/** What has to be seen without being read: edges of controls, bars, lines. */
const SHAPES: readonly (readonly [ColourName, ColourName])[] = [
  ["edge", "card"],
  ["edge", "page"],
  ["edge", "sunken"],
  ["bad", "sunken"],
  ["accent", "page"],
];

describe("colours", () => {
  for (const theme of ["light", "dark"] as const) {
    it(`are far enough apart to be read, ${theme} (WCAG AA)`, () => {
      const weak = TEXTS.flatMap(([text, grounds]) =>
        grounds
          .map((ground) => ({ text, ground, ratio: contrast(shade(text, theme), shade(ground, theme)) }))
          .filter(({ ratio }) => ratio < 4.5),
      );
      assert.deepEqual(weak, []);
      const faint = SHAPES.filter(([shape, ground]) => contrast(shade(shape, theme), shade(ground, theme)) < 3);
      assert.deepEqual(faint, []);
    });
  }

  it("are compared as the guidelines say", () => {
    assert.equal(contrast("#000000", "#ffffff"), 21);
    assert.equal(contrast("#777777", "#777777"), 1);
    // The lightest grey that may be read on white.
    assert.ok(contrast("#767676", "#ffffff") >= 4.5);
    assert.ok(contrast("#777777", "#ffffff") < 4.5);
  });
});
