/** A map's key, or a list's index. */
export type Step = string | number;

/** Where something is in a document, from its root. */
export type Path = readonly Step[];

/** A value below the keys and indices of a path. */
export function nested(path: Path, value: unknown): unknown {
  return path.reduceRight<unknown>((inner, step) => (typeof step === "number" ? [inner] : { [step]: inner }), value);
}

/** What is at a path of plain data; undefined where there is nothing. */
export function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], data);
}

/** Plain data with another value in one place, made where there is none; an index that is a list's length adds to it. */
export function withValue(data: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === "number") {
    const list = [...((data ?? []) as unknown[])];
    list[step] = withValue(list[step], rest, value);
    return list;
  }
  const map = (data ?? {}) as Record<string, unknown>;
  return { ...map, [step]: withValue(map[step], rest, value) };
}

/** Plain data without one entry. */
export function without(data: unknown, path: Path): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return data;
  if (rest.length > 0) return withValue(data, [step], without(valueAt(data, [step]), rest));
  if (Array.isArray(data)) return data.filter((_, index) => index !== step);
  return Object.fromEntries(Object.entries(data as Record<string, unknown>).filter(([key]) => key !== step));
}
