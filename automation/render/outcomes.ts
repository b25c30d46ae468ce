import type { Problem } from "../../config/problem";
import type { Failure } from "../failure";
import type { Outcome, StackResult } from "../operations/outcome";
import { elapsed } from "../operations/tree";
import type { Style } from "./style";
import { table } from "./table";
import { count } from "./text";

/** What each stack answered, a table of what became of each, and why some failed. */
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
    if (failure) return [...reasonsOf(failure), ...failure.problems.map(said)].map((line) => `${safe(stack)}: ${safe(line)}`);
    return outcome && !outcome.isAnswer ? outcome.lines.map((line) => `${safe(stack)}: ${line}`) : [];
  });
  const rest = results.filter(({ result }) => result === "succeeded").length;
  const answers = results.flatMap(({ stack, outcome }) =>
    outcome?.isAnswer ? [colors.bold(safe(stack)), ...outcome.lines.map((line) => (line === "" ? "" : `  ${line}`)), ""] : [],
  );
  return [
    ...answers,
    ...lines,
    ...(reasons.length > 0 ? ["", ...reasons] : []),
    "",
    `${rest} of ${count(results.length, "stack")} as they should be`,
  ];
}

/** The report of a file that is invalid repeats its problems. */
function reasonsOf({ message, problems }: Failure): string[] {
  const lines = message.split("\n");
  return problems.length > 0 ? lines.slice(0, 1) : lines;
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
