import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What somebody asked of the API. */
export interface Asked {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly authorization: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An answer; null where nothing is. */
type Answer = object | null;

/** A REST API on loopback, as far as the scripts use one. */
export abstract class FakeForge {
  public readonly asked: Asked[] = [];
  /** Answers everything with this status, when it is set. */
  public broken: number | undefined;
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      void this.serve(request, response);
    });
  }

  public start(): Promise<this> {
    return new Promise((resolve) =>
      this.server.listen(0, "127.0.0.1", () => {
        resolve(this);
      }),
    );
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What was changed, not only asked for. */
  public get changes(): string[] {
    return this.asked.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);
  }

  protected abstract answer(asked: Asked, path: string, query: URLSearchParams): Answer;

  /** One page of a list. */
  protected page(list: readonly object[], query: URLSearchParams): readonly object[] {
    const size = Number(query.get("per_page") ?? 30);
    const from = (Number(query.get("page") ?? 1) - 1) * size;
    return list.slice(from, from + size);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const { headers, method = "", url = "" } = request;
    const token = headers.authorization ?? headers["private-token"] ?? headers["job-token"] ?? "";
    const asked = {
      method,
      path: url,
      authorization: String(token),
      body: body === "" ? {} : (JSON.parse(body) as Asked["body"]),
    };
    this.asked.push(asked);
    const { pathname, searchParams } = new URL(url, this.url);
    const answer = this.broken === undefined ? this.answer(asked, pathname, searchParams) : null;
    response.writeHead(this.broken ?? (answer === null ? 404 : 200), { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? { message: "Not Found" }));
  }
}

interface Comment {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string };
}

interface Issue extends Comment {
  readonly number: number;
  title: string;
  state: string;
}

const OWN = { login: "github-actions[bot]" };

/** How a deployment went: it succeeded, failed half way, was turned down, failed before it began, waits, or is under way. */
export type Outcome = "success" | "failure" | "refused" | "early" | "waiting" | "running";

interface FakeJob {
  readonly name: string;
  readonly run_attempt: number;
  readonly conclusion: string | null;
  readonly steps: readonly { readonly name: string; readonly status: string; readonly conclusion: string | null }[];
}

/** A run of the workflow that deploys. */
export interface FakeRun {
  readonly id: number;
  readonly event: string;
  readonly head_branch: string;
  readonly head_sha: string;
  readonly head_repository: { readonly full_name: string };
  readonly jobs: FakeJob[];
}

/** A job as GitHub tells of it: one that nobody agreed to has no steps. */
export function jobOf(stack: string, outcome: Outcome, attempt = 1): FakeJob {
  const job = { name: `deploy (${stack})`, run_attempt: attempt };
  const steps = (status: string, conclusion: string | null) => [
    { name: "Run tools/ci/install", status: "completed", conclusion: outcome === "early" ? "failure" : "success" },
    { name: "Run node --import tsx tools/ci/deploy.ts", status, conclusion },
  ];
  switch (outcome) {
    case "success":
    case "failure":
      return { ...job, conclusion: outcome, steps: steps("completed", outcome) };
    case "early":
      return { ...job, conclusion: "failure", steps: steps("completed", "skipped") };
    case "running":
      return { ...job, conclusion: null, steps: steps("in_progress", null) };
    case "refused":
      return { ...job, conclusion: "failure", steps: [] };
    case "waiting":
      return { ...job, conclusion: null, steps: [] };
  }
}

/** GitHub with one repository, `somebody/platform`. */
export class FakeGitHub extends FakeForge {
  public readonly comments = new Map<number, Comment[]>();
  public readonly issues: Issue[] = [];
  /** Newest first. */
  public readonly runs: FakeRun[] = [];
  public pulls: {
    number: number;
    head: { ref: string; sha: string; repo: { full_name: string } | null };
    base: { ref: string };
    files: { filename: string; previous_filename?: string }[];
  }[] = [];
  private last = 100;

  /** Somebody says something under a pull request. */
  public say(pull: number, body: string, login = OWN.login): void {
    const comments = this.comments.get(pull) ?? [];
    this.comments.set(pull, comments);
    comments.push({ id: ++this.last, body, user: { login } });
  }

