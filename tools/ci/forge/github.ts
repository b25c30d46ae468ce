import { required, setting } from "../environment";
import type { Deployment, Forge, IsMerged, Text } from "./forge";
import { isLastUnfinished, lastDeployed } from "./forge";
import { Rest } from "./rest";

/** Who writes with the token of a job. */
const OWN_NAME = "github-actions[bot]";

/** A pull request, as far as the scripts want to know it. */
export interface PullRequest {
  readonly number: number;
  readonly head: { readonly sha: string; readonly repo: { readonly full_name: string } | null };
  readonly base: { readonly ref: string };
}

interface Comment extends Text {
  readonly user: { readonly login: string } | null;
}

interface Issue extends Comment {
  readonly number: number;
  readonly pull_request?: unknown;
}

/** The workflow that deploys; a test holds the file to it. */
export const DEPLOYS = {
  file: "deploy.yml",
  branch: "main",
  events: ["push", "workflow_dispatch"] as readonly string[],
  /** What its step runs that touches something. */
  script: "tools/ci/deploy.ts",
} as const;

interface WorkflowRun {
  readonly id: number;
  readonly event: string;
  readonly head_branch: string | null;
  readonly head_sha: string;
  readonly head_repository: { readonly full_name: string } | null;
}

interface Job {
  readonly name: string;
  readonly run_attempt: number;
  /** Null as long as it runs. */
  readonly conclusion: string | null;
  readonly steps?: readonly { readonly name: string; readonly status: string; readonly conclusion: string | null }[];
}

function resultOf({ conclusion, steps = [] }: Job): Deployment["result"] {
  if (conclusion === "success") return "succeeded";
  const step = steps.find(({ name }) => name.includes(DEPLOYS.script));
  const hasBegun = step !== undefined && ["in_progress", "completed"].includes(step.status) && step.conclusion !== "skipped";
  return hasBegun ? "unfinished" : "none";
}

/** A repository on GitHub. */
export class GitHub implements Forge {
  /** By the run's number: every stack asks for them. */
  private readonly jobs = new Map<number, Promise<unknown[]>>();

  constructor(
    private readonly rest: Rest,
    /** For instance `somebody/platform`. */
    public readonly repository: string,
  ) {}

  /** The repository that the job belongs to, with the job's own token. */
  public static ofJob(): GitHub {
    const headers = {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${required("GITHUB_TOKEN")}`,
      "x-github-api-version": "2022-11-28",
    };
    const url = setting("GITHUB_API_URL") ?? "https://api.github.com";
    return new GitHub(new Rest(url, headers), required("GITHUB_REPOSITORY"));
  }

  /** Open pull requests of a branch whose last commit is a certain one. */
  public async pullRequests(headRepository: string, branch: string, commit: string): Promise<PullRequest[]> {
    const [owner = ""] = headRepository.split("/");
    const head = encodeURIComponent(`${owner}:${branch}`);
    const found = (await this.rest.all(`${this.path()}/pulls?state=open&head=${head}`)) as PullRequest[];
    return found.filter((each) => each.head.sha === commit && each.head.repo?.full_name === headRepository);
  }

  /** Names of the files that a pull request changes; of one that was renamed, both. */
  public async changedFiles(pullRequest: number): Promise<string[]> {
    const files = await this.rest.all(`${this.path()}/pulls/${pullRequest}/files`);
    return (files as { filename: string; previous_filename?: string }[]).flatMap(({ filename, previous_filename: previous }) => [
      filename,
      ...(previous === undefined ? [] : [previous]),
    ]);
  }

  public deployedCommit(stack: string, isMerged: IsMerged): Promise<string | undefined> {
    return lastDeployed(stack, this.deployments(stack), isMerged);
  }

  public isUnfinished(stack: string): Promise<boolean> {
    return isLastUnfinished(this.deployments(stack));
  }

  /**
   * Deployments of a stack, newest first: what jobs of the workflow that deploys did on the default branch. GitHub writes that down itself. A deployment
   * or a status of one (`/deployments`) can be written by any workflow of any branch, with the same name as this one's.
   */
  private async *deployments(stack: string): AsyncGenerator<Deployment> {
    const { file, branch, events } = DEPLOYS;
    const path = `${this.path()}/actions/workflows/${file}/runs?branch=${branch}`;
    for await (const each of this.rest.each(path, "workflow_runs")) {
      const run = each as WorkflowRun;
      // A tag can have the branch's name, and a fork's branch: of tags, whether the commit is merged tells.
      const isOwn =
        run.head_branch === branch && run.head_repository?.full_name === this.repository && events.includes(run.event);
      if (!isOwn) continue;
      for (const job of await this.jobsOf(run.id)) {
        if (job.name === `deploy (${stack})`) yield { commit: run.head_sha, result: resultOf(job) };
      }
    }
  }

  /** Jobs of a run, those of its last attempt first. */
  private async jobsOf(run: number): Promise<readonly Job[]> {
    const known = this.jobs.get(run) ?? this.rest.all(`${this.path()}/actions/runs/${run}/jobs?filter=all`, "jobs");
    this.jobs.set(run, known);
    return ((await known) as Job[]).toSorted((a, b) => b.run_attempt - a.run_attempt);
  }

  public async comments(pullRequest: number): Promise<readonly Text[]> {
    const comments = (await this.rest.all(`${this.path()}/issues/${pullRequest}/comments`)) as Comment[];
    return comments.filter(({ user }) => user?.login === OWN_NAME);
  }

  public async addComment(pullRequest: number, body: string): Promise<void> {
    await this.rest.ask("POST", `${this.path()}/issues/${pullRequest}/comments`, { body });
  }

  public async editComment(_pullRequest: number, id: number, body: string): Promise<void> {
    await this.rest.ask("PATCH", `${this.path()}/issues/comments/${id}`, { body });
  }

  /** The open issue of the scripts' own that begins with a marker; undefined where there is none. */
  public async ownIssue(marker: string): Promise<Text | undefined> {
    const issues = (await this.rest.all(`${this.path()}/issues?state=open`)) as Issue[];
    const found = issues.find(
      ({ user, body, pull_request: pullRequest }) =>
        user?.login === OWN_NAME && pullRequest === undefined && (body as string | null)?.startsWith(marker),
    );
    return found && { id: found.number, body: found.body };
  }

  public async openIssue(title: string, body: string): Promise<void> {
    await this.rest.ask("POST", `${this.path()}/issues`, { title, body });
  }

  public async editIssue(number: number, change: { title?: string; body?: string; state?: "closed" }): Promise<void> {
    await this.rest.ask("PATCH", `${this.path()}/issues/${number}`, change);
  }

  private path(): string {
    return `/repos/${this.repository}`;
  }
}
