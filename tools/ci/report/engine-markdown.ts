import { cell } from "../../../automation/render/markdown";
import { count } from "../../../automation/render/text";
import type { DriftReport, PreviewReport } from "./document";
import type { Surroundings } from "./markdown";

/** By which the comment of previews, and the issue of drift, are found. */
export const PREVIEW_MARKER = "<!-- lab preview -->";
export const DRIFT_MARKER = "<!-- lab drift -->";

/** So many changes of a stack are listed. */
const CHANGES = 40;

type EngineReport = PreviewReport | DriftReport;

/** The comment of previews against what is really there. */
export function previewMarkdown(reports: readonly PreviewReport[], { runUrl }: Surroundings = {}): string {
  const failed = reports.filter(({ result }) => result === "failed").length;
  const verdict =
    failed === 0 ? `:white_check_mark: ${count(reports.length, "preview")}` : `:no_entry: ${count(failed, "preview")} failed`;
  const how = `Previewed by the real engine against what is there, at ${commits(reports)}.${link(runUrl)}`;
  return page(PREVIEW_MARKER, [`## ${verdict}`, "", how, ...reports.flatMap((each) => section(each, "nothing would change"))]);
}

/** The issue of what is otherwise than the state says. */
export function driftMarkdown(reports: readonly DriftReport[], { runUrl }: Surroundings = {}): string {
  const how = `What is there was compared with the state, at ${commits(reports)}. Nothing was changed.${link(runUrl)}`;
  const then =
    "An update sets back what the program says; `lab refresh <stack>` takes over what is there. This issue closes itself.";
  return page(DRIFT_MARKER, [how, ...reports.flatMap((each) => section(each, "as the state says")), "", then]);
}

function page(marker: string, lines: readonly string[]): string {
  return `${[marker, ...lines].join("\n")}\n`;
}

function commits(reports: readonly EngineReport[]): string {
  return [...new Set(reports.map(({ commit }) => `\`${commit.slice(0, 10)}\``))].join(", ");
}

function link(runUrl: string | undefined): string {
  return runUrl === undefined ? "" : ` [The run](${runUrl}) has the rest.`;
}

function section({ stack, result, problem, changes }: EngineReport, nothing: string): string[] {
  const heading = `### ${cell(stack)}: `;
  if (result === "failed") return ["", `${heading}:no_entry: ${cell(problem ?? "it failed")}`];
  const rest = changes.length - CHANGES;
  return [
    "",
    `${heading}${changes.length === 0 ? nothing : countsOf(changes)}`,
    ...(changes.length === 0 ? [] : [""]),
    ...changes.slice(0, CHANGES).map(line),
    ...(rest > 0 ? [`- ${rest} more`] : []),
  ];
}

function line({ operation, type, name, properties }: EngineReport["changes"][number]): string {
  const what = properties.length === 0 ? "" : `: ${properties.slice(0, 12).map(cell).join(", ")}`;
  return `- ${operation} ${type.split(":").at(-1) ?? type} **${cell(name)}**${what}`;
}

function countsOf(changes: EngineReport["changes"]): string {
  const numbers = new Map<string, number>();
  for (const { operation } of changes) numbers.set(operation, (numbers.get(operation) ?? 0) + 1);
  return [...numbers].map(([operation, number]) => `${number} ${operation}`).join(", ");
}
