/** Where a repository lives, as far as the scripts ask something of it. */
export interface Forge {
  /** The commit that an environment's last deployment that succeeded was made from; undefined before the first one. */
  deployedCommit(environment: string): Promise<string | undefined>;
  /** Whether one has begun since, and did not come to a good end: what it did nobody knows. */
  isUnfinished(environment: string): Promise<boolean>;
  /** The texts of the scripts' own under a pull request, oldest first: nobody else's is ever edited. */
  comments(pullRequest: number): Promise<readonly Text[]>;
  addComment(pullRequest: number, body: string): Promise<void>;
  editComment(pullRequest: number, id: number, body: string): Promise<void>;
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
