import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { text } from "node:stream/consumers";
import type { Contexts, Status } from "./expression";
import { filled, holds, textOf } from "./expression";
import type { Job, Step, Workflow } from "./workflow";

/** What happened that runs a workflow, and what the repository holds. */
export interface Happening {
  /** Context `github`, `event` among it. */
  readonly github: Readonly<Record<string, unknown>>;
  readonly vars: Readonly<Record<string, string>>;
  /** Secrets of each environment; what a fork's event has is nothing. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Names of programs that stand in for others come first. */
  readonly path: string;
  /** Lays a commit out; `ref` of the checkout, or what the event is about. */
  readonly checkout: (folder: string, ref: string) => void;
  /** Artifacts of this and other runs. */
  readonly artifacts: Map<string, string>;
  /** Folder for all that is written. */
  readonly scratch: string;
}

/** A step that ran. */
export interface Ran {
  readonly job: string;
  readonly run: string;
  readonly env: Readonly<Record<string, string>>;
  readonly code: number;
  readonly output: string;
}

/** How a workflow ended. */
export interface Outcome {
  readonly status: Status;
  readonly jobs: Readonly<Record<string, Status>>;
  readonly steps: readonly Ran[];
  /** What stands on the page of the run. */
  readonly summary: string;
}

interface JobResult {
  readonly status: Status;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Runs a workflow as GitHub would: its jobs in the order of their needs, each for every entry of its matrix. */
export async function runWorkflow(workflow: Workflow, happening: Happening): Promise<Outcome> {
  const run = new Run(happening);
  const results = new Map<string, JobResult>();
  for (const [name, job] of Object.entries(workflow.jobs)) results.set(name, await run.job(name, job, results));
  const jobs = Object.fromEntries([...results].map(([name, { status }]) => [name, status]));
  const status = Object.values(jobs).includes("failure") ? "failure" : "success";
  return { status, jobs, steps: run.steps, summary: run.summary };
}

class Run {
  public readonly steps: Ran[] = [];
  public summary = "";

  constructor(private readonly happening: Happening) {}

  public async job(name: string, job: Job, before: ReadonlyMap<string, JobResult>): Promise<JobResult> {
    const needs = [job.needs ?? []].flat().map((each) => [each, before.get(each)] as const);
    if (needs.some(([, result]) => result === undefined)) throw new Error(`${name} stands before what it needs`);
    const worst = needs.find(([, result]) => result?.status !== "success")?.[1]?.status ?? "success";
    const contexts = {
      github: this.happening.github,
      vars: this.happening.vars,
      needs: Object.fromEntries(needs.map(([each, result]) => [each, { result: result?.status, outputs: result?.outputs }])),
    };
    if (!(await holds(job.if, contexts, worst))) return { status: "skipped", outputs: {} };
    const results: JobResult[] = [];
    for (const matrix of await combinations(job, contexts)) {
      const result = await this.instance(name, job, { ...contexts, matrix });
      results.push(result);
      if (result.status === "failure" && job.strategy?.["fail-fast"] !== false) break;
    }
    return { ...results.at(-1)!, status: results.some(({ status }) => status === "failure") ? "failure" : "success" };
  }

  private async instance(name: string, job: Job, contexts: Contexts): Promise<JobResult> {
    const environment = job.environment === undefined ? undefined : textOf(await filled(job.environment, contexts));
    const temp = mkdtempSync(join(this.happening.scratch, "runner-"));
    const workspace = join(temp, "work");
    mkdirSync(workspace);
    const secrets = environment === undefined ? {} : (this.happening.secrets[environment] ?? {});
    const steps: Record<string, { outputs: Record<string, string> }> = {};
    const all = { ...contexts, secrets, runner: { temp }, steps };
    const env = await filledAll(job.env ?? {}, all);
    let status: Status = "success";
    for (const step of job.steps) {
      if (!(await holds(step.if, { ...all, env }, status))) continue;
      const outputs = {};
      const isFine = await this.step(name, step, { ...all, env }, { workspace, temp, env, outputs });
      if (!isFine) status = "failure";
      if (step.id !== undefined) steps[step.id] = { outputs };
    }
    return { status, outputs: await filledAll(job.outputs ?? {}, all) };
  }

