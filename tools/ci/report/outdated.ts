import { inCode } from "../../../automation/render/markdown";
import { PREVIEW_MARKER } from "./engine-markdown";
import { CHECK_MARKER } from "./markdown";

/** By which the comment of each workflow is found. */
export const MARKERS: Readonly<Record<string, string>> = { check: CHECK_MARKER, preview: PREVIEW_MARKER };

const SHORT = 10;
/** Lines of a comment that are the scripts' own and say which commit it is about. */
const HEAD = 4;

/** A run that wrote no report. */
export interface SilentRun {
  /** Name of the workflow. */
  readonly workflow: string;
  readonly commit: string;
  /** How it ended, for instance `failure`. */
  readonly conclusion: string;
  readonly runUrl?: string | undefined;
}

/** Whether a comment is about a commit, whatever it says of it: the first that it names. */
export function isAbout(body: string, commit: string): boolean {
  const head = body.split("\n").slice(0, HEAD).join("\n");
  return /`([0-9a-f]{10})`/.exec(head)?.[1] === commit.slice(0, SHORT);
}

/** What takes the place of a comment about an earlier commit: nothing is known of this one. */
export function outdatedMarkdown(marker: string, { workflow, commit, conclusion, runUrl }: SilentRun): string {
  const run = runUrl === undefined ? "" : ` [The run](${runUrl}) says more.`;
  const isFine = conclusion === "success" || conclusion === "skipped";
  const verdict = isFine ? "Nothing to say of the last commit" : ":no_entry: Nothing is known of the last commit";
  const ended = `\`${inCode(workflow)}\` ended (${inCode(conclusion)}) without a report about \`${commit.slice(0, SHORT)}\``;
  const before = "what stood here was about an earlier one";
  return [marker, `## ${verdict}`, "", `${ended}; ${before}.${run}`, ""].join("\n");
}
