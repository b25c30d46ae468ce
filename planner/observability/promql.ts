/** What PromQL says besides names of metrics. */
const WORDS = new Set([
  "and",
  "bool",
  "by",
  "group_left",
  "group_right",
  "ignoring",
  "inf",
  "nan",
  "offset",
  "on",
  "or",
  "unless",
  "without",
]);

const STRINGS = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g;

/** Labels between round brackets. */
const GROUPING = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g;

/** Names of the metrics an expression reads, each once, in order of the alphabet. */
export function metricsIn(expr: string): string[] {
  const bare = expr
    .replace(STRINGS, "")
    .replace(/\{[^}]*\}/g, " ")
    .replace(/\[[^\]]*\]/g, " ")
    .replace(GROUPING, " ");
  const names = [...bare.matchAll(/(?<![\w:])[a-zA-Z_:][a-zA-Z0-9_:]*(?!\w)(?!\s*\()/g)].map(([name]) => name);
  return [...new Set(names.filter((name) => !WORDS.has(name.toLowerCase())))].sort();
}

/** Labels that an expression names. */
export interface UsedLabels {
  /** Between braces, by metric. */
  readonly selected: readonly { readonly metric: string; readonly label: string }[];
  /** Between round brackets after `by`, `on` and the like, each once. */
  readonly grouped: readonly string[];
}

/** Labels an expression selects series by and groups them by. */
export function labelsIn(expr: string): UsedLabels {
  const bare = expr.replace(STRINGS, '""');
  const selected = [...bare.matchAll(/([a-zA-Z_:][\w:]*)\{([^}]*)\}/g)].flatMap(([, metric = "", matchers = ""]) =>
    [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = ""]) => ({ metric, label })),
  );
  const grouped = [...bare.matchAll(GROUPING)].flatMap(([group]) => group.replace(/^.*\(|\)$/g, "").match(/\w+/g) ?? []);
  return { selected, grouped: [...new Set(grouped)] };
}