  private async step(job: string, step: Step, contexts: Contexts, of: Place): Promise<boolean> {
    if (step.uses !== undefined) return this.action(step.uses, await filledAll(step.with ?? {}, contexts), of);
    const { run = "" } = step;
    const { github } = this.happening;
    const file = (name: string): string => join(of.temp, name);
    const env = {
      PATH: this.happening.path,
      HOME: of.temp,
      CI: "true",
      GITHUB_ACTIONS: "true",
      GITHUB_API_URL: textOf(github["api_url"]),
      GITHUB_EVENT_NAME: textOf(github["event_name"]),
      GITHUB_EVENT_PATH: file("event.json"),
      GITHUB_OUTPUT: file("output"),
      GITHUB_REPOSITORY: textOf(github["repository"]),
      GITHUB_STEP_SUMMARY: file("summary"),
      ...of.env,
      ...(await filledAll(step.env ?? {}, contexts)),
    };
    writeFileSync(env.GITHUB_EVENT_PATH, JSON.stringify(github["event"]));
    for (const each of [env.GITHUB_OUTPUT, env.GITHUB_STEP_SUMMARY]) writeFileSync(each, "");
    const { code, output } = await bash(run, of.workspace, env);
    this.steps.push({ job, run, env, code, output });
    this.summary += readFileSync(env.GITHUB_STEP_SUMMARY, "utf8");
    for (const [, name = "", value = ""] of readFileSync(env.GITHUB_OUTPUT, "utf8").matchAll(/^([^=\n]+)=(.*)$/gm)) {
      of.outputs[name] = value;
    }
    return code === 0;
  }

  /** What the actions that the workflows use do, as far as it matters here. */
  private action(uses: string, inputs: Readonly<Record<string, string>>, { workspace }: Place): boolean {
    const { artifacts, checkout, github, scratch } = this.happening;
    const path = inputs["path"] ?? "";
    switch (uses.split("@")[0]) {
      case "actions/checkout":
        // The commit that the run is for; of a pull request that is a merge, which its ref has.
        checkout(workspace, inputs["ref"] ?? textOf(github["sha"] ?? github["ref"]));
        return true;
      case "actions/upload-artifact": {
        const from = join(workspace, path);
        if (!existsSync(from)) return inputs["if-no-files-found"] !== "error";
        const to = mkdtempSync(join(scratch, "artifact-"));
        cpSync(from, statSync(from).isFile() ? join(to, basename(from)) : to, { recursive: true });
        artifacts.set(inputs["name"] ?? "", to);
        return true;
      }
      case "actions/download-artifact": {
        const prefix = (inputs["pattern"] ?? "").replace(/\*$/, "");
        mkdirSync(path, { recursive: true });
        for (const [name, folder] of artifacts) if (name.startsWith(prefix)) cpSync(folder, path, { recursive: true });
        return true;
      }
      case "actions/setup-node":
      case "actions/attest-build-provenance":
        return true;
      default:
        throw new Error(`nobody here knows what ${uses} does`);
    }
  }
}

interface Place {
  readonly workspace: string;
  readonly temp: string;
  readonly env: Readonly<Record<string, string>>;
  readonly outputs: Record<string, string>;
}

async function combinations(job: Job, contexts: Contexts): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const [[key, values] = ["", [undefined]], ...others] = Object.entries(job.strategy?.matrix ?? {});
  if (others.length > 0) throw new Error("a matrix of several dimensions");
  const list = typeof values === "string" ? await filled(values, contexts) : values;
  if (!Array.isArray(list) || list.length === 0) throw new Error("GitHub takes no empty matrix");
  return key === "" ? [{}] : list.map((value: unknown) => ({ [key]: value }));
}

async function filledAll(values: Readonly<Record<string, unknown>>, contexts: Contexts): Promise<Record<string, string>> {
  const entries = Object.entries(values).map(
    async ([key, value]) => [key, textOf(await filled(textOf(value), contexts))] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function bash(script: string, cwd: string, env: NodeJS.ProcessEnv): Promise<{ code: number; output: string }> {
  const child = spawn("bash", ["-e", "-c", script], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number>((resolve) =>
    child.once("close", (code) => {
      resolve(code ?? 1);
    }),
  );
  const [code, out, error] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, output: out + error };
}

/** All that a folder holds, as one text. */
export function contents(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => readFileSync(join(each.parentPath, each.name), "utf8"))
    .join("\n");
}
