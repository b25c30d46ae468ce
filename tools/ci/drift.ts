import type { GitHub } from "./forge/github";
import type { DriftReport } from "./report/document";
import { DRIFT_MARKER, driftMarkdown } from "./report/engine-markdown";

/** So many stacks are in the title, which may have 256 characters. */
const NAMED = 5;
const TITLE = 250;

/**
 * Keeps the one issue about drift: opened or edited when something drifted or could not be looked at, closed when all is as the state says.
 *
 * @param stacks that were to be looked at: one without a report was not
 * @returns what was done
 */
export async function keepIssue(
  github: GitHub,
  reported: readonly DriftReport[],
  stacks: readonly string[],
  runUrl: string | undefined,
): Promise<"opened" | "edited" | "closed" | "none"> {
  const missing = stacks.filter((stack) => !reported.some((each) => each.stack === stack));
  const reports = [...reported, ...missing.map(unseen)];
  const odd = reports.filter(({ result, changes }) => result === "failed" || changes.length > 0);
  const issue = await github.ownIssue(DRIFT_MARKER);
  const body = driftMarkdown(reports, { runUrl });
  const title = titleOf(odd.map(({ stack }) => stack));
  if (odd.length > 0 && issue) {
    await github.editIssue(issue.id, { title, body });
    return "edited";
  }
  if (odd.length > 0) {
    await github.openIssue(title, body);
    return "opened";
  }
  // Without a report nobody has looked.
  if (!issue || reports.length === 0) return "none";
  await github.editIssue(issue.id, { body, state: "closed" });
  return "closed";
}

/** What is known of a stack whose job ended before it could say anything. */
function unseen(stack: string): DriftReport {
  const problem = "it was not looked at: its job ended without a report";
  return { kind: "drift", commit: "", stack, result: "failed", problem, changes: [] };
}

function titleOf(stacks: readonly string[]): string {
  const rest = stacks.length - NAMED;
  const title = `Drift: ${stacks.slice(0, NAMED).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
  return title.length > TITLE ? `${title.slice(0, TITLE)}…` : title;
}
