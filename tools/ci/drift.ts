import type { GitHub } from "./forge/github";
import type { DriftReport } from "./report/document";
import { DRIFT_MARKER, driftMarkdown } from "./report/engine-markdown";

/**
 * Keeps the one issue about drift: opened or edited when something drifted or could not be looked at, closed when all is as the state says.
 *
 * @returns what was done
 */
export async function keepIssue(
  github: GitHub,
  reports: readonly DriftReport[],
  runUrl: string | undefined,
): Promise<"opened" | "edited" | "closed" | "none"> {
  const odd = reports.filter(({ result, changes }) => result === "failed" || changes.length > 0);
  const issue = await github.ownIssue(DRIFT_MARKER);
  const body = driftMarkdown(reports, { runUrl });
  const title = `Drift: ${odd.map(({ stack }) => stack).join(", ")}`;
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
