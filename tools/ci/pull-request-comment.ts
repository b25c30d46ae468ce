import { EXIT, Failure } from "../../automation/failure";
import { setting } from "./environment";
import type { Forge } from "./forge/forge";
import { keepComment } from "./forge/forge";
import type { GitHub } from "./forge/github";
import { stacksAmong } from "./affected";
import type { CheckReport, PreviewReport, Report } from "./report/document";
import { PREVIEW_MARKER, previewMarkdown } from "./report/engine-markdown";
import { CHECK_MARKER, checkMarkdown } from "./report/markdown";
import { MARKERS, isAbout, outdatedMarkdown } from "./report/outdated";
import type { SilentRun } from "./report/outdated";
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
  /** How it ended, for instance `success`, `failure`, `cancelled`; of `check`, it fails on what may not be merged as well. */
  readonly conclusion: string;
}

/**
 * Keeps the comments of the pull requests that a run was for, and answers what was done. Which they are GitHub tells, never a report.
 *
 * @throws {Failure} `invalid-report` for one about another commit
 */
export async function commentOnGitHub(github: GitHub, run: Run, reports: readonly Report[]): Promise<string[]> {
  const { headRepository, headBranch, headCommit, workflow, conclusion } = run;
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
    done.push(...(await keep(github, number, told, { ownCode, isIncomplete: isIncomplete(told, conclusion) })));
    if (told.length === 0)
      done.push(...(await outdate(github, number, { workflow, conclusion, commit: headCommit, runUrl: setting("RUN_URL") })));
  }
  return done;
}

/**
 * Has a comment about another commit say that nobody knows about this one: what it says would pass for what is true of it. Where there is none, nothing is
 * said: the checks of a pull request tell of a run that failed.
 */
async function outdate(forge: Forge, pullRequest: number, run: SilentRun): Promise<string[]> {
  const marker = MARKERS[run.workflow];
  if (marker === undefined) return [];
  const found = (await forge.comments(pullRequest)).find(({ body }) => body.startsWith(marker));
  if (found === undefined || isAbout(found.body, run.commit)) return [];
  await forge.editComment(pullRequest, found.id, outdatedMarkdown(marker, run));
  return [`comment of ${pullRequest}: outdated`];
}

/** Keeps the notes of a merge request, whose own pipeline this is. */
export async function commentOnGitLab(
  forge: Forge,
  mergeRequest: number,
  commit: string,
  reports: readonly Report[],
): Promise<string[]> {
  const told = about(commit, reports);
  if (told.length > 0) return keep(forge, mergeRequest, told, { ownCode: false, isIncomplete: false });
  const done = await outdate(forge, mergeRequest, {
    workflow: "check",
    conclusion: "failed",
    commit,
    runUrl: setting("RUN_URL"),
  });
  return done.length > 0 ? done : ["there is no report: nothing to say"];
}

/** Whether a run failed though nothing that it reported did: then a job of it ended before it had a report. What is wrong with a check is in it. */
function isIncomplete(reports: readonly Report[], conclusion: string): boolean {
  const previews = reports.filter((each) => each.kind === "preview");
  return conclusion !== "success" && previews.length > 0 && previews.every(({ result }) => result === "succeeded");
}

/** What is known of reports beside them. */
interface Known {
  readonly ownCode: boolean;
  readonly isIncomplete: boolean;
}

async function keep(forge: Forge, pullRequest: number, reports: readonly Report[], known: Known): Promise<string[]> {
  const done: string[] = [];
  for (const { marker, body, isWorthOne } of commentsOf(reports, known)) {
    done.push(`comment of ${pullRequest}: ${await keepComment(forge, pullRequest, marker, body, isWorthOne)}`);
  }
  return done;
}

interface Comment {
  readonly marker: string;
  readonly body: string;
  readonly isWorthOne: boolean;
}

function commentsOf(reports: readonly Report[], { ownCode, isIncomplete: incomplete }: Known): Comment[] {
  const runUrl = setting("RUN_URL");
  const check = reports.find((each): each is CheckReport => each.kind === "check");
  const previews = reports.filter((each): each is PreviewReport => each.kind === "preview");
  return [
    ...(check
      ? [{ marker: CHECK_MARKER, body: checkMarkdown(check, { runUrl, ownCode }), isWorthOne: check.stacks.length > 0 }]
      : []),
    ...(previews.length > 0
      ? [{ marker: PREVIEW_MARKER, body: previewMarkdown(previews, { runUrl, isIncomplete: incomplete }), isWorthOne: true }]
      : []),
  ];
}

/** Reports about a certain commit; others are somebody's mistake, or attempt. */
function about(commit: string, reports: readonly Report[]): readonly Report[] {
  const other = reports.find((each) => each.commit !== commit);
  if (other === undefined) return reports;
  const reason = `a report is about ${other.commit}, the run about ${commit}`;
  throw new Failure("invalid-report", `${reason}: nothing of it is believed`, EXIT.usage);
}
