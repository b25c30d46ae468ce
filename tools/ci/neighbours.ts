import { stackFileName } from "../../config/neighbours";
import type { Neighbour } from "../../config/neighbours";
import { parseStackFile } from "../../config/parse";
import { planStack } from "../../planner";
import { stacksAmong } from "./affected";
import type { Repository } from "./repository";

/**
 * Whether a stack is planned otherwise than in a commit because of the stack files beside its own: they may have hosts, ids or addresses in common. Its
 * own file is taken as it is now. One that cannot be read has a report of its own when it changes.
 */
export function isTouchedByOthers(stack: string, repository: Repository, base: string): boolean {
  const file = stackFileName(stack);
  const parsed = parseStackFile(repository.file("HEAD", file) ?? "", file);
  if (!parsed.ok) return false;
  const planned = (commit: string): string =>
    JSON.stringify(planStack(parsed.config, stack, neighboursIn(commit, file, repository)));
  return planned("HEAD") !== planned(base);
}

function neighboursIn(commit: string, own: string, repository: Repository): Neighbour[] {
  return stacksAmong(repository.files(commit))
    .map(stackFileName)
    .filter((file) => file !== own)
    .sort()
    .map((file) => {
      const parsed = parseStackFile(repository.file(commit, file) ?? "", file);
      return { file, config: parsed.ok ? parsed.config : undefined };
    });
}
