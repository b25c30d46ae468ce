import type { Finding, Plan } from "../../planner";
import type { Rehearsal } from "../../simulator/report";
import { factsOf } from "../render/plan";
import type { Judged } from "../render/survival";
import type { Addresses } from "./addresses";
import { addressesOf } from "./addresses";
import type { CostTable } from "./costs";
import { costTable } from "./costs";
import type { Explanation } from "./explanations";
import { explanationsOf } from "./explanations";
import type { Failure } from "./failures";
import { failuresOf } from "./failures";
import type { FloorPlan } from "./floor-plan";
import { floorPlanOf } from "./floor-plan";
import type { ResourceGraph } from "./resource-graph";
import { resourceGraphOf } from "./resource-graph";
import { labelOf } from "./resource-kinds";
import type { Timeline } from "./timeline";
import { timelineOf } from "./timeline";

/** A rehearsal with what is drawn of it. */
export interface RehearsedReport {
  readonly rehearsal: Rehearsal;
  readonly timeline: Timeline;
  readonly graph: ResourceGraph;
  /** What each resource is called. */
  readonly labels: readonly string[];
}

/** Everything that the page says, the same for the same plan. */
export interface Report {
  readonly plan: Plan;
  readonly facts: readonly (readonly [string, string])[];
  readonly floor: FloorPlan;
  readonly failures: readonly Failure[];
  readonly addresses: Addresses;
  readonly findings: readonly Finding[];
  readonly explanations: readonly Explanation[];
  /** @default nothing was rehearsed */
  readonly rehearsed?: RehearsedReport;
  /** @default nobody said a price */
  readonly costs?: CostTable;
}

/** What a report is made of. */
export interface ReportInput {
  readonly plan: Plan;
  readonly survivals: readonly Judged[];
  readonly rehearsal?: Rehearsal;
  /** Text of `docs/findings.md`. */
  readonly documentation: string;
}

/** Brings together what was decided, what failures do and what was rehearsed. */
export function reportOf({ plan, survivals, rehearsal, documentation }: ReportInput): Report {
  const costs = costTable(plan.costs);
  const floor = floorPlanOf(plan);
  return {
    plan,
    facts: factsOf(plan, { dot: "·", dash: "–" }),
    floor,
    failures: failuresOf(plan, survivals, floor),
    addresses: addressesOf(plan, rehearsal),
    findings: plan.findings,
    explanations: explanationsOf(documentation, new Set(plan.findings.map(({ code }) => code))),
    ...(rehearsal === undefined ? {} : { rehearsed: rehearsedReport(plan, rehearsal) }),
    ...(costs === undefined ? {} : { costs }),
  };
}

function rehearsedReport(plan: Plan, rehearsal: Rehearsal): RehearsedReport {
  return {
    rehearsal,
    timeline: timelineOf(rehearsal, plan),
    graph: resourceGraphOf(rehearsal.resources),
    labels: rehearsal.resources.map((resource) => labelOf(resource, plan.clusterName)),
  };
}
