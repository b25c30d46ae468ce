import { required, setting } from "../environment";
import type { Forge, Text } from "./forge";
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

/** A repository on GitHub. */
export class GitHub implements Forge {
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

  public async deployedCommit(environment: string): Promise<string | undefined> {
    for await (const { sha, states } of this.deployments(environment)) if (states.includes("success")) return sha;
    return undefined;
  }

  public async isUnfinished(environment: string): Promise<boolean> {
    for await (const { states } of this.deployments(environment)) {
      if (states.includes("success")) return false;
      // One that was turned down never begins.
      if (states.includes("in_progress")) return true;
    }
    return false;
  }

  /** Deployments of an environment, newest first, with everything that was ever said of each. */
  private async *deployments(environment: string): AsyncGenerator<{ readonly sha: string; readonly states: readonly string[] }> {
    const query = `environment=${encodeURIComponent(environment)}`;
    for await (const found of this.rest.each(`${this.path()}/deployments?${query}`)) {
      const { id, sha } = found as { id: number; sha: string };
      const statuses = (await this.rest.ask("GET", `${this.path()}/deployments/${id}/statuses?per_page=100`)) as {
        state: string;
      }[];
      yield { sha, states: statuses.map(({ state }) => state) };
    }
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
