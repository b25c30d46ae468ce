import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { join } from "node:path";
import { createStack } from "../automation/real-engine/pulumi";
import type { Site } from "../automation/real-engine/site";
import { API_TOKEN, rehearsalSecrets } from "../automation/real-engine/site";
import { PROJECT_DIR, plannedText } from "../automation/stacks";

/** What the command line is made of, beside the program. */
const PARTS = ["automation", "bin", "components", "config", "planner", "policy", "sdks", "simulator", "tools"];
const FILES = ["index.ts", "package.json", "tsconfig.json", "Pulumi.yaml"];

/** How a command line ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command line that runs. */
export interface Running {
  readonly pid: number | undefined;
  /** Types something, where it runs in a terminal. */
  readonly type: (text: string) => void;
  readonly ended: Promise<Ended>;
}

/** A copy of the project with stack files of its own, whose command line deploys to the datacenter of a site. */
export class Checkout {
  private readonly dir: string;

  /**
   * @param address of a simulated Proxmox host
   */
  constructor(
    private readonly site: Site,
    private readonly address: string,
  ) {
    this.dir = join(site.sandbox.dir, "checkout");
    mkdirSync(this.dir);
    // A copy: where the command line is decides which project it is about.
    for (const part of PARTS) cpSync(join(PROJECT_DIR, part), join(this.dir, part), { recursive: true });
    for (const file of FILES) cpSync(join(PROJECT_DIR, file), join(this.dir, file));
    symlinkSync(join(PROJECT_DIR, "node_modules"), join(this.dir, "node_modules"));
  }

  /** Adds a stack that the backend knows, with stand-ins for its secrets. */
  public async add(stack: string, text: string): Promise<void> {
    const path = this.stackFile(stack);
    writeFileSync(path, text);
    const { config } = plannedText({ stack, path, file: path, text }, text);
    const { sandbox } = this.site;
    await createStack({ ...sandbox, projectDir: this.dir, stack }, rehearsalSecrets(config));
  }

  public stackFile(stack: string): string {
    return join(this.dir, `Pulumi.${stack}.yaml`);
  }

  /** Runs `lab` with these arguments. */
  public lab(...args: string[]): Promise<Ended> {
    return this.start(args).ended;
  }

  /** Runs a step of CI, one of its scripts in TypeScript. */
  public step(environment: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ended> {
    return this.run(process.execPath, ["--import", "tsx", ...args], environment).ended;
  }

  /** A file that something wrote into it. */
  public read(name: string): string {
    return readFileSync(join(this.dir, name), "utf8");
  }

  /** Runs the CLI itself for a stack. */
  public pulumi(stack: string, ...args: string[]): Promise<Ended> {
    return this.run("pulumi", [...args, "--stack", stack, "--non-interactive"]).ended;
  }

  /** Asks the simulated Proxmox API for something, as its administrator. */
  public async proxmox(method: string, path: string, settings: Readonly<Record<string, string>>): Promise<void> {
    const headers = { Authorization: `PVEAPIToken=${API_TOKEN}`, "Content-Type": "application/x-www-form-urlencoded" };
    const url = `https://${this.address}:8006/api2/json${path}`;
    const sent = request(url, { method, headers, rejectUnauthorized: false, agent: false });
    sent.end(new URLSearchParams(settings).toString());
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    answer.resume();
    if (answer.statusCode !== 200) throw new Error(`${method} ${path}: ${answer.statusCode ?? 0} ${answer.statusMessage ?? ""}`);
  }

  /** Starts `lab`; whoever started it may send it signals. */
  public start(args: readonly string[]): Running {
    return this.run(process.execPath, [join(this.dir, "bin", "lab.cjs"), ...args]);
  }

  /** Starts `lab` in a terminal of 120 columns. */
  public terminal(args: readonly string[]): Running {
    const command = `stty cols 120 rows 40; exec ${process.execPath} bin/lab.cjs ${args.join(" ")}`;
    return this.run("script", ["--quiet", "--flush", "--return", "--command", command, "/dev/null"]);
  }

  private run(program: string, args: readonly string[], more: Readonly<Record<string, string>> = {}): Running {
    const child = spawn(program, args, {
      cwd: this.dir,
      env: { ...this.site.sandbox.environment, LC_ALL: "C.UTF-8", NO_COLOR: "1", TERM: "xterm", ...more },
      stdio: "pipe",
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    const ended = new Promise<Ended>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => {
        resolve({ code: code ?? 137, stdout, stderr });
      });
    });
    // What waits for its input in no terminal would wait for ever.
    if (program !== "script") child.stdin.end();
    return { pid: child.pid, ended, type: (text) => child.stdin.write(text) };
  }
}
