import { readFileSync, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { EXIT, Failure } from "../failure";
import { Git } from "../git";
import type { StackFile } from "../stacks";

/** What a change is compared with. */
export interface Base {
  /** As shown: a file, or a commit and why it is this one. */
  readonly shown: string;
  /** The commit in full; null for a file. */
  readonly commit: string | null;
  /** The stack file as it was; undefined where there was none. */
  readonly text: string | undefined;
  /** The repository of a commit. */
  readonly git?: Git;
}

/** Characters of a commit that people are shown. */
const SHORT = 10;

/**
 * Finds what to compare a stack file with.
 *
 * @param asked a file or anything that Git takes for a commit. @default where the branch left the remote's default branch, else HEAD
 * @throws {Failure} `unknown-ref`, `not-a-repository`, `missing-tool`, `unreadable-stack`
 */
export function findBase({ path }: Pick<StackFile, "path">, asked: string | undefined): Base {
  const file = asked === undefined ? undefined : readIfFile(asked);
  if (asked !== undefined && file !== undefined) return { shown: asked, commit: null, text: file };
  const git = Git.at(dirname(path));
  const { commit, why } = asked === undefined ? usual(git) : { commit: git.commit(asked), why: asked };
  const short = commit.slice(0, SHORT);
  const shown = commit.startsWith(why) ? short : `${why} (${short})`;
  return { shown, commit, text: git.file(commit, basename(path)), git };
}

function usual(git: Git): { readonly commit: string; readonly why: string } {
  const left = git.mergeBase();
  return left ? { commit: left.commit, why: `the merge base with ${left.branch}` } : { commit: git.commit("HEAD"), why: "HEAD" };
}

function readIfFile(path: string): string | undefined {
  const found = resolve(path);
  try {
    return statSync(found).isFile() ? readFileSync(found, "utf8") : undefined;
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (["ENOENT", "ENOTDIR", "ENAMETOOLONG"].includes(code)) return undefined;
    throw new Failure("unreadable-stack", `${path} cannot be read: ${message}`, EXIT.usage);
  }
}
