import { EXIT, Failure } from "../../automation/failure";
import { affected } from "./affected";
import type { Forge } from "./forge/forge";
import type { Repository } from "./repository";

/**
 * The stacks of `LAB_ENVIRONMENTS`, in its order.
 *
 * @param known stacks of the project
 * @throws {Failure} `invalid-environments` for anything else than a JSON list of these
 */
export function environmentsOf(text: string, known: readonly string[]): string[] {
  const invalid = (reason: string): Failure =>
    new Failure("invalid-environments", `LAB_ENVIRONMENTS is ${text}: ${reason}; stacks are ${known.join(", ")}`, EXIT.usage);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('a JSON list is wanted, for instance ["homelab", "prod"]');
  }
  if (!Array.isArray(value) || !value.every((each) => typeof each === "string")) throw invalid("a JSON list of names is wanted");
  const unknown = value.find((each) => !known.includes(each));
  if (unknown !== undefined) throw invalid(`there is no stack ${unknown}`);
  return value;
}

/** Those that a change against a branch touches. */
export function changed(named: readonly string[], repository: Repository, baseRef: string): readonly string[] {
  return affected(repository.changedSince(repository.leftFrom(`origin/${baseRef}`)), named).stacks;
}

/**
 * Those that were touched since they were last deployed, which need not be the last push; those that never were, too. A change that was taken back
 * after its deployment had failed half way has left nothing in the files, and something on the machines.
 */
export async function undeployed(
  named: readonly string[],
  repository: Repository,
  forge: Pick<Forge, "deployedCommit" | "isUnfinished">,
): Promise<readonly string[]> {
  const touched: string[] = [];
  for (const stack of named) {
    const deployed = await forge.deployedCommit(stack);
    const known = deployed === undefined ? undefined : repository.commit(deployed);
    const isTouched = known === undefined || affected(repository.changedSince(known), [stack]).stacks.length > 0;
    if (isTouched || (await forge.isUnfinished(stack))) touched.push(stack);
  }
  return touched;
}
