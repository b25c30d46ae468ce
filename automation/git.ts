import { spawnSync } from "node:child_process";
import { EXIT, Failure } from "./failure";

/** What a hook of Git tells its children of its own repository must not lead elsewhere. */
const LEADING = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"];

/** A stack file of 10,000 lines has less than a megabyte. */
const MAX_BYTES = 64 * 1024 * 1024;

interface Answer {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** A Git repository, asked through the program `git`. */
export class Git {
  private constructor(
    /** Folder that Git is asked in. */
    public readonly folder: string,
    /** That folder below the root of the working tree, with a slash at its end; empty for the root. */
    public readonly prefix: string,
  ) {}

  /**
   * The repository a folder belongs to.
   *
   * @throws {Failure} `missing-tool` without Git, `not-a-repository` outside of one
   */
  public static at(folder: string): Git {
    const { ok, stdout } = ask(folder, ["rev-parse", "--show-prefix"]);
    if (ok) return new Git(folder, stdout.trimEnd());
    throw new Failure("not-a-repository", `${folder} is in no Git repository: name a file, --base <file>`, EXIT.usage);
  }

  /**
   * The commit a ref stands for.
   *
   * @throws {Failure} `unknown-ref`
   */
  public commit(ref: string): string {
    const found = this.tryCommit(ref);
    if (found !== undefined) return found;
    throw new Failure("unknown-ref", `${ref} is neither a file nor a commit of this repository${this.shallowHint()}`, EXIT.usage);
  }

  /** Where this branch left the remote's default branch; undefined without such a branch, or where both have nothing in common. */
  public mergeBase(): { readonly commit: string; readonly branch: string } | undefined {
    const head = ask(this.folder, ["symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"]);
    const candidates = [...(head.ok ? [head.stdout.trim()] : []), "origin/main", "origin/master"];
    const branch = candidates.find((each) => this.tryCommit(each) !== undefined);
    if (branch === undefined) return undefined;
    const { ok, stdout } = ask(this.folder, ["merge-base", "HEAD", branch]);
    if (ok) return { commit: stdout.trim(), branch };
    if (!this.isShallow()) return undefined;
    throw new Failure("unknown-ref", `where this branch left ${branch} is not known${this.shallowHint()}`, EXIT.usage);
  }

  /** A file of this folder as it was; undefined where there was none. */
  public file(commit: string, name: string): string | undefined {
    const { ok, stdout } = ask(this.folder, ["cat-file", "blob", `${commit}:${this.prefix}${name}`]);
    return ok ? stdout : undefined;
  }

  /** Whether paths of this folder are the same now as in a commit, whatever of it is committed. */
  public isUnchanged(commit: string, paths: readonly string[]): boolean {
    const isKnown = ask(this.folder, ["ls-files", "--others", "--exclude-standard", "--", ...paths]);
    return isKnown.stdout === "" && ask(this.folder, ["diff", "--quiet", commit, "--", ...paths]).ok;
  }

  /** Puts a commit into a folder of its own. */
  public addWorktree(folder: string, commit: string): void {
    const { ok, stderr } = ask(this.folder, ["worktree", "add", "--quiet", "--detach", folder, commit]);
    if (!ok) throw new Failure("no-worktree", `the base cannot be laid out: ${lastLine(stderr)}`, EXIT.failed);
  }

  /** Takes such a folder away. */
  public removeWorktree(folder: string): void {
    ask(this.folder, ["worktree", "remove", "--force", folder]);
    ask(this.folder, ["worktree", "prune"]);
  }

  private tryCommit(ref: string): string | undefined {
    const { ok, stdout } = ask(this.folder, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`]);
    // rev-parse of older versions repeats the option.
    return ok ? stdout.trim().split("\n").at(-1) : undefined;
  }

  private isShallow(): boolean {
    return ask(this.folder, ["rev-parse", "--is-shallow-repository"]).stdout.trim() === "true";
  }

  private shallowHint(): string {
    return this.isShallow()
      ? ": the clone is shallow; fetch all of it (git fetch --unshallow, fetch-depth: 0 in GitHub Actions)"
      : "";
  }
}

function ask(folder: string, args: readonly string[]): Answer {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !LEADING.includes(name)));
  const { status, stdout, stderr, error } = spawnSync("git", args, { cwd: folder, env, encoding: "utf8", maxBuffer: MAX_BYTES });
  if (error && (error as NodeJS.ErrnoException).code === "ENOENT") {
    throw new Failure(
      "missing-tool",
      "git is needed to know what was before: install it, or name a file, --base <file>",
      EXIT.failed,
    );
  }
  return { ok: status === 0, stdout, stderr };
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
