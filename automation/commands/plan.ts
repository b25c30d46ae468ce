import { stringify } from "yaml";
import { addonsJson, gitopsFiles, hasBlockingFindings, planJson, routerConfigurations } from "../../planner";
import type { GitopsFile, RouterConfiguration } from "../../planner";
import { EXIT } from "../failure";
import type { CommonOptions } from "../output";
import { lazy } from "../lazy";
import { print, printJson, stdoutStyle } from "../output";
import { renderPlan } from "../render/plan";
import type * as report from "../report/write";
import type { ReportFiles } from "../report/files";
import { wantsReport } from "../report/files";
import { planned } from "../stacks";

/** Options of `lab plan`. */
export interface PlanOptions extends CommonOptions, ReportFiles {
  /** Also show the add-ons' values and where each comes from. */
  readonly addons?: boolean;
  /** Print what routers are to be configured with, and nothing else. */
  readonly frr?: boolean;
  /** Print what is to be committed into the GitOps repository, and nothing else. */
  readonly gitops?: boolean;
}

/** One file after the other, each of which begins with whose it is. */
function routersText(routers: readonly RouterConfiguration[]): string[] {
  if (routers.length === 0) return ["! no router: addons.cilium.bgp is off"];
  return routers.flatMap(({ text }, index) => [...(index > 0 ? [""] : []), text.trimEnd()]);
}

/** Files one after the other, all of them one stream of YAML documents, each file after a comment with its path. */
function filesText(files: readonly GitopsFile[]): string[] {
  if (files.length === 0) return ["# nothing to commit: no add-on has managedBy: leaving or gitops"];
  return files.flatMap(({ path, manifests }) =>
    manifests.flatMap((manifest, index) => [
      "---",
      ...(index === 0 ? [`# ${path}`] : []),
      stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd(),
    ]),
  );
}

/** Validates a stack file, decides everything and shows it. */
export async function plan(stack: string, options: PlanOptions): Promise<number> {
  const isReported = wantsReport(options);
  const found = planned(stack);
  const { plan: decided } = found;
  if (isReported) {
    await (lazy("./report/write") as typeof report).writeReport(options, found);
  }
  const routers = options.frr ? routerConfigurations(decided) : [];
  const files = options.gitops ? gitopsFiles(decided) : [];
  if (options.json) {
    const more = {
      ...(options.addons ? { addons: addonsJson(decided) } : {}),
      ...(options.frr ? { frr: routers } : {}),
      ...(options.gitops ? { gitops: files } : {}),
    };
    printJson({ ...planJson(decided), ...more });
  } else if (options.frr) print(routersText(routers));
  else if (options.gitops) print(filesText(files));
  else print(renderPlan(decided, stdoutStyle(options), { addons: options.addons === true }));
  return hasBlockingFindings(decided) ? EXIT.failed : EXIT.fine;
}
