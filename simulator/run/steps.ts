import type { Registration } from "../door/recording";
import { modelOf } from "../models/registry";
import { replacedBy as replacedInputs } from "../models/replacements";
import type { Operation } from "../report";
import type { Json } from "../values";
import { canonical, fingerprint } from "../values";
import type { KnownResource } from "./state";

/** What the engine does with one resource in this run. */
export interface Step {
  readonly urn: string;
  readonly operation: Operation;
  /** As registered now; missing for a deletion. */
  readonly registration?: Registration;
  /** As left by the last run; missing for a creation. */
  readonly known?: KnownResource;
  /** Inputs as they will be kept, with what is ignored as it was; missing where nothing is compared. */
  readonly kept?: Kept;
  /** Inputs that changed and the ones among them that force a replacement. */
  readonly changes: readonly string[];
  readonly replacedBy: readonly string[];
}

type Kept = KnownResource["inputs"];

/** Compares what is asked for with what is there, resource by resource, as the engine and the providers do. */
export function planSteps(registrations: readonly Registration[], known: readonly KnownResource[]): Step[] {
  const before = new Map(known.map((resource) => [resource.urn, resource]));
  const asked = new Map(registrations.map((registration) => [registration.urn, registration]));
  const replaced = new Set<string>();
  const steps = registrations.map((registration) => {
    const found = before.get(registration.urn);
    const elsewhere = isElsewhere(before.get(found?.provider ?? ""), asked.get(registration.provider ?? ""));
    const step = planStep(registration, found, { replaced, elsewhere });
    if (step.operation === "replace") replaced.add(step.urn);
    return step;
  });
  const wanted = new Set(registrations.map((registration) => registration.urn));
  const gone = known.filter((resource) => !wanted.has(resource.urn)).reverse();
  return [
    ...steps,
    ...gone.map((resource): Step => ({ urn: resource.urn, operation: "delete", known: resource, changes: [], replacedBy: [] })),
  ];
}

/** A resource as the next run finds it. */
export function knownResource(registration: Registration): KnownResource {
  const { urn, type, name, custom, parent, id, dependencies, provider, protect, retainOnDelete, deletedWith } = registration;
  const [inputs, trigger] = [keptInputs(registration), triggerOf(registration)];
  return { urn, type, name, custom, parent, id, inputs, dependencies, provider, protect, retainOnDelete, deletedWith, trigger };
}

/** Inputs as they are kept: secrets as hashes. */
function keptInputs(registration: Registration): Kept {
  return fingerprint(registration.inputs) as Kept;
}

/** The trigger as it is kept: a secret as a hash. */
function triggerOf({ replacementTrigger }: Registration): Json {
  return fingerprint(replacementTrigger);
}

/** Whether another provider is another place: what it configures says so, not that it has another name (the engine's DiffConfig). */
function isElsewhere(known: KnownResource | undefined, asked: Registration | undefined): boolean {
  if (!known || !asked || known.urn === asked.urn) return false;
  return replacedInputs(asked.type, known.inputs, keptInputs(asked)).length > 0;
}

function planStep(
  registration: Registration,
  known: KnownResource | undefined,
  { replaced, elsewhere }: { readonly replaced: ReadonlySet<string>; readonly elsewhere: boolean },
): Step {
  const { urn } = registration;
  const base = { urn, registration };
  if (!known) return { ...base, operation: "create", changes: [], replacedBy: [] };
  const triggers = [
    ...registration.replaceWith.filter((trigger) => replaced.has(trigger)),
    ...(canonical(triggerOf(registration)) === canonical(known.trigger) ? [] : ["replacementTrigger"]),
    ...(elsewhere ? ["provider"] : []),
  ];
  const model = modelOf(registration.type);
  if (!registration.custom || model?.createOnly === true) {
    const operation = triggers.length > 0 ? "replace" : "same";
    return { ...base, known, operation, changes: [], replacedBy: triggers };
  }
  const after = withIgnored(keptInputs(registration), known.inputs, registration.ignoreChanges);
  const changes = [...new Set([...Object.keys(known.inputs), ...Object.keys(after)])]
    .filter((name) => canonical(known.inputs[name] ?? null) !== canonical(after[name] ?? null))
    .sort();
  const forced = changes.length > 0 ? replacedInputs(registration.type, known.inputs, after) : [];
  const asked = changes.filter((name) => registration.replaceOnChanges.includes(name));
  const replacedBy = [...new Set([...forced, ...asked, ...triggers])];
  const operation = replacedBy.length > 0 ? "replace" : changes.length > 0 ? "update" : "same";
  return { ...base, known, kept: after, operation, changes, replacedBy };
}

/** What is ignored stays as it was, be it a property or one deep inside, for instance `disks[0].speed`. */
function withIgnored(after: Kept, before: Kept, ignored: readonly string[]): Kept {
  return ignored
    .map((path) => path.split(/[.[\]]+/).filter((key) => key !== ""))
    .reduce<Json>((result, keys) => withValueOf(before, result, keys), { ...after }) as Kept;
}

/** The value with what `from` has at a path; where there is no such place, it stays as it is. */
function withValueOf(from: Json, value: Json, [key, ...rest]: readonly string[]): Json {
  if (key === undefined) return from;
  if (value === null || typeof value !== "object" || from === null || typeof from !== "object") return value;
  const [source, copy] = [from, Array.isArray(value) ? [...value] : { ...value }] as { [key: string]: Json }[];
  if (!source || !copy) return value;
  const [old, now] = [source[key], copy[key]];
  if (rest.length > 0) {
    if (now !== undefined && old !== undefined) copy[key] = withValueOf(old, now, rest);
  } else if (old === undefined) Reflect.deleteProperty(copy, key);
  else copy[key] = old;
  return copy;
}
