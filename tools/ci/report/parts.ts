import type { DiffReport } from "../../../automation/blast-radius/report";
import type { Rehearsal as FullRehearsal } from "../../../simulator";
import type { Cost, Rehearsal, StackReport, Survival } from "./document";

/** So many resources of a group, values of a resource and characters of a value are shown: the rest need not be in the file. */
const RESOURCES = 40;
const CHANGES = 12;
const VALUE = 100;

type Diff = NonNullable<StackReport["diff"]>;
type Resource = Diff["resources"][number];

/** What the comment says of `lab diff --json`; undefined for a document of another kind, for instance of a failure. */
export function diffPart(document: unknown): Diff | undefined {
  if (!has(document, "dangers")) return undefined;
  const { base, summary, dangers, unusedConsents, notes, resources } = document as DiffReport;
  const shown = new Map<string, number>();
  return {
    base: base.shown,
    summary,
    dangers: dangers.map(({ code, of, what, consequence, consent, consented }) => {
      return { code, of, what, consequence, consent, consented };
    }),
    unusedConsents: unusedConsents.map(({ danger, of = null }) => ({ danger, of })),
    notes: [...notes],
    resources: resources.map((each) => {
      const number = shown.get(each.group) ?? 0;
      shown.set(each.group, number + 1);
      return resourcePart(each, number < RESOURCES);
    }),
  };
}

function resourcePart(
  { type, name, group, operation, replacedBy, changes, retained }: DiffReport["resources"][number],
  isShown: boolean,
): Resource {
  const kept = isShown ? changes : [];
  return {
    type,
    name,
    group,
    operation,
    replacedBy: [...replacedBy],
    // Those beyond what is shown are only counted.
    changes: kept.map(({ path, before, after }, index) =>
      index < CHANGES ? { path, before: brief(before), after: brief(after) } : { path: "", before: null, after: null },
    ),
    retained,
  };
}

function brief(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return (typeof value === "string" ? value : JSON.stringify(value)).slice(0, VALUE);
}

/** What the comment says of `lab compare --json`. */
interface Comparison {
  readonly failures: {
    readonly before: Survival["after"];
    readonly after: Survival["after"];
    readonly changes: Survival["changes"];
  };
  readonly costs: readonly { readonly currency: string; readonly before: Cost["after"]; readonly after: Cost["after"] }[];
  readonly unpriced: { readonly after: readonly { readonly what: string }[] };
}

/**
 * What the comment says of `lab compare --json`.
 *
 * @param isNew whether the stack was compared with itself, for want of another
 */
export function comparisonPart(document: unknown, isNew: boolean): Pick<StackReport, "survival" | "costs" | "unpriced"> {
  if (!has(document, "failures")) return { survival: null, costs: [], unpriced: [] };
  const { failures, costs, unpriced } = document as Comparison;
  return {
    survival: { ...failures, before: isNew ? null : failures.before },
    costs: costs.map(({ currency, before, after }) => ({ currency, before: isNew ? null : before, after })),
    unpriced: unpriced.after.map(({ what }) => what),
  };
}

/** What the comment says of `lab rehearse --json`; undefined for a document of another kind. */
export function rehearsalPart(document: unknown): Rehearsal | undefined {
  if (!has(document, "makespanSeconds")) return undefined;
  const { result, summary, makespanSeconds, criticalPathSeconds, violations } = document as FullRehearsal;
  return {
    result,
    summary,
    makespanSeconds,
    criticalPathSeconds,
    violations: violations.map(({ rule, message }) => ({ rule, message })),
  };
}

function has(document: unknown, key: string): document is object {
  return typeof document === "object" && document !== null && key in document;
}
