import { isMap, parseDocument } from "yaml";
import { readNeighbours } from "../../config/neighbours";
import { locateProblems, parseStackFile } from "../../config/parse";
import { formatProblems } from "../../config/report";
import type { Problem } from "../../config/problem";
import { NAMESPACE } from "../../config/schema";
import { neededSecrets } from "../../config/secrets";
import { blockingFindings, planStack } from "../../planner";
import type { ComparedSide } from "../../simulator";
import { datacenterSpec } from "../datacenter-spec";
import { EXIT, Failure } from "../failure";
import type { PlannedStack } from "../stacks";

/** The stack as it is asked for now. */
export function sideOf({ text, config, plan }: Pick<PlannedStack, "text" | "config" | "plan">, projectDir: string): ComparedSide {
  return {
    stackText: text,
    projectDir,
    datacenter: datacenterSpec(config),
    secrets: neededSecrets(config),
    parallel: plan.parallel,
  };
}

/** What is known of a base. */
interface BaseOf {
  readonly stack: string;
  readonly text: string;
  /** As shown to the user. */
  readonly file: string;
  /** Folder of the program that it is taken through. */
  readonly projectDir: string;
  /** Whether that is the base's own: then nothing here has to understand the file. */
  readonly ownProgram: boolean;
}

/**
 * The stack as it was. It was deployed some day: what the planner of today only finds about it stops nothing.
 *
 * @throws {Failure} `base-unplannable` when the program of today cannot read or plan it
 */
export function baseSideOf({ stack, text, file, projectDir, ownProgram }: BaseOf): ComparedSide {
  const parsed = parseStackFile(text, file);
  if (!parsed.ok) return ownProgram ? { stackText: text, projectDir } : refuse(parsed.problems);
  const { config } = parsed;
  const planned = planStack(config, stack, readNeighbours(projectDir, stack));
  const secrets = neededSecrets(config);
  if (!planned.ok) {
    return ownProgram ? { stackText: text, projectDir, secrets } : refuse(locateProblems(planned.problems, text, file));
  }
  const codes = blockingFindings(planned.plan.findings).map(({ code }) => code);
  return { ...sideOf({ text: accepting(text, codes), config, plan: planned.plan }, projectDir) };
}

function refuse(problems: readonly Problem[]): never {
  const report = formatProblems(problems);
  const remedy = "the base cannot be planned by this program; --base-program takes it through its own";
  throw new Failure("base-unplannable", `${remedy}\n\n${report}`, EXIT.usage, problems);
}

/** The text with findings accepted, all else as it was. */
function accepting(text: string, codes: readonly string[]): string {
  if (codes.length === 0) return text;
  const document = parseDocument(text, { merge: true });
  const config = document.get("config");
  const bare = isMap(config) && config.has("acknowledge");
  const path = ["config", bare ? "acknowledge" : `${NAMESPACE}:acknowledge`];
  if (!document.hasIn(path)) document.setIn(path, document.createNode([]));
  for (const code of new Set(codes)) document.addIn(path, document.createNode({ code, reason: "it was deployed with it" }));
  return document.toString();
}
