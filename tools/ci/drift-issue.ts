import { EXIT } from "../../automation/failure";
import { keepIssue } from "./drift";
import { setting } from "./environment";
import { GitHub } from "./forge/github";
import type { DriftReport } from "./report/document";
import { readReports, reportFolder } from "./report/files";
import { script } from "./script";

/** Keeps the one issue about drift. `LAB_REPORT_DIR`: folder of the reports; `LAB_STACKS`: JSON list of the stacks that there should be one of. */
script(async () => {
  const reports = readReports(reportFolder()).filter((each): each is DriftReport => each.kind === "drift");
  const stacks = JSON.parse(setting("LAB_STACKS") ?? "[]") as string[];
  process.stdout.write(`issue: ${await keepIssue(GitHub.ofJob(), reports, stacks, setting("RUN_URL"))}\n`);
  return EXIT.fine;
});
