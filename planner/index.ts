import { blockingFindings } from "./findings/acknowledge";
import type { Plan } from "./plan";

export { blockingFindings, formatBlocking } from "./findings/acknowledge";
export { CATALOG } from "./findings/catalog";
export type { FindingCode } from "./findings/catalog";
export { compare } from "./comparison/comparison";
export type { Comparison, CostChange, FailureChange, Judged } from "./comparison/comparison";
export type { Figure, FigureName } from "./comparison/figures";
export { costsJson, moneyJson } from "./costs/costs-json";
export { environmentCosts } from "./costs/environments";
export type { EnvironmentCosts } from "./costs/environments";
export { Exact } from "./costs/exact";
export { moneyText } from "./costs/money";
export type { Difference, Money } from "./costs/money";
export { total } from "./footprint";
export { routerConfigurations } from "./frr";
export type { RouterConfiguration } from "./frr";
export { gitopsFiles } from "./gitops/files";
export type { GitopsFile } from "./gitops/manifest";
export { addonsJson, findingsJson, planJson, secretKeys } from "./plan-json";
export { packInto } from "./packing";
export type { Bin, Item, Packing, PackingProblem } from "./packing";
export { judgePreflight } from "./preflight/judge";
export { pathsOf, rightsOf } from "./preflight/rights";
export type { PreflightCheck, Survey, SurveyedHost, SurveyedMapping, SurveyedStorage } from "./preflight/survey";
export { NOTHING_MADE, devicesOf, fileKey, pendingOf, vmsOf } from "./preflight/made";
export type { Made } from "./preflight/made";
export { planStack } from "./plan-stack";
export type { Planned } from "./plan-stack";
export { advise } from "./stages/advice";
export type { Advice } from "./stages/advice";
export { isPart, merged } from "./stages/change";
export type { Part, StageChange } from "./stages/change";
export type { Criterion } from "./stages/criteria";
export { stageChange } from "./stages/next-stage";
export type { NodeUse, Observations, Operations } from "./stages/observations";
export { STAGES, marksOf, stageOf } from "./stages/stage";
export type { Mark, Stage } from "./stages/stage";
export { survivalOf, survivals } from "./survival/survival";
export { CureFinder } from "./survival/cures/search";
export type { Cure, Search } from "./survival/cures/search";
export { placementAdvice } from "./survival/cures/placement";
export type { PlacementAdvice } from "./survival/cures/placement";
export { maintenances } from "./maintenance";
export type { Maintenance, MaintenanceStep } from "./maintenance";
export type { Relocation, Survival } from "./survival/survival";
export type { Effect, Verdict } from "./survival/effects";
export type { Scenario } from "./survival/scenario";
export type * from "./plan";

/** Whether a plan must not be carried out as it is. */
export function hasBlockingFindings({ findings }: Pick<Plan, "findings">): boolean {
  return blockingFindings(findings).length > 0;
}
