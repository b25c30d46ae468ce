import { EXIT, Failure } from "../../automation/failure";
import { required, setting, summary } from "./environment";
import { labLive } from "./lab";
import type { DriftReport, PreviewReport } from "./report/document";
import { engineReport } from "./report/engine";
import { driftMarkdown, previewMarkdown } from "./report/engine-markdown";
import { writeReport } from "./report/files";
import { Repository } from "./repository";
import { script } from "./script";

/**
 * Asks the real engine about a stack and writes what a comment (`preview`) or an issue (`drift`) says of it.
 *
 * `STACK`: the stack. `LAB_COMMIT`: what the report says was looked at. @default HEAD
 */
script(async () => {
  const stack = required("STACK");
  const commit = setting("LAB_COMMIT") ?? new Repository().commit("HEAD") ?? "";
  const what = process.argv[2];
  if (what === "preview") {
    const found = engineReport(await labLive(["preview", stack, "--refresh", "--policy", "--install-cli"]));
    const report: PreviewReport = { kind: "preview", commit, stack, ...found };
    return told(report, previewMarkdown([report]), EXIT.fine);
  }
  if (what === "drift") {
    const found = engineReport(await labLive(["refresh", stack, "--preview-only", "--expect-no-changes", "--install-cli"]));
    const report: DriftReport = { kind: "drift", commit, stack, ...found };
    return told(report, driftMarkdown([report]), report.changes.length > 0 ? EXIT.failed : EXIT.fine);
  }
  throw new Failure("usage", `${what ?? "nothing"}: preview or drift`, EXIT.usage);
});

function told(report: PreviewReport | DriftReport, markdown: string, code: number): number {
  writeReport(`${report.kind}-${report.stack}`, report);
  summary(markdown);
  process.stdout.write(markdown);
  return report.result === "failed" ? EXIT.failed : code;
}
