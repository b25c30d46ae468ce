import { EXIT } from "../../automation/failure";
import { keepIssue } from "./drift";
import { setting } from "./environment";
import { GitHub } from "./forge/github";
import type { DriftReport } from "./report/document";
import { readReports, reportFolder } from "./report/files";
import { script } from "./script";

/** Keeps the one issue about drift. `LAB_REPORT_DIR`: folder of the reports of all stacks. */
script(async () => {
  const reports = readReports(reportFolder()).filter((each): each is DriftReport => each.kind === "drift");
  process.stdout.write(`issue: ${await keepIssue(GitHub.ofJob(), reports, setting("RUN_URL"))}\n`);
  return EXIT.fine;
});
