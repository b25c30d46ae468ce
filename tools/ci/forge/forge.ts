import { EXIT, Failure } from "../../../automation/failure";

/** Where a repository lives, as far as the scripts ask something of it. */
export interface Forge {
  /**
   * The commit that a stack's last deployment that succeeded was made from; undefined before the first one. What counts is what a job of the default
   * branch's own did: anybody who may push can write down that something was deployed.
   *
   * @param isMerged whether a commit is in the history of the default branch
   * @throws {Failure} `unknown-ref` when that commit is not: what is there is in no history, or somebody made it up
   */
  deployedCommit(stack: string, isMerged: IsMerged): Promise<string | undefined>;
  /** Whether one has begun since, and did not come to a good end: what it did nobody knows. */
  isUnfinished(stack: string): Promise<boolean>;
  /** The texts of the scripts' own under a pull request, oldest first: nobody else's is ever edited. */
  comments(pullRequest: number): Promise<readonly Text[]>;
  addComment(pullRequest: number, body: string): Promise<void>;
  editComment(pullRequest: number, id: number, body: string): Promise<void>;
}

/** Whether a commit is in the history of the default branch. */
export type IsMerged = (commit: string) => boolean;

/** What became of one deployment of a stack, by the job that made it. */
export interface Deployment {
  readonly commit: string;
  /** `none`: it never came to touching anything, for nobody agreed or something before it failed. */
  readonly result: "succeeded" | "unfinished" | "none";
}

/**
 * The commit of the last of deployments that succeeded.
 *
 * @param deployments newest first
 * @throws {Failure} `unknown-ref` when that commit is not merged
 */
export async function lastDeployed(
  stack: string,
  deployments: AsyncIterable<Deployment>,
  isMerged: IsMerged,
): Promise<string | undefined> {
  for await (const { commit, result } of deployments) {
    if (result !== "succeeded") continue;
    if (isMerged(commit)) return commit;
    // An earlier one is not what is there: nothing that was done since would be compared.
    const remedy =
      "fetch all of the history; if that was rewritten, or somebody made this run up (a tag called like the branch), delete the run";
    throw new Failure(
      "unknown-ref",
      `${stack} was deployed from ${commit}, which is not in the history of this branch: ${remedy}`,
      EXIT.usage,
    );
  }
  return undefined;
}

/** Whether the last of deployments that touched anything did not come to a good end. */
export async function isLastUnfinished(deployments: AsyncIterable<Deployment>): Promise<boolean> {
  for await (const { result } of deployments) if (result !== "none") return result === "unfinished";
  return false;
}

/** A comment or an issue. */
export interface Text {
  readonly id: number;
  readonly body: string;
}

/**
 * Keeps one comment under a pull request: edits the one with the marker, or adds it.
 *
 * @param body begins with the marker
 * @param isWorthOne whether to add one where there is none
 * @returns what was done
 */
export async function keepComment(
  forge: Forge,
  pullRequest: number,
  marker: string,
  body: string,
  isWorthOne: boolean,
): Promise<"edited" | "added" | "unchanged" | "needless"> {
  const found = (await forge.comments(pullRequest)).find((each) => each.body.startsWith(marker));
  if (found === undefined) {
    if (!isWorthOne) return "needless";
    await forge.addComment(pullRequest, body);
    return "added";
  }
  if (found.body.trimEnd() === body.trimEnd()) return "unchanged";
  await forge.editComment(pullRequest, found.id, body);
  return "edited";
}
