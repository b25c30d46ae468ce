import { z } from "zod";
import type { Consent } from "../../../automation/blast-radius/consent";
import type { DiffReport, ReportedResource } from "../../../automation/blast-radius/report";
import { GROUPS } from "../../../automation/blast-radius/report";
import { DANGERS } from "../../../config/dangers";
import type { DangerCode } from "../../../config/dangers";
import { MOST_OF_NAME, drawing, plainText } from "./text";

/**
 * What a run without credentials found out, as a file: data, never Markdown. On GitHub the comment is written by another workflow, with the
 * right to write and with the code of the default branch. Of a pull request it takes nothing but this, so that all of it is measured
 * and cleaned while it is read.
 */

const text = (most = 2_000): z.ZodType<string> => z.string().transform((value) => plainText(value, most));
/** Names of stacks, machines and resources. */
const name = text(MOST_OF_NAME);
/** What identifies something to a program: it is written as it is. */
const token = z.string().regex(/^[\w:./@$*~+[\]"'-]{1,400}$/);
/** A resource's type: written as it is, so that nothing of Markdown may be in it, which makes links of some words by itself. */
const kind = z.string().regex(/^(?!.*(?:www\.|\/\/|GH-\d))[\w:./-]{1,200}$/i);
const commit = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);
const stack = z.string().regex(/^[\w.-]{1,100}$/);
/** More of anything than a stack of a thousand machines has: what bounds a report is the size of its file. */
const MANY = 20_000;
const list = <T extends z.ZodType>(of: T, most: number): z.ZodArray<T> => z.array(of).max(most);
const count = z.number().int().min(0).max(1_000_000);

const operation = z.enum(["create", "update", "replace", "delete", "same"]);
const summary = z.object({ create: count, update: count, replace: count, delete: count, same: count });

const danger = z.object({
  code: z.enum(Object.keys(DANGERS) as [DangerCode, ...DangerCode[]]),
  of: name,
  what: text(),
  consequence: text(),
  consent: text().nullable(),
  consented: text().nullable(),
});

const resource = z.object({
  type: kind,
  name,
  group: z.enum(GROUPS as [DiffReport["resources"][number]["group"], ...DiffReport["resources"][number]["group"][]]),
  operation,
  replacedBy: list(name, MANY),
  changes: list(z.object({ path: name, before: text(200).nullable(), after: text(200).nullable() }), MANY),
  retained: z.boolean(),
});

const diff = z.object({
  base: text(200),
  summary,
  dangers: list(danger, MANY),
  unusedConsents: list(z.object({ danger: name, of: name.nullable() }), MANY),
  notes: list(text(), 20),
  resources: list(resource, MANY),
});

const finding = z.object({ code: token, severity: z.enum(["error", "warning", "info"]), path: name, message: text() });

const verdict = z.enum(["survives", "degraded", "lost"]);
const failures = z.object({ survives: count, degraded: count, lost: count });
const survival = z.object({
  before: failures.nullable(),
  after: failures,
  changes: list(z.object({ kind: name, name, before: verdict.nullable(), after: verdict.nullable() }), MANY),
});

const amount = z.string().regex(/^-?\d{1,15}\.\d{2}$/);
const range = z.object({ from: amount, to: amount });
const amounts = z.object({ purchase: range, perMonth: range, overPeriod: range });
const cost = z.object({ currency: z.string().regex(/^[A-Z]{3}$/), before: amounts.nullable(), after: amounts });

const rehearsal = z.object({
  result: z.enum(["succeeded", "failed"]),
  summary,
  /** Simulated time, and what no program could beat. */
  makespanSeconds: z.number().min(0),
  criticalPathSeconds: z.number().min(0),
  violations: list(z.object({ rule: token, message: text() }), MANY),
});

const stackReport = z.object({
  stack,
  /** What stops it, in words: the file is invalid, findings nobody accepted, a program that fails. */
  problems: list(text(), MANY),
  diff: diff.nullable(),
  /** Of which nobody has accepted any. */
  findings: list(finding, MANY),
  acknowledged: count,
  survival: survival.nullable(),
  costs: list(cost, 20),
  /** What has no price, and is in no sum. */
  unpriced: list(name, MANY),
  /** All of it from nothing. */
  rehearsal: rehearsal.nullable(),
  /** From what is deployed. */
  update: rehearsal.nullable(),
  /** The floor plan in characters. */
  picture: z.string().max(60_000).transform(drawing).nullable(),
});

const checkReport = z.object({
  kind: z.literal("check"),
  /** What was looked at. */
  commit,
  base: z.object({ ref: name, commit }),
  stacks: list(stackReport, 500),
});

/** Something that the engine would do, or found otherwise than the state says. */
const change = z.object({ operation: z.string().regex(/^[\w-]{1,40}$/), type: kind, name, properties: list(name, MANY) });

/** What the engine said of one stack. */
const engineReport = {
  commit,
  stack,
  result: z.enum(["succeeded", "failed"]),
  /** Why it failed; null where it did not. */
  problem: text().nullable(),
  changes: list(change, MANY),
};

const previewReport = z.object({ kind: z.literal("preview"), ...engineReport });
const driftReport = z.object({ kind: z.literal("drift"), ...engineReport });

/** Schema of every report. */
export const REPORT = z.discriminatedUnion("kind", [checkReport, previewReport, driftReport]);

export type CheckReport = z.infer<typeof checkReport>;
export type PreviewReport = z.infer<typeof previewReport>;
export type DriftReport = z.infer<typeof driftReport>;
export type StackReport = z.infer<typeof stackReport>;
export type Rehearsal = z.infer<typeof rehearsal>;
export type Survival = z.infer<typeof survival>;
export type Cost = z.infer<typeof cost>;
export type Report = z.infer<typeof REPORT>;

/** A stack's part that `lab diff` made, as the command itself would have it, without URNs. */
export function diffReport({ stack: of, diff: found }: StackReport): DiffReport | undefined {
  if (found === null) return undefined;
  return {
    stack: of,
    file: "",
    base: { shown: found.base, commit: null, program: "its own" },
    summary: found.summary,
    dangers: found.dangers.map((each) => ({ ...each, urn: null })),
    unusedConsents: found.unusedConsents.map(({ danger: code, of: whose }): Consent => {
      return { danger: code as DangerCode, of: whose ?? undefined, reason: "" };
    }),
    notes: found.notes,
    resources: found.resources.map((each) => ({ ...each, urn: "" }) as ReportedResource),
  };
}
