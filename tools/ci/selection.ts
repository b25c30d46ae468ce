import { EXIT, Failure } from "../../automation/failure";
import { affected, reported } from "./affected";
import type { Forge } from "./forge/forge";
import { isTouchedByOthers } from "./neighbours";
import type { Repository } from "./repository";

/** What the environments of a stack are called after it, beside the one that deploys. */
const KINDS = ["-preview", "-drift"] as const;

/** What `LAB_ENVIRONMENTS` names. */
export interface Environments {
  readonly stacks: readonly string[];
  readonly unknown: readonly string[];
}

/**
 * The stacks of `LAB_ENVIRONMENTS`, in its order, and the names in it that no stack has: one that was deleted is no reason to leave all others alone.
 *
 * @param known stacks of the project
 * @throws {Failure} `invalid-environments` for anything else than a JSON list of names
 */
export function environmentsOf(text: string, known: readonly string[]): Environments {
  const invalid = (reason: string): Failure =>
    new Failure("invalid-environments", `LAB_ENVIRONMENTS is ${text}: ${reason}; stacks are ${known.join(", ")}`, EXIT.usage);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('a JSON list is wanted, for instance ["homelab", "prod"]');
  }
  if (!Array.isArray(value) || !value.every((each) => typeof each === "string")) throw invalid("a JSON list of names is wanted");
  const twice = value.find((each, index) => value.indexOf(each) !== index);
  if (twice !== undefined) throw invalid(`${twice} is in it twice`);
  // Whoever may have one's previews would have the other's deployment.
  const shared = value.find((each) => KINDS.some((kind) => each.endsWith(kind) && value.includes(each.slice(0, -kind.length))));
  if (shared !== undefined) throw invalid(`the environment ${shared} would be that of two stacks, so one needs another name`);
  return { stacks: value.filter((each) => known.includes(each)), unknown: value.filter((each) => !known.includes(each)) };
}

/** Those of which a change against a branch may have something else said. */
export function changed(named: readonly string[], repository: Repository, baseRef: string): readonly string[] {
  const base = repository.leftFrom(`origin/${baseRef}`);
  return reported(repository.changedSince(base), named, (stack) => isTouchedByOthers(stack, repository, base)).stacks;
}

/**
 * Those that were touched since they were last deployed, which need not be the last push; those that never were, too. A change that was taken back
 * after its deployment had failed half way has left nothing in the files, and something on the machines.
 */
export async function undeployed(
  named: readonly string[],
  repository: Repository,
  forge: Pick<Forge, "deployedCommit" | "isUnfinished">,
  branch: string,
): Promise<readonly string[]> {
  const touched: string[] = [];
  const isMerged = (commit: string): boolean => repository.isMerged(commit, branch);
  for (const stack of named) {
    const deployed = await forge.deployedCommit(stack, isMerged);
    const known = deployed === undefined ? undefined : repository.commit(deployed);
    const isTouched = known === undefined || affected(repository.changedSince(known), [stack]).stacks.length > 0;
    if (isTouched || (await forge.isUnfinished(stack))) touched.push(stack);
  }
  return touched;
}
