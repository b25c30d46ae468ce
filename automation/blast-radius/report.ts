import type { Change as ValueChange, ClusterFacts, ComparedResource, Comparison, Operation } from "../../simulator";
import { DANGERS } from "../../config/dangers";
import type { Base } from "./base";
import type { Consent } from "./consent";
import type { Danger } from "./danger";
import { isOpen } from "./judge";
import type { BlastRadius } from "./judge";
import { configurationChanges, documentsOf } from "./machine-configuration";
import { CONFIGURATION } from "./machines";

/** Where a reader looks for a resource. */
export type Group = "machines" | "images" | "configuration" | "cluster" | "add-ons" | "other";

/** Groups in the order in which they are shown. */
export const GROUPS: readonly Group[] = ["machines", "images", "configuration", "cluster", "add-ons", "other"];

/** What is done to one resource. */
export interface ReportedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly group: Group;
  readonly operation: Exclude<Operation, "same">;
  readonly replacedBy: readonly string[];
  /** Of a machine's configuration by document, wherever in its patches it stands. */
  readonly changes: readonly ValueChange[];
  /** Whether it only leaves the state. */
  readonly retained: boolean;
}

/** What `lab diff` says. */
export interface DiffReport {
  readonly stack: string;
  /** The stack file, as shown. */
  readonly file: string;
  readonly base: { readonly shown: string; readonly commit: string | null; readonly program: "today's" | "its own" };
  readonly summary: Readonly<Record<Operation, number>>;
  readonly dangers: readonly Danger[];
  readonly unusedConsents: readonly Consent[];
  /** What its reader should know of the comparison itself. */
  readonly notes: readonly string[];
  readonly resources: readonly ReportedResource[];
}

/** Puts a report together. */
export function reportOf(
  of: Pick<DiffReport, "stack" | "file" | "notes">,
  { shown, commit }: Base,
  program: DiffReport["base"]["program"],
  comparison: Comparison,
  { dangers, unusedConsents }: BlastRadius,
): DiffReport {
  const { resources } = comparison;
  const facts = factChanges(comparison);
  const summary = { create: 0, update: 0, replace: 0, delete: 0, same: 0 };
  for (const { operation } of resources) summary[operation]++;
  return {
    ...of,
    base: { shown, commit, program },
    summary,
    dangers,
    unusedConsents,
    resources: resources.flatMap((each) => reported(each, facts)),
  };
}

/** The report as a document for tools. */
export function diffJson(report: DiffReport): object {
  const { stack, file, base, summary, dangers, unusedConsents, notes, resources } = report;
  return {
    stack,
    file,
    base,
    result: dangers.some(isOpen) ? "unconsented" : "fine",
    summary,
    dangers: dangers.map((danger) => ({
      code: danger.code,
      severity: DANGERS[danger.code].severity,
      of: danger.of,
      urn: danger.urn,
      what: danger.what,
      consequence: danger.consequence,
      consent: danger.consent,
      consented: danger.consented,
    })),
    unusedConsents: unusedConsents.map(({ danger, of = null, reason }) => ({ danger, of, reason })),
    notes,
    resources,
  };
}

/** What the secret part of every machine's configuration is made of, and may be told. */
function factChanges({ before, after }: Comparison): ValueChange[] {
  if (!before || !after) return [];
  return (Object.keys(after) as (keyof ClusterFacts)[])
    .filter((key) => before[key] !== after[key])
    .map((key) => ({ path: key, before: before[key], after: after[key] }));
}

function reported(resource: ComparedResource, facts: readonly ValueChange[]): ReportedResource[] {
  const { urn, type, name, operation, replacedBy, retained } = resource;
  if (operation === "same") return [];
  return [{ urn, type, name, group: groupOf(type), operation, replacedBy, changes: changesOf(resource, facts), retained }];
}

/** Patches that are compared by their place tell more of the place than of the machine. */
function changesOf({ type, changes, before, after }: ComparedResource, facts: readonly ValueChange[]): readonly ValueChange[] {
  if (type !== CONFIGURATION || !before || !after) return changes;
  const others = changes
    .filter(({ path }) => path.split(".")[0] !== "configPatches")
    .flatMap((each) => (each.path === "machineConfigurationInput" && facts.length > 0 ? facts : [each]));
  return [...others, ...configurationChanges(documentsOf(before), documentsOf(after))];
}

function groupOf(type: string): Group {
  if (type === CONFIGURATION) return "configuration";
  if (/^(proxmoxve:download|talos:imageFactory)\//.test(type)) return "images";
  if (type.startsWith("proxmoxve:")) return "machines";
  if (type.startsWith("talos:") || type.startsWith("pulumi")) return "cluster";
  return type.startsWith("kubernetes:") ? "add-ons" : "other";
}
