import type { Problem } from "../../config/problem";
import type { Outcome, StackResult } from "../operations/outcome";
import { elapsed } from "../operations/tree";
import type { Style } from "./style";
import { table } from "./table";
import { count } from "./text";

/** A table of what became of each stack, and why some failed. */
export function renderOutcomes(results: readonly StackResult[], { glyphs, colors, safe }: Style): string[] {
  const marks = {
    succeeded: colors.green(glyphs.ok),
    failed: colors.red(glyphs.bad),
    "not-started": colors.yellow(glyphs.dash),
  };
  const rows = results.map(({ stack, result, seconds, outcome, failure }) => [
    marks[result],
    safe(stack),
    result === "not-started" ? "not started" : result,
    changesOf(outcome),
    result === "not-started" ? "" : elapsed(seconds),
    safe(outcome?.note ?? failure?.code ?? ""),
  ]);
  const columns = ["", "stack", "result", "changes"].map((title) => ({ title }));
  const lines = table([...columns, { title: "time", align: "right" }, { title: "" }], rows);
  const failed = results.filter(({ result }) => result === "failed");
  const reasons = failed.flatMap(({ stack, outcome, failure }) => {
    if (failure)
      return [failure.message.split("\n")[0] ?? "", ...failure.problems.map(said)].map((line) => `${safe(stack)}: ${safe(line)}`);
    return outcome ? outcome.lines.map((line) => `${safe(stack)}: ${line}`) : [];
  });
  const rest = results.filter(({ result }) => result === "succeeded").length;
  return [
    ...lines,
    ...(reasons.length > 0 ? ["", ...reasons] : []),
    "",
    `${rest} of ${count(results.length, "stack")} as they should be`,
  ];
}

/** A problem of a stack file on one line; all of it is told for the stack alone. */
function said({ file, path, line, column, message, remedy }: Problem): string {
  const place = line === null ? file : `${file}:${line}:${column ?? 1}`;
  return `  ${place}  ${path === "" ? message : `${path}: ${message}`}; ${remedy}`;
}

function changesOf(outcome: Outcome | undefined): string {
  const changes = Object.entries(outcome?.summary ?? {}).filter(([op, n]) => op !== "same" && n > 0);
  if (outcome === undefined) return "";
  return changes.length === 0 ? "none" : changes.map(([op, n]) => `${n} ${op}`).join(", ");
}
