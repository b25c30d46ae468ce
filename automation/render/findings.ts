import type { Finding, Severity } from "../../planner/plan";
import type { Style } from "./style";
import { count, hang } from "./text";

const ORDER: readonly Severity[] = ["error", "warning", "info"];

/** Every finding with its remedy, those that stop the plan first; acknowledged ones dim, last and with their reason. */
export function renderFindings(findings: readonly Finding[], style: Style): string[] {
  const open = findings.filter((finding) => finding.acknowledged === undefined);
  const acknowledged = findings.filter((finding) => finding.acknowledged !== undefined);
  return [...bySeverity(open), ...bySeverity(acknowledged)].flatMap((finding) => renderFinding(finding, style));
}

/** Sorted by severity; within one, the planner's order stays. */
function bySeverity(findings: readonly Finding[]): Finding[] {
  return ORDER.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
}

function renderFinding(finding: Finding, style: Style): string[] {
  const { glyphs, colors, safe, columns } = style;
  const reason = finding.acknowledged;
  const mark = reason === undefined ? markOf(finding.severity, style) : glyphs.ok;
  const shade = reason === undefined ? shadeOf(finding.severity, style) : colors.dim;
  const indent = " ".repeat(mark.length + 1);
  const [head = "", ...more] = hang(`${mark} `, `${finding.severity} ${safe(finding.code)} at ${safe(finding.path)}`, columns);
  const message = hang(indent, safe(finding.message), columns);
  if (reason !== undefined) {
    return [head, ...more, ...message, ...hang(`${indent}acknowledged: `, safe(reason), columns)].map(shade);
  }
  const remedy = hang(`${indent}${glyphs.arrow} `, safe(finding.remedy), columns);
  return [shade(head), ...more.map(shade), ...message, ...remedy.map((line) => colors.dim(line))];
}

function markOf(severity: Severity, { glyphs }: Style): string {
  return { error: glyphs.bad, warning: glyphs.warning, info: glyphs.info }[severity];
}

function shadeOf(severity: Severity, { colors }: Style): (text: string) => string {
  return { error: colors.red, warning: colors.yellow, info: colors.cyan }[severity];
}

/** One line: what stops the plan, what else there is, what was acknowledged. */
export function summarizeFindings(findings: readonly Finding[], { glyphs, colors }: Style): string {
  const open = (severity: Severity): number =>
    findings.filter((finding) => finding.severity === severity && finding.acknowledged === undefined).length;
  const acknowledged = findings.filter((finding) => finding.acknowledged !== undefined).length;
  const errors = open("error");
  const others = [
    open("warning") > 0 ? count(open("warning"), "warning") : "",
    open("info") > 0 ? `${open("info")} for information` : "",
    acknowledged > 0 ? `${acknowledged} acknowledged` : "",
  ].filter((part) => part !== "");
  const verdict =
    errors > 0
      ? colors.red(`${glyphs.bad} ${count(errors, "error")} ${errors === 1 ? "stops" : "stop"} this plan`)
      : colors.green(`${glyphs.ok} nothing stops this plan`);
  return [verdict, ...others].join(` ${glyphs.dot} `);
}
