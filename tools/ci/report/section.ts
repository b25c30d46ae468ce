import { renderDiffMarkdown } from "../../../automation/render/diff-markdown";
import { cell, inCode } from "../../../automation/render/markdown";
import { count } from "../../../automation/render/text";
import { duration } from "../../../automation/render/units";
import type { Cost, Rehearsal, StackReport, Survival } from "./document";
import { diffReport } from "./document";

/** How much of a stack's section is left out, for a comment has a limit: nothing, the floor plan, single resources too, all but its first line. */
export type Shortening = 0 | 1 | 2 | 3;

/** What the first that is left out at each degree is called. */
export const LEFT_OUT: Readonly<Record<Exclude<Shortening, 0>, string>> = {
  1: "the floor plan",
  2: "the floor plan and single resources",
  3: "everything but the first line",
};

/** Findings that are told in full. */
const FINDINGS = 10;

/** One stack's section of the comment. It begins with the marker and the heading of `lab diff --markdown`. */
export function section(report: StackReport, shortening: Shortening): string {
  const [marker = "", heading = "", ...rest] = diffLines(report);
  if (shortening === 3) return [marker, heading].join("\n");
  return [
    marker,
    heading,
    ...problemLines(report),
    ...(shortening === 2 ? withoutDetails(rest) : rest),
    ...facts(report),
    ...(shortening === 0 ? picture(report) : []),
  ].join("\n");
}

function diffLines(report: StackReport): string[] {
  const diff = diffReport(report);
  if (diff === undefined) {
    return [`<!-- lab diff ${report.stack} -->`, `### :no_entry: ${cell(report.stack)}: not compared`];
  }
  return renderDiffMarkdown(diff);
}

function problemLines({ problems }: StackReport): string[] {
  return problems.flatMap((problem) => ["", "```text", ...problem.replaceAll("`", "'").split("\n"), "```"]);
}

/** Tables are kept: they hold the dangers. */
function withoutDetails(lines: readonly string[]): string[] {
  let inside = false;
  return lines.filter((line) => {
    if (line.startsWith("<details>")) inside = true;
    const isKept = !inside;
    if (line === "</details>") inside = false;
    return isKept;
  });
}

/** Verdicts, a line each. */
function facts(report: StackReport): string[] {
  const { survival, costs, unpriced, rehearsal, update } = report;
  const lines = [
    // Without a floor plan there was no plan, and nobody looked for findings.
    ...(report.picture === null ? [] : findingLines(report)),
    ...(survival ? [survivalLine(survival), ...survivalChanges(survival)] : []),
    ...costs.map(costLine),
    ...(unpriced.length > 0 ? [`- **Without a price**, in no sum: ${unpriced.map(cell).join(", ")}`] : []),
    ...(rehearsal ? [`- **Rehearsal** of all of it from nothing: ${rehearsalText(rehearsal)}`] : []),
    ...(update ? [`- **Rehearsal** of this change: ${rehearsalText(update)}`] : []),
  ];
  return lines.length === 0 ? [] : ["", ...lines];
}

function findingLines({ findings, acknowledged }: StackReport): string[] {
  const of = (which: string): number => findings.filter(({ severity }) => severity === which).length;
  const counts = [count(of("error"), "error"), count(of("warning"), "warning"), `${acknowledged} acknowledged`].join(", ");
  const rest = findings.length - FINDINGS;
  return [
    `- **Findings**: ${counts}`,
    ...findings
      .slice(0, FINDINGS)
      .map(({ code, severity, path, message }) => `  - ${severity} \`${code}\` at \`${inCode(path)}\`: ${cell(message)}.`),
    ...(rest > 0 ? [`  - ${count(rest, "finding")} more`] : []),
  ];
}

const failureCounts = ({ survives, degraded, lost }: Survival["after"]): string =>
  `${survives} survived, ${degraded} with something missing, ${lost} lost`;

function survivalLine({ before, after }: Survival): string {
  const now = failureCounts(after);
  if (before === null || failureCounts(before) === now) return `- **Single failures**: ${now}`;
  return `- **Single failures**: ${failureCounts(before)} → ${now}`;
}

function survivalChanges({ before, changes }: Survival): string[] {
  if (before === null) return [];
  const word = (verdict: string | null): string => verdict ?? "not there";
  return changes.map((each) => `  - without ${cell(each.kind)} ${cell(each.name)}: ${word(each.before)} → ${word(each.after)}`);
}

type Range = Cost["after"]["purchase"];

function costLine({ currency, before, after }: Cost): string {
  const amount = ({ from, to }: Range): string => (from === to ? from : `${from} to ${to}`);
  const change = (of: "purchase" | "perMonth" | "overPeriod"): string => {
    const [then, now] = [before && amount(before[of]), amount(after[of])];
    return then === null || then === now ? now : `${then} → ${now}`;
  };
  const parts = [`once ${change("purchase")}`, `a month ${change("perMonth")}`, `over the period ${change("overPeriod")}`];
  return `- **Costs** in ${currency}: ${parts.join(", ")}`;
}

function rehearsalText({ result, summary, makespanSeconds, criticalPathSeconds, violations }: Rehearsal): string {
  const changes = Object.entries(summary)
    .filter(([operation, number]) => operation !== "same" && number > 0)
    .map(([operation, number]) => `${number} ${operation}`);
  if (result === "succeeded") {
    if (changes.length === 0) return "nothing to do";
    return `${changes.join(", ")} in ${duration(makespanSeconds)} of simulated time, at best ${duration(criticalPathSeconds)}`;
  }
  const broken = violations.map(({ rule, message }) => `\`${rule}\`: ${cell(message)}.`);
  return `:no_entry: it fails. ${broken.join(" ")}`.trimEnd();
}

function picture({ picture: lines }: StackReport): string[] {
  if (lines === null) return [];
  return ["", "<details><summary>floor plan</summary>", "", "```text", lines, "```", "", "</details>"];
}
