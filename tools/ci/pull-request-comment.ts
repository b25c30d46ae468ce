import { EXIT, Failure } from "../../automation/failure";
import { setting } from "./environment";
import type { Forge } from "./forge/forge";
import { keepComment } from "./forge/forge";
import type { GitHub } from "./forge/github";
import { stacksAmong } from "./affected";
import type { CheckReport, PreviewReport, Report } from "./report/document";
import { PREVIEW_MARKER, previewMarkdown } from "./report/engine-markdown";
import { CHECK_MARKER, checkMarkdown } from "./report/markdown";
import { MOST_OF_NAME, plainText } from "./report/text";

/** GitHub names so many files of a pull request: behind them there may be others. */
const MOST_FILES = 3_000;

/** The run of a workflow that wrote reports, as GitHub itself tells it. */
export interface Run {
  /** For instance `somebody/platform`. */
  readonly headRepository: string;
  readonly headBranch: string;
  readonly headCommit: string;
  /** Name of the workflow: `check` or `preview`. */
  readonly workflow: string;
}

/**
 * Keeps the comments of the pull requests that a run was for, and answers what was done. Which they are GitHub tells, never a report.
 *
 * @throws {Failure} `invalid-report` for one about another commit
 */
export async function commentOnGitHub(github: GitHub, run: Run, reports: readonly Report[]): Promise<string[]> {
  const { headRepository, headBranch, headCommit, workflow } = run;
  // A fork chooses what its runs write, and has no previews: only this repository's branches have the credentials for them. Nor has Dependabot, whose
  // branches are among those: so no workflow says what another one is for.
  const believed = reports.filter(({ kind }) => kind === workflow && (kind === "check" || headRepository === github.repository));
  const told = about(headCommit, believed);
  const open = await github.pullRequests(headRepository, headBranch, headCommit);
  const meant = open.filter(({ base }) =>
    told.every((each) => each.kind !== "check" || each.base.ref === plainText(base.ref, MOST_OF_NAME)),
  );
  if (meant.length === 0) return ["no open pull request has this commit as its last: nothing to say"];
  const done: string[] = [];
  for (const { number } of meant) {
    const names = await github.changedFiles(number);
    const ownCode = names.length >= MOST_FILES || stacksAmong(names).length < names.length;
    done.push(...(await keep(github, number, told, ownCode)));
  }
  return done;
}

/** Keeps the notes of a merge request, whose own pipeline this is. */
export function commentOnGitLab(
  forge: Forge,
  mergeRequest: number,
  commit: string,
  reports: readonly Report[],
): Promise<string[]> {
  return keep(forge, mergeRequest, about(commit, reports), false);
}

async function keep(forge: Forge, pullRequest: number, reports: readonly Report[], ownCode: boolean): Promise<string[]> {
  const done: string[] = [];
  for (const { marker, body, isWorthOne } of commentsOf(reports, ownCode)) {
    done.push(`comment of ${pullRequest}: ${await keepComment(forge, pullRequest, marker, body, isWorthOne)}`);
  }
  return done;
}

interface Comment {
  readonly marker: string;
  readonly body: string;
  readonly isWorthOne: boolean;
}

function commentsOf(reports: readonly Report[], ownCode: boolean): Comment[] {
  const runUrl = setting("RUN_URL");
  const check = reports.find((each): each is CheckReport => each.kind === "check");
  const previews = reports.filter((each): each is PreviewReport => each.kind === "preview");
  return [
    ...(check
      ? [{ marker: CHECK_MARKER, body: checkMarkdown(check, { runUrl, ownCode }), isWorthOne: check.stacks.length > 0 }]
      : []),
    ...(previews.length > 0 ? [{ marker: PREVIEW_MARKER, body: previewMarkdown(previews, { runUrl }), isWorthOne: true }] : []),
  ];
}

/** Reports about a certain commit; others are somebody's mistake, or attempt. */
function about(commit: string, reports: readonly Report[]): readonly Report[] {
  const other = reports.find((each) => each.commit !== commit);
  if (other === undefined) return reports;
  const reason = `a report is about ${other.commit}, the run about ${commit}`;
  throw new Failure("invalid-report", `${reason}: nothing of it is believed`, EXIT.usage);
}
