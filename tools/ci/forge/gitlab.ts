import { required, setting } from "../environment";
import type { Deployment, Forge, IsMerged, Text } from "./forge";
import { isLastUnfinished, lastDeployed } from "./forge";
import { Rest } from "./rest";

interface Note extends Text {
  readonly author: { readonly id: number };
  readonly system: boolean;
}

interface GitLabDeployment {
  readonly sha: string;
  readonly status: string;
  /** The job that made it; null for one that somebody wrote down. */
  readonly deployable: { readonly name: string; readonly ref: string; readonly tag: boolean } | null;
}

/** What became of a deployment, by its status; others have not begun. */
const RESULTS: Readonly<Record<string, Deployment["result"]>> = {
  success: "succeeded",
  running: "unfinished",
  failed: "unfinished",
  canceled: "unfinished",
};

/** A project on GitLab. */
export class GitLab implements Forge {
  constructor(
    private readonly rest: Rest,
    /** Its number. */
    private readonly project: string,
    /** The branch that is deployed from. */
    private readonly branch: string,
  ) {}

  /**
   * The project that the job belongs to. Notes take a token of the project (`LAB_GITLAB_TOKEN`, scope `api`); for the rest, that of the
   * job will do.
   */
  public static ofJob(): GitLab {
    const token = setting("LAB_GITLAB_TOKEN");
    const headers: Record<string, string> =
      token === undefined ? { "job-token": required("CI_JOB_TOKEN") } : { "private-token": token };
    return new GitLab(new Rest(required("CI_API_V4_URL"), headers), required("CI_PROJECT_ID"), required("CI_DEFAULT_BRANCH"));
  }

  public deployedCommit(stack: string, isMerged: IsMerged): Promise<string | undefined> {
    return lastDeployed(stack, this.deployments(stack), isMerged);
  }

  public isUnfinished(stack: string): Promise<boolean> {
    return isLastUnfinished(this.deployments(stack));
  }

  /** Deployments of a stack, newest first: those that the job of the default branch made. Others are written down by hand, or by another branch's job. */
  private async *deployments(stack: string): AsyncGenerator<Deployment> {
    const query = `environment=${encodeURIComponent(stack)}&order_by=id&sort=desc`;
    for await (const each of this.rest.each(`${this.path()}/deployments?${query}`)) {
      const { sha, status, deployable } = each as GitLabDeployment;
      if (!deployable || deployable.tag || deployable.ref !== this.branch || deployable.name !== `deploy ${stack}`) continue;
      yield { commit: sha, result: RESULTS[status] ?? "none" };
    }
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
