/** Values of a chart. */
export type Values = Readonly<Record<string, unknown>>;

/** Whether a value is a map. */
export function isMap(value: unknown): value is Values {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** Paths of all that is no map, or an empty one. */
export function pathsOf(value: unknown, above: readonly string[] = []): string[][] {
  if (!isMap(value) || Object.keys(value).length === 0) return [[...above]];
  return Object.entries(value).flatMap(([name, each]) => pathsOf(each, [...above, name]));
}

/** The values with one of them replaced, or taken away. */
export function changed(values: Values, [name = "", ...rest]: readonly string[], replace?: (value: unknown) => unknown): Values {
  const below = values[name];
  if (rest.length > 0) return { ...values, [name]: changed(below as Values, rest, replace) };
  const others = Object.fromEntries(Object.entries(values).filter(([each]) => each !== name));
  return replace ? { ...others, [name]: replace(below) } : others;
}

/** What stands at the end of a path; undefined when nothing does. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((each, key) => (isMap(each) ? each[key] : undefined), value);
}
