import { EXIT } from "../../automation/failure";
import { required, setting } from "./environment";
import { GitHub } from "./forge/github";
import { GitLab } from "./forge/gitlab";
import { commentOnGitHub, commentOnGitLab } from "./pull-request-comment";
import { readReports, reportFolder } from "./report/files";
import { script } from "./script";

/**
 * Keeps the comment of a pull request. On GitHub this is the only step with the right to write: it runs the code of the default branch, after
 * the workflow that found out what to say.
 *
 * `LAB_REPORT_DIR`: folder of the reports. GitHub: `HEAD_REPOSITORY`, `HEAD_BRANCH`, `HEAD_SHA`, `HEAD_WORKFLOW`, `HEAD_CONCLUSION` of the run that
 * wrote them, or ended before it could.
 */
script(async () => {
  const done = setting("GITLAB_CI") === undefined ? await onGitHub() : await onGitLab();
  process.stdout.write(`${done.join("\n")}\n`);
  return EXIT.fine;
});

function onGitHub(): Promise<string[]> {
  const run = {
    headRepository: required("HEAD_REPOSITORY"),
    headBranch: required("HEAD_BRANCH"),
    headCommit: required("HEAD_SHA"),
    workflow: required("HEAD_WORKFLOW"),
    conclusion: required("HEAD_CONCLUSION"),
  };
  return commentOnGitHub(GitHub.ofJob(), run, readReports(reportFolder()));
}

async function onGitLab(): Promise<string[]> {
  if (setting("LAB_GITLAB_TOKEN") === undefined) return ["LAB_GITLAB_TOKEN is not set: no note (docs/ci.md)"];
  const mergeRequest = Number(required("CI_MERGE_REQUEST_IID"));
  return commentOnGitLab(GitLab.ofJob(), mergeRequest, required("LAB_COMMIT"), readReports(reportFolder()));
}
