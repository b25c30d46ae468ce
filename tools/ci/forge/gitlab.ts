import { required, setting } from "../environment";
import type { Forge, Text } from "./forge";
import { Rest } from "./rest";

interface Note extends Text {
  readonly author: { readonly id: number };
  readonly system: boolean;
}

/** A project on GitLab. */
export class GitLab implements Forge {
  constructor(
    private readonly rest: Rest,
    /** Its number. */
    private readonly project: string,
  ) {}

  /**
   * The project that the job belongs to. Notes take a token of the project (`LAB_GITLAB_TOKEN`, scope `api`); for the rest, that of the
   * job will do.
   */
  public static ofJob(): GitLab {
    const token = setting("LAB_GITLAB_TOKEN");
    const headers: Record<string, string> =
      token === undefined ? { "job-token": required("CI_JOB_TOKEN") } : { "private-token": token };
    return new GitLab(new Rest(required("CI_API_V4_URL"), headers), required("CI_PROJECT_ID"));
  }

  public async deployedCommit(environment: string): Promise<string | undefined> {
    const query = `environment=${encodeURIComponent(environment)}&status=success&order_by=id&sort=desc&per_page=1`;
    const [last] = (await this.rest.ask("GET", `${this.path()}/deployments?${query}`)) as { sha: string }[];
    return last?.sha;
  }

  public async isUnfinished(environment: string): Promise<boolean> {
    const query = `environment=${encodeURIComponent(environment)}&order_by=id&sort=desc&per_page=1`;
    const [last] = (await this.rest.ask("GET", `${this.path()}/deployments?${query}`)) as { status: string }[];
    return last !== undefined && ["running", "failed", "canceled"].includes(last.status);
  }

  public async comments(mergeRequest: number): Promise<readonly Text[]> {
    const { id: own } = (await this.rest.ask("GET", "/user")) as { id: number };
    const notes = (await this.rest.all(`${this.path()}/merge_requests/${mergeRequest}/notes?sort=asc`)) as Note[];
    return notes.filter(({ author, system }) => author.id === own && !system);
  }

  public async addComment(mergeRequest: number, body: string): Promise<void> {
    await this.rest.ask("POST", `${this.path()}/merge_requests/${mergeRequest}/notes`, { body });
  }

  public async editComment(mergeRequest: number, id: number, body: string): Promise<void> {
    await this.rest.ask("PUT", `${this.path()}/merge_requests/${mergeRequest}/notes/${id}`, { body });
  }

  private path(): string {
    return `/projects/${encodeURIComponent(this.project)}`;
  }
}
