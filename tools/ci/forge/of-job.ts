import { EXIT, Failure } from "../../../automation/failure";
import { setting } from "../environment";
import type { Forge } from "./forge";
import { DEPLOYS, GitHub } from "./github";
import { GitLab } from "./gitlab";

/**
 * The forge that the job runs for.
 *
 * @throws {Failure} `unknown-forge`
 */
export function forgeOfJob(): Forge {
  if (setting("GITHUB_ACTIONS") !== undefined) return GitHub.ofJob();
  if (setting("GITLAB_CI") !== undefined) return GitLab.ofJob();
  throw new Failure("unknown-forge", "neither GITHUB_ACTIONS nor GITLAB_CI is set: this runs in a job of CI only", EXIT.usage);
}

/** The branch that is deployed from. */
export function defaultBranch(): string {
  return setting("CI_DEFAULT_BRANCH") ?? DEPLOYS.branch;
}