  /** A stack was deployed, or was to be; answers the run. */
  public deploy(stack: string, sha: string, outcome: Outcome = "success", of: Partial<FakeRun> = {}): FakeRun {
    const id = ++this.last;
    const repository = { full_name: "somebody/platform" };
    const run = {
      id,
      event: "push",
      head_branch: "main",
      head_sha: sha,
      head_repository: repository,
      jobs: [jobOf(stack, outcome)],
      ...of,
    };
    this.runs.unshift(run);
    return run;
  }

  protected override answer({ method, body }: Asked, path: string, query: URLSearchParams): Answer {
    const [, owner, name, what = "", id = "", more = ""] = path.split("/").slice(1);
    if (`${owner}/${name}` !== "somebody/platform") return null;
    const [, run] = /\/actions\/runs\/(\d+)\/jobs$/.exec(path) ?? [];
    if (run !== undefined) return { jobs: this.page(this.runs.find((each) => each.id === Number(run))?.jobs ?? [], query) };
    if (path.endsWith("/actions/workflows/deploy.yml/runs")) {
      const runs = this.runs.filter((each) => each.head_branch === query.get("branch"));
      return { workflow_runs: this.page(runs, query) };
    }
    const key = `${method} ${what}${id === "" ? "" : "/x"}${more === "" ? "" : `/${more}`}`;
    switch (key) {
      case "GET pulls":
        return this.page(
          this.pulls.filter(({ head }) => query.get("head") === `${head.repo?.full_name.split("/")[0]}:${head.ref}`),
          query,
        );
      case "GET pulls/x/files":
        return this.page(this.pulls.find(({ number }) => number === Number(id))?.files ?? [], query);
      case "GET issues/x/comments":
        return this.page(this.comments.get(Number(id)) ?? [], query);
      case "POST issues/x/comments":
        this.say(Number(id), String(body["body"]));
        return {};
      case `PATCH issues/x/${more}`:
        return this.edit(
          [...this.comments.values()].flat().find((each) => each.id === Number(more)),
          body,
        );
      case "GET issues":
        return this.page(
          this.issues.filter(({ state }) => state === query.get("state")),
          query,
        );
      case "POST issues":
        this.issues.push({
          id: ++this.last,
          number: this.last,
          state: "open",
          user: OWN,
          title: String(body["title"]),
          body: String(body["body"]),
        });
        return {};
      case "PATCH issues/x":
        return this.edit(
          this.issues.find(({ number }) => number === Number(id)),
          body,
        );
      default:
        return null;
    }
  }

  private edit(found: object | undefined, change: object): Answer {
    return found === undefined ? null : Object.assign(found, change);
  }
}

/** GitLab with one project, number 7. */
export class FakeGitLab extends FakeForge {
  public readonly notes: { id: number; body: string; author: { id: number }; system: boolean }[] = [];
  /** Newest first. */
  public readonly deployments: { sha: string; status: string; environment: string; deployable: object | null }[] = [];

  /** A stack was deployed, or was to be. */
  public deploy(stack: string, sha: string, status = "success", deployable: object | null = {}): void {
    const job = deployable && { name: `deploy ${stack}`, ref: "main", tag: false, ...deployable };
    this.deployments.unshift({ sha, status, environment: stack, deployable: job });
  }

  protected override answer({ method, body }: Asked, path: string, query: URLSearchParams): Answer {
    const own = { id: 42 };
    if (path === "/user") return own;
    const note = /^\/projects\/7\/merge_requests\/3\/notes(?:\/(\d+))?$/.exec(path);
    if (path === "/projects/7/deployments") {
      const found = this.deployments.filter(({ environment }) => environment === query.get("environment"));
      return this.page(found, query);
    }
    if (!note) return null;
    if (method === "GET") return this.page(this.notes, query);
    if (method === "POST") this.notes.push({ id: this.notes.length + 1, body: String(body["body"]), author: own, system: false });
    const found = this.notes.find(({ id }) => id === Number(note[1]));
    if (method === "PUT") return found ? Object.assign(found, { body: String(body["body"]) }) : null;
    return {};
  }
}
