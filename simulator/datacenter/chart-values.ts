import type { Json } from "../values";
import type { ReleaseRequest } from "./model";

/** A value of a chart by its path, for instance `persistence.enabled`. */
export function valueAt(values: ReleaseRequest["values"], path: string): Json | undefined {
  return path
    .split(".")
    .reduce<Json | undefined>(
      (value, key) => (value !== null && typeof value === "object" && !Array.isArray(value) ? value[key] : undefined),
      values,
    );
}

/** A text among a chart's values; empty where there is none. */
export function textAt(values: ReleaseRequest["values"], path: string): string {
  const value = valueAt(values, path);
  return typeof value === "string" ? value : "";
}
