import type { PreflightCheck } from "../../planner";
import type { Style } from "./style";
import { hang } from "./text";

/** A line for what is well; what is not with its remedy below, wrapped. */
export function renderPreflight(checks: readonly PreflightCheck[], style: Style): string[] {
  const { glyphs, colors, safe, columns } = style;
  const marks = { ok: glyphs.ok, warn: glyphs.warning, fail: glyphs.bad };
  const shades = { ok: colors.green, warn: colors.yellow, fail: colors.red };
  return checks.flatMap(({ name, state, found, remedy }) => {
    const mark = marks[state];
    const lines = hang(`${mark} `, safe(`${name}: ${found}`), columns);
    const then = remedy === "" ? [] : hang(`${" ".repeat(mark.length + 1)}${glyphs.arrow} `, safe(remedy), columns);
    return [...lines.map((line) => line.replace(mark, shades[state](mark))), ...then.map((line) => colors.dim(line))];
  });
}
