/** Values of properties as policies see them. A resource may come from any program: nothing is taken for granted. */

/** A value that is there and cannot be read. */
export class Hidden {
  constructor(public readonly why: "unknown" | "secret") {}
}

/** Stands for what nobody knows before the update. */
export const UNKNOWN = new Hidden("unknown");

/** Stands for what is marked as a secret: no policy needs to read one. */
export const SECRET = new Hidden("secret");

/** A value of a property. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value } | Hidden;

/** Properties by name. */
export type Values = Readonly<Record<string, Value>>;

/** A text somewhere inside of a value. */
export interface FoundText {
  /** For instance `values.grafana.adminPassword` or `disks[0].serial`. */
  readonly path: string;
  /** The last name in the path. */
  readonly key: string;
  readonly text: string;
}

/** Whether a value is there and cannot be read: then nothing is said about it. */
export function isHidden(value: Value | undefined): value is Hidden {
  return value instanceof Hidden;
}

/** A map, or an empty one. */
export function map(value: Value | undefined): Values {
  return value !== null && typeof value === "object" && !Array.isArray(value) && !isHidden(value) ? (value as Values) : {};
}

/** A list, or an empty one. */
export function list(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? (value as readonly Value[]) : [];
}

/** A text, or undefined. */
export function text(value: Value | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Whether a value is true; providers are handed their settings as texts. */
export function isTrue(value: Value | undefined): boolean {
  return value === true || (typeof value === "string" && /^(?:1|t|true)$/i.test(value));
}

/** The value at a path of keys: hidden where anything on the way to it is, undefined where there is none. */
export function at(value: Value | undefined, ...path: readonly string[]): Value | undefined {
  const found = path.reduce((each: Value | undefined, key) => (isHidden(each) ? each : map(each)[key]), value);
  return found ?? undefined;
}

/** Every text inside of a value that can be read. */
export function textsIn(value: Value | undefined, path = "", key = ""): FoundText[] {
  if (typeof value === "string") return [{ path, key, text: value }];
  if (Array.isArray(value)) return list(value).flatMap((each, index) => textsIn(each, `${path}[${index}]`, key));
  return Object.entries(map(value)).flatMap(([name, each]) => textsIn(each, path === "" ? name : `${path}.${name}`, name));
}
