import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT } from "../stacks";

/** How lines that were typed ended. */
export interface Typed {
  readonly code: number;
  /** Both streams, as they came. */
  readonly output: string;
}

const IDENTITY = Object.fromEntries(
  ["AUTHOR", "COMMITTER"].flatMap((who) => [
    [`GIT_${who}_NAME`, "reader"],
    [`GIT_${who}_EMAIL`, "reader@example.org"],
  ]),
);

/**
 * A clone of the project in a folder of its own, as a reader has one, with a home of its own and a shell that keeps its folder and its
 * variables from one block to the next. It has what is not committed yet, too; packages are those of the project.
 */
export class Clone {
  private readonly folder = mkdtempSync(join(tmpdir(), "docs-"));
  /** Folder of `Pulumi.yaml`. */
  public readonly dir = join(this.folder, "proxmox-talos");
  private readonly environment: NodeJS.ProcessEnv;

  /** @param environment beside PATH and what the clone sets itself */
  constructor(environment: NodeJS.ProcessEnv = {}) {
    execFileSync("git", ["clone", "--quiet", PROJECT, this.dir]);
    // Whatever is checked out is what was merged last: documents compare with it under this name.
    git(this.dir, "update-ref", "refs/remotes/origin/main", "HEAD");
    for (const file of git(PROJECT, "ls-files", "--modified", "--others", "--exclude-standard").split("\n")) {
      if (file !== "") cpSync(join(PROJECT, file), join(this.dir, file), { recursive: true });
    }
    symlinkSync(join(PROJECT, "node_modules"), join(this.dir, "node_modules"));
    writeFileSync(join(this.dir, ".git", "info", "exclude"), "/node_modules\n");
    this.environment = {
      PATH: process.env["PATH"],
      LC_ALL: "C.UTF-8",
      TERM: "dumb",
      // What a reader writes is in blocks of its own.
      EDITOR: "true",
      COLUMNS: "100",
      NO_COLOR: "1",
      HOME: this.home,
      npm_config_loglevel: "error",
      npm_config_update_notifier: "false",
      ...IDENTITY,
      ...environment,
    };
    git(this.dir, "add", "--all");
    git(this.dir, "commit", "--quiet", "--allow-empty", "--no-gpg-sign", "--message", "what is not committed yet");
    this.reset();
  }

  /** Puts files, folder, home and variables back to what they were. */
  public reset(): void {
    git(this.dir, "checkout", "--quiet", "--", ".");
    git(this.dir, "clean", "--quiet", "--force", "-d");
    rmSync(this.home, { recursive: true, force: true });
    mkdirSync(this.home);
    const variables = Object.entries(this.environment).map(([name, value]) => `export ${name}=${quoted(value ?? "")}`);
    writeFileSync(this.variables, [...variables, `cd ${quoted(this.dir)}`, ""].join("\n"));
  }

  /** Puts a file beside `Pulumi.yaml`. */
  public write(file: string, text: string): void {
    writeFileSync(join(this.dir, file), text);
  }

  /**
   * Types lines until one fails.
   *
   * @param input what is typed where a command asks
   */
  public type(lines: readonly string[], input = ""): Promise<Typed> {
    const keep = `{ export -p; echo "cd '$PWD'"; } > ${quoted(this.variables)}`;
    const script = [`. ${quoted(this.variables)}`, `trap ${quoted(keep)} EXIT`, "set -e -o pipefail", ...lines].join("\n");
    return new Promise((resolve, reject) => {
      const shell = spawn("bash", ["--noprofile", "--norc", "-c", script], { env: {}, cwd: this.dir });
      let output = "";
      for (const stream of [shell.stdout, shell.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
      shell.stdin.on("error", () => undefined).end(input);
      shell.on("error", reject);
      shell.on("close", (code) => {
        resolve({ code: code ?? 137, output });
      });
    });
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get home(): string {
    return join(this.folder, "home");
  }

  private get variables(): string {
    return join(this.folder, "variables");
  }
}

function git(dir: string, ...args: readonly string[]): string {
  return execFileSync("git", args, { cwd: dir, encoding: "utf8", env: { ...process.env, ...IDENTITY } });
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
