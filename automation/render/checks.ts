import type { Style } from "./style";
import { table } from "./table";

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  readonly state: "ok" | "warn" | "fail";
  readonly found: string;
  /** What to do; empty when all is well. */
  readonly remedy: string;
}

/** One line for each, marked. */
export function renderChecks(checks: readonly Check[], { glyphs, colors, safe }: Style): string[] {
  const marks = { ok: colors.green(glyphs.ok), warn: colors.yellow(glyphs.warning), fail: colors.red(glyphs.bad) };
  const rows = checks.map(({ name, found, remedy }) => [name, safe(found), safe(remedy)]);
  return table([{ title: "" }, { title: "" }, { title: "" }], rows).map(
    (line, index) => `${marks[checks[index]?.state ?? "ok"]} ${line}`,
  );
}
