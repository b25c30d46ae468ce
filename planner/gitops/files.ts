import { gitopsTool } from "../addons/gitops-judgement";
import type { Plan, PlannedRelease } from "../plan";
import { argoCdFiles } from "./argo-cd";
import { fluxFiles } from "./flux";
import type { GitopsFile } from "./manifest";

/**
 * What takes the releases over that leave the stack, or have left it: the same chart, version, name, namespace and values, so that
 * nothing is installed anew. It holds no secret: a plan has none.
 */
export function gitopsFiles(plan: Pick<Plan, "addons" | "clusterName">): GitopsFile[] {
  const leaving = (Object.values(plan.addons) as PlannedRelease[]).filter(({ managedBy }) => managedBy !== "stack");
  switch (gitopsTool(plan.addons)) {
    case "flux":
      return leaving.flatMap((release) => fluxFiles(release, plan));
    case "argoCd":
      return leaving.flatMap((release) => argoCdFiles(release, plan));
    default:
      return [];
  }
}
