import { execFileSync } from "node:child_process";
import { EXIT, Failure } from "../../automation/failure";
import { PROJECT_DIR } from "../../automation/stacks";

/** A repository of ten thousand files lists less than a megabyte. */
const MAX_BYTES = 64 * 1024 * 1024;

/** What the scripts ask of the Git repository that is checked out. */
export class Repository {
  constructor(
    /** @default the checkout that this script belongs to */
    private readonly folder: string = PROJECT_DIR,
  ) {}

  /** The commit that a ref stands for; undefined for one that is not there. */
  public commit(ref: string): string | undefined {
    return this.ask("rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`)?.trim().split("\n").at(-1);
  }

  /**
   * Where what is checked out left another branch. GitHub checks out a merge, whose first parent this is.
   *
   * @throws {Failure} `unknown-ref`
   */
  public leftFrom(ref: string): string {
    const commit = this.ask("merge-base", ref, "HEAD")?.trim();
    if (commit !== undefined) return commit;
    const remedy = "fetch all of the history: fetch-depth: 0 on GitHub, GIT_DEPTH: 0 on GitLab";
    throw new Failure("unknown-ref", `where this branch left ${ref} is not known: ${remedy}`, EXIT.usage);
  }

  /**
   * Files that are not what they were in a commit, deleted ones among them; a file that moved counts as both.
   *
   * @throws {Failure} `not-compared` where Git does not say: that is not the same as none
   */
  public changedSince(commit: string): string[] {
    const names = this.ask("diff", "--name-only", "--no-renames", "-z", "--relative", commit, "HEAD");
    if (names !== undefined) return names.split("\0").filter((name) => name !== "");
    const remedy = `see what git diff --name-only ${commit} HEAD says, or split a change of so many files`;
    throw new Failure("not-compared", `what changed since ${commit} is not known: ${remedy}`, EXIT.failed);
  }

  /** Names in the project's folder as it was, without those in folders below; none of a commit that is not there. */
  public files(commit: string): string[] {
    return (this.ask("ls-tree", "--name-only", "-z", commit, "./") ?? "").split("\0").filter((name) => name !== "");
  }

  /** A file as it was; undefined where there was none. */
  public file(commit: string, name: string): string | undefined {
    return this.ask("cat-file", "blob", `${commit}:./${name}`);
  }

  /** Whether a commit is in the history of another one, or that one. */
  public isAncestor(commit: string, of: string): boolean {
    return this.ask("merge-base", "--is-ancestor", commit, of) !== undefined;
  }

  /** Whether a commit is in the history of the branch that is checked out, as the remote has it: what is checked out may be an older commit of it. */
  public isMerged(commit: string, branch: string): boolean {
    const tip = this.commit(`origin/${branch}`) ?? "HEAD";
    return this.commit(commit) !== undefined && this.isAncestor(commit, tip);
  }

  private ask(...args: readonly string[]): string | undefined {
    try {
      return execFileSync("git", args, {
        cwd: this.folder,
        encoding: "utf8",
        maxBuffer: MAX_BYTES,
        stdio: ["ignore", "pipe", "ignore"],
      });
    } catch {
      return undefined;
    }
  }
}
