import type { Problem } from "./problem";

/** All problems as text for a terminal: one block each with place, value, what is allowed and what to do. */
export function formatProblems(problems: readonly Problem[]): string {
  const files = [...new Set(problems.map(({ file }) => file))].join(", ");
  const head = `${files}: ${problems.length} ${problems.length === 1 ? "problem" : "problems"}`;
  return [head, ...problems.map(formatProblem)].join("\n\n");
}

function formatProblem({ file, path, line, column, value, message, allowed, remedy }: Problem): string {
  const place = line === null ? file : `${file}:${line}:${column ?? 1}`;
  return [
    `${place}  ${path === "" ? message : `${path}: ${message}`}`,
    ...(value === null || value === undefined ? [] : [`  value    ${shown(value)}`]),
    `  allowed  ${allowed}`,
    `  remedy   ${remedy}`,
  ].join("\n");
}

/** Long values are cut: the place is what matters. */
function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
