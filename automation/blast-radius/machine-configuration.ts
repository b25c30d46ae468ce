import { parseAllDocuments } from "yaml";
import type { Change as ValueChange } from "../../simulator";
import { list, map, same, text } from "./values";

/** A machine's configuration by document: the main one under "", others as `<kind>` or `<kind> <name>`. */
export type MachineDocuments = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** What the patches of a machine say together. What is generated below them holds the secrets, and is not looked at. */
export function documentsOf(inputs: Readonly<Record<string, unknown>> | null): MachineDocuments {
  const documents = new Map<string, Readonly<Record<string, unknown>>>();
  for (const patch of list(inputs?.["configPatches"])) {
    for (const parsed of parseAllDocuments(text(patch), { version: "1.1" })) {
      const document = map(parsed.toJS());
      const key = [document["kind"], document["name"]].map(text).filter(Boolean).join(" ");
      documents.set(key, merged(documents.get(key) ?? {}, document));
    }
  }
  return documents;
}

/** The main document: `machine` and `cluster`. */
export function mainOf(inputs: Readonly<Record<string, unknown>> | null): Readonly<Record<string, unknown>> {
  return documentsOf(inputs).get("") ?? {};
}

/** What differs between two configurations, value by value, wherever in the patches it stands. */
export function configurationChanges(before: MachineDocuments, after: MachineDocuments): ValueChange[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) =>
    differences(key, before.get(key) ?? null, after.get(key) ?? null),
  );
}

function differences(path: string, before: unknown, after: unknown): ValueChange[] {
  if (same(before, after)) return [];
  const areMaps = [before, after].every((value) => value !== null && typeof value === "object" && !Array.isArray(value));
  if (!areMaps) return [{ path, before: before ?? null, after: after ?? null }];
  const [a, b] = [map(before), map(after)];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) =>
    differences(path === "" ? key : `${path}.${key}`, a[key], b[key]),
  );
}

/** As Talos merges patches: maps key by key, lists one after the other, anything else by the last word. */
function merged(under: Readonly<Record<string, unknown>>, over: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const result: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const old = result[key];
    if (Array.isArray(value) && Array.isArray(old)) result[key] = [...(old as unknown[]), ...(value as unknown[])];
    else if (Object.keys(map(value)).length > 0 && Object.keys(map(old)).length > 0) result[key] = merged(map(old), map(value));
    else result[key] = value;
  }
  return result;
}
