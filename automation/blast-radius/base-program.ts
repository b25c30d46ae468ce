import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EXIT, Failure } from "../failure";
import { Git } from "../git";

/** The program as it was, in a folder of its own. */
export interface BaseProgram {
  /** Folder of its `Pulumi.yaml`. */
  readonly projectDir: string;
  /** Whether its packages are other ones than those of today, and were installed. */
  readonly installed: boolean;
  remove(): void;
}

/** Whatever decides which packages there are, and what is in them. */
const PACKAGES = ["package-lock.json", "sdks"];

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Lays out the program of a commit. It is taken away again by `remove`, and when this process is told to stop.
 *
 * @param projectDir folder of the program of today
 * @throws {Failure} `no-worktree`, `no-packages`
 */
export function layOut(projectDir: string, commit: string): BaseProgram {
  const git = Git.at(projectDir);
  const dir = mkdtempSync(join(tmpdir(), "proxmox-talos-base-"));
  const tree = join(dir, "tree");
  const clear = (): void => {
    git.removeWorktree(tree);
    rmSync(dir, { recursive: true, force: true });
  };
  const interrupted = (signal: NodeJS.Signals): void => {
    remove();
    process.kill(process.pid, signal);
  };
  const remove = (): void => {
    for (const signal of SIGNALS) process.off(signal, interrupted);
    clear();
  };
  for (const signal of SIGNALS) process.once(signal, interrupted);
  try {
    git.addWorktree(tree, commit);
    const base = join(tree, git.prefix);
    const isSame = git.isUnchanged(commit, PACKAGES);
    if (isSame) symlinkSync(join(projectDir, "node_modules"), join(base, "node_modules"));
    else install(base);
    return { projectDir: base, installed: !isSame, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Scripts of packages stay out: what a base of long ago would run is nobody's wish. */
function install(folder: string): void {
  const { status, stderr, error } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (status === 0) return;
  const why = error?.message ?? stderr.trim().split("\n").at(-1) ?? "";
  throw new Failure("no-packages", `the packages of the base cannot be installed (npm ci): ${why}`, EXIT.failed);
}
