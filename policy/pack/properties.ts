import { Secret } from "@pulumi/policy";
import { SECRET, UNKNOWN } from "../values";
import type { Value, Values } from "../values";

/** Properties as Pulumi hands them to a policy: reading what is unknown throws, and secrets are opened. */
export type HandedProperties = Record<string, unknown>;

/**
 * Properties as policies of this project judge them.
 *
 * Only to policies that repair does Pulumi say what is a secret, and not by reading it: the property itself holds a `Secret`, while
 * reading it gives what is inside (pulumi/pulumi-policy#241).
 */
export function propertiesOf(handed: HandedProperties): Values {
  // What is in there for the engine alone is no property.
  const names = Object.keys(handed).filter((name) => !name.startsWith("__"));
  return Object.fromEntries(names.map((name) => [name, readAt(handed, name)]));
}

/** Marks every text that can be read at a path as a secret. */
export function encrypt(handed: HandedProperties, [name = "", ...rest]: readonly string[]): void {
  const value = readAt(handed, name);
  if (value === UNKNOWN || value === SECRET) return;
  if (typeof value === "string") handed[name] = new Secret(value);
  const below = handed[name];
  if (below === null || typeof below !== "object" || below instanceof Secret) return;
  const holder = below as HandedProperties;
  for (const path of rest.length > 0 ? [rest] : Object.keys(holder).map((key) => [key])) encrypt(holder, path);
}

function readAt(holder: HandedProperties, name: string): Value {
  if (Object.getOwnPropertyDescriptor(holder, name)?.value instanceof Secret) return SECRET;
  let value: unknown;
  try {
    value = holder[name];
  } catch {
    return UNKNOWN;
  }
  if (typeof value === "boolean" || typeof value === "number" || typeof value === "string") return value;
  if (value === null || typeof value !== "object") return null;
  const inner = value as HandedProperties;
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => readAt(inner, String(index)));
  return propertiesOf(inner);
}
