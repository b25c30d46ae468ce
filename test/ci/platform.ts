import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { GIT_ENVIRONMENT } from "../blast-radius/repository";
import { PROJECT } from "../stacks";

/** What somebody asked a stand-in to do. */
export interface Called {
  readonly program: string;
  readonly args: readonly string[];
  /** Values of secret settings that it was given. */
  readonly passphrase: string | null;
}

/** What the stand-in for a command of `lab` prints, and how it ends. */
export interface Answer {
  readonly code: number;
  readonly document: object;
  readonly log?: string;
}

/** Commands of `lab` that take a real datacenter, or its state. */
const STOOD_IN = ["state", "up", "preview", "refresh"];

/**
 * A repository with this project in it, on a forge of its own: what is committed and merged there is what the workflows' steps find. Programs that
 * take a network are stood in for, as are the commands that take a datacenter; all others run.
 */
export class Platform {
  public readonly scratch = mkdtempSync(join(tmpdir(), "lab-flow-"));
  /** Where people commit. */
  public readonly origin = join(this.scratch, "origin");
  private readonly record = join(this.scratch, "calls");
  private readonly bin = join(this.scratch, "bin");

  constructor() {
    const left = ["node_modules", ".git", "ci-report", "dist"].map((name) => join(PROJECT, name));
    cpSync(PROJECT, this.origin, { recursive: true, filter: (path) => !left.includes(path) });
    this.standIn();
    this.git("init", "--quiet", "--initial-branch=main");
    this.exclude(this.origin);
    this.commit("what there is");
  }

  /** Programs on the stand-ins' path come first. */
  public get path(): string {
    return [this.bin, dirname(process.execPath), "/usr/bin", "/bin"].join(":");
  }

  public git(...args: readonly string[]): string {
    return execFileSync("git", args, {
      cwd: this.origin,
      env: GIT_ENVIRONMENT,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  }

  /** Commits everything and answers the commit. */
  public commit(message: string): string {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--no-gpg-sign", "--message", message);
    return this.git("rev-parse", "HEAD");
  }

  /** Replaces a text of a file, which has to have it. */
  public edit(file: string, from: string, to: string): void {
    const path = join(this.origin, file);
    const text = readFileSync(path, "utf8");
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
    writeFileSync(path, text.replace(from, to));
  }

  /** What GitHub makes of a pull request: a merge of its branch, at a ref of its own. */
  public mergeRef(number: number, branch: string): string {
    this.git("checkout", "--quiet", "--detach", "main");
    this.git("merge", "--quiet", "--no-ff", "--no-edit", branch);
    this.git("update-ref", `refs/pull/${number}/merge`, "HEAD");
    this.git("checkout", "--quiet", "main");
    return `refs/pull/${number}/merge`;
  }

  /** What actions/checkout does with the whole history. */
  public checkout(folder: string, ref: string): void {
    const git = (...args: readonly string[]): unknown =>
      execFileSync("git", args, { cwd: folder, env: GIT_ENVIRONMENT, stdio: "ignore" });
    git("clone", "--quiet", "--no-checkout", this.origin, ".");
    if (/^[0-9a-f]{40}$/.test(ref)) git("checkout", "--quiet", "--detach", ref);
    else {
      git("fetch", "--quiet", "--tags", "origin", ref);
      git("checkout", "--quiet", "--detach", "FETCH_HEAD");
    }
    this.exclude(folder);
    symlinkSync(join(PROJECT, "node_modules"), join(folder, "node_modules"));
  }

  /** What the stand-in for a command says from now on. */
  public answer(command: string, answer: Answer): void {
    writeFileSync(join(this.scratch, `${command}.json`), JSON.stringify(answer));
  }

  /** What was asked of stand-ins since the last time. */
  public called(): Called[] {
    if (!existsSync(this.record)) return [];
    const lines = readFileSync(this.record, "utf8").trimEnd().split("\n");
    rmSync(this.record);
    return lines.map((line) => JSON.parse(line) as Called);
  }

  public remove(): void {
    rmSync(this.scratch, { recursive: true, force: true });
  }

  private standIn(): void {
    const noted = (program: string): string =>
      [
        `const args = process.argv.slice(2);`,
        `const passphrase = process.env.PULUMI_CONFIG_PASSPHRASE ?? null;`,
        `require("node:fs").appendFileSync(${JSON.stringify(this.record)}, JSON.stringify({ program: "${program}", args, passphrase }) + "\\n");`,
      ].join("\n");
    mkdirSync(this.bin);
    // Releases are there from when they were made.
    const released = `${JSON.stringify(join(this.scratch, "released-"))} + args[2]`;
    const more: Readonly<Record<string, string>> = {
      gh: `
if (args[1] === "view" && !require("node:fs").existsSync(${released})) process.exitCode = 1;
if (args[1] === "create") require("node:fs").writeFileSync(${released}, "", { flag: "wx" });`,
    };
    for (const program of ["npm", "go", "gh"]) {
      const script = `#!${process.execPath}\n${noted(program)}${more[program] ?? ""}\n`;
      writeFileSync(join(this.bin, program), script, { mode: 0o755 });
    }
    const lab = join(this.origin, "bin", "lab.cjs");
    renameSync(lab, join(this.origin, "bin", "real-lab.cjs"));
    writeFileSync(
      lab,
      `if (!${JSON.stringify(STOOD_IN)}.includes(process.argv[2])) require("./real-lab.cjs");
else {
${noted("lab")}
const { code, document, log = "" } = JSON.parse(require("node:fs").readFileSync(${JSON.stringify(this.scratch)} + "/" + args[0] + ".json", "utf8"));
process.stdout.write(JSON.stringify(document));
process.stderr.write(log);
process.exitCode = code;
}
`,
    );
    for (const command of STOOD_IN)
      this.answer(command, { code: 0, document: { result: "succeeded", summary: { create: 1 }, changes: [], drifted: [] } });
    for (const command of ["preview", "refresh"]) {
      this.answer(command, {
        code: 0,
        document: { result: "succeeded", summary: {}, [command === "preview" ? "changes" : "drifted"]: [] },
      });
    }
  }

  private exclude(folder: string): void {
    writeFileSync(join(folder, ".git", "info", "exclude"), "node_modules\n");
  }
}
