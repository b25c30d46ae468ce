import { readFileSync } from "node:fs";
import { join } from "node:path";
import { reportOf } from "../../../automation/report/model";
import type { Report, ReportInput } from "../../../automation/report/model";
import { reportPage } from "../../../automation/report/page";
import type { Plan } from "../../../planner";
import { survivals } from "../../../planner";
import type { Rehearsal, RehearsedResource } from "../../../simulator/report";
import { recordedRehearsal } from "../../simulator/recorded";
import { PROJECT, planOf, stackText } from "../../stacks";

/** Text of the findings' documentation. */
export const DOCUMENTATION = readFileSync(join(PROJECT, "docs", "findings.md"), "utf8");

let recorded: Promise<Rehearsal> | undefined;

/** The rehearsal of `homelab`, run once for all who look at it. */
export function homelabRehearsal(): Promise<Rehearsal> {
  recorded ??= recordedRehearsal(stackText("homelab")).then(({ rehearsal }) => rehearsal);
  return recorded;
}

/** The plan of a stack of the project. */
export function planOfStack(stack: string): Plan {
  return planOf(stackText(stack), stack);
}

/** What the page of a plan says. */
export function reportFor(plan: Plan, more: Partial<ReportInput> = {}): Report {
  return reportOf({ plan, survivals: survivals(plan), documentation: DOCUMENTATION, ...more });
}

/** The page of a plan. */
export function pageFor(plan: Plan, more: Partial<ReportInput> = {}): string {
  return reportPage(reportFor(plan, more));
}

/** A resource that somebody made up. */
export function resource(name: string, more: Partial<RehearsedResource> = {}): RehearsedResource {
  return {
    urn: `urn:${name}`,
    type: "proxmoxve:index/vmLegacy:VmLegacy",
    name,
    parent: null,
    dependencies: [],
    operation: "create",
    outcome: "done",
    startSeconds: 0,
    endSeconds: 10,
    changes: [],
    replacedBy: [],
    inputs: {},
    ...more,
  };
}

/** A rehearsal of such resources. */
export function rehearsalOf(resources: readonly RehearsedResource[], more: Partial<Rehearsal> = {}): Rehearsal {
  return {
    stack: "test",
    engine: "embedded",
    result: "succeeded",
    summary: { create: resources.length, update: 0, replace: 0, delete: 0, same: 0 },
    resources,
    makespanSeconds: Math.max(0, ...resources.map(({ endSeconds }) => endSeconds)),
    criticalPathSeconds: 0,
    criticalPath: [],
    violations: [],
    sensitivity: [],
    diagnostics: [],
    ...more,
  };
}
