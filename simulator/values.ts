import { createHash } from "node:crypto";

/** A property value as the engine sees it: JSON plus values marked secret. */
export type PropertyValue = null | boolean | number | string | PropertyValue[] | { [key: string]: PropertyValue } | SecretValue;

/** The properties of one resource. */
export type Properties = Record<string, PropertyValue>;

/** JSON without secrets: what models compute with. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A value that must never be written in the clear. */
export class SecretValue {
  constructor(public readonly value: PropertyValue) {}

  /** Keeps a careless `JSON.stringify` or log line from showing the value. */
  public toJSON(): string {
    return "[secret]";
  }
}

/** Signature key and values of the engine's wire format (`@pulumi/pulumi/runtime/rpc`). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** Decodes one value of a request. */
export function fromWire(value: unknown): PropertyValue {
  if (value === null || value === undefined) return null;
  if (typeof value === "boolean" || typeof value === "number" || typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(fromWire);
  const object = value as Record<string, unknown>;
  switch (object[SIGNATURE]) {
    case SECRET:
      return new SecretValue(fromWire(object["value"]));
    case OUTPUT:
      return object["secret"] === true ? new SecretValue(fromWire(object["value"])) : fromWire(object["value"]);
    case RESOURCE:
      return fromWire(object["id"] ?? object["urn"]);
    default:
      return propertiesFromWire(object);
  }
}

/** Decodes the properties of a request. */
export function propertiesFromWire(object: Record<string, unknown>): Properties {
  return Object.fromEntries(Object.entries(object).map(([key, entry]) => [key, fromWire(entry)]));
}

/** Encodes a value for a response. */
export function toWire(value: PropertyValue): Json {
  return mapValue(value, (secret) => ({ [SIGNATURE]: SECRET, value: toWire(secret.value) }));
}

/** The value with secrets opened: only models and comparisons in memory may see it. */
export function plain(value: PropertyValue): Json {
  return mapValue(value, (secret) => plain(secret.value));
}

/** The value as it may be shown: every secret is the string `[secret]`. */
export function redact(value: PropertyValue): Json {
  return mapValue(value, () => "[secret]");
}

/** The value as it may be kept: every secret is the hash of its content, so that a change is seen and the content is not. */
export function fingerprint(value: PropertyValue): Json {
  return mapValue(value, (secret) => ({
    secret: createHash("sha256")
      .update(canonical(plain(secret.value)))
      .digest("hex"),
  }));
}

/** JSON with sorted keys: equal values have equal texts. */
export function canonical(value: Json): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`);
  return `{${entries.join(",")}}`;
}

/** The value with every string that `pattern` describes marked secret. */
export function seal(value: PropertyValue, pattern: RegExp): PropertyValue {
  if (typeof value === "string") return pattern.test(value) ? new SecretValue(value) : value;
  if (value === null || typeof value !== "object" || value instanceof SecretValue) return value;
  if (Array.isArray(value)) return value.map((entry) => seal(entry, pattern));
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, seal(entry, pattern)]));
}

/** Paths at which a string outside any secret contains what `pattern` describes. */
export function findInClear(value: PropertyValue, pattern: RegExp, path = ""): string[] {
  if (value instanceof SecretValue) return [];
  if (typeof value === "string") return pattern.test(value) ? [path] : [];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, entry]) => [
    ...(pattern.test(key) ? [`${path}.${key}`] : []),
    ...findInClear(entry, pattern, path === "" ? key : `${path}.${key}`),
  ]);
}

function mapValue(value: PropertyValue, onSecret: (secret: SecretValue) => Json): Json {
  if (value instanceof SecretValue) return onSecret(value);
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((entry) => mapValue(entry, onSecret));
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, mapValue(entry, onSecret)]));
}
