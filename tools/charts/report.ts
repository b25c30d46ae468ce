import type { CheckedRelease } from "./checked-release";

/** What came of holding all add-ons against their charts. */
export interface ChartsReport {
  /** Each once, with the first stack that has it so. */
  readonly rendered: readonly CheckedRelease[];
  /** Charts that could not be had, and why. */
  readonly missing: readonly { readonly chart: string; readonly reason: string }[];
  /** Programs without which the pinned Kubernetes judged nothing, and how to get them; none when it did. */
  readonly unjudged: readonly string[];
  /** Whether the committed table of footprints says what the charts say. */
  readonly footprint: "fresh" | "stale" | "written";
}

/** The report for people. */
export function textOf({ rendered, missing, unjudged, footprint }: ChartsReport): string {
  const rows = rendered.map(({ stack, name, version, values, objects, images, problems }) => [
    stack,
    name,
    version,
    String(values),
    String(objects),
    String(images.length),
    problems.length === 0 ? "ok" : String(problems.length),
  ]);
  const problems = rendered.flatMap(({ stack, name, problems: own }) => own.map((problem) => `${stack} ${name}: ${problem}`));
  return [
    ...columns([["stack", "chart", "version", "values", "objects", "images", "problems"], ...rows]),
    "",
    ...problems,
    ...missing.map(({ chart, reason }) => `NOT RENDERED: ${chart}: ${reason}`),
    ...(unjudged.length > 0 ? ["NOT JUDGED by an API server, which needs", ...unjudged.map((line) => `  ${line}`)] : []),
    ...(footprint === "stale" ? ["planner/addons/footprint.json is stale: npm run charts -- --write"] : []),
    `${rendered.length} rendered, ${missing.length} missing, ${problems.length} problems, footprints ${footprint}`,
    "",
  ].join("\n");
}

/** Rows whose cells begin below each other. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => (row[index] ?? "").length)));
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
