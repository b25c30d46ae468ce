import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DiffOptions } from "../../automation/commands/diff";
import { reportWith } from "../../automation/commands/diff";
import type { DiffReport } from "../../automation/blast-radius/report";
import { compare } from "../../simulator";
import { inlineProgram } from "../inline-program";
import { PROJECT } from "../stacks";

/** Whether there is a Git to make a repository with; a checkout without one is an archive. */
export const HAS_GIT = spawnSync("git", ["--version"]).status === 0;

/** Whoever runs the tests may have a configuration of Git that signs, or hooks. */
export const GIT_ENVIRONMENT = {
  ...process.env,
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  ...Object.fromEntries(
    ["AUTHOR", "COMMITTER"].flatMap((who) => [
      [`GIT_${who}_NAME`, "test"],
      [`GIT_${who}_EMAIL`, "test@example.org"],
    ]),
  ),
};

/** A temporary repository with a project in it whose program is the one of this checkout. */
export class Repository {
  public readonly dir = mkdtempSync(join(tmpdir(), "lab-diff-"));

  constructor() {
    this.git("init", "--quiet", "--initial-branch=main");
    copyFileSync(join(PROJECT, "Pulumi.yaml"), join(this.dir, "Pulumi.yaml"));
  }

  /** Keeps something out of every commit. */
  public ignore(name: string): void {
    writeFileSync(join(this.dir, ".git", "info", "exclude"), `${name}\n`);
  }

  public git(...args: readonly string[]): string {
    return execFileSync("git", [...args], {
      cwd: this.dir,
      env: GIT_ENVIRONMENT,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** Writes a stack's file; undefined takes it away. */
  public write(text: string | undefined, stack = "lab"): void {
    const path = join(this.dir, `Pulumi.${stack}.yaml`);
    if (text === undefined) rmSync(path);
    else writeFileSync(path, text);
  }

  /** Commits everything, also nothing, and answers the commit. */
  public commit(message: string): string {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--no-gpg-sign", "--message", message);
    return this.git("rev-parse", "HEAD").trim();
  }

  /** What `lab diff` says in it, with both programs in this process. */
  public diff(options: Partial<DiffOptions> = {}, stack = "lab"): Promise<DiffReport> {
    const program = inlineProgram();
    const doors = {
      projectDir: this.dir,
      compare: ({ before, after, ...of }: Parameters<typeof compare>[0]) =>
        compare({ ...of, before: before && { ...before, program }, after: after && { ...after, program } }),
    };
    return reportWith(doors, stack, { color: false, json: true, ...options });
  }

  public remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
