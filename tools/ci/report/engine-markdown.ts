import { cell } from "../../../automation/render/markdown";
import { count } from "../../../automation/render/text";
import type { DriftReport, PreviewReport } from "./document";
import type { Surroundings } from "./markdown";
import { LIMIT_BYTES } from "./markdown";

/** By which the comment of previews, and the issue of drift, are found. */
export const PREVIEW_MARKER = "<!-- lab preview -->";
export const DRIFT_MARKER = "<!-- lab drift -->";

/** So many changes of a stack are listed; fewer where the text would be longer than a forge takes. */
const CHANGES = [40, 10, 3, 0] as const;

type EngineReport = PreviewReport | DriftReport;

/** The comment of previews against what is really there. */
export function previewMarkdown(
  reports: readonly PreviewReport[],
  { runUrl, limitBytes, isIncomplete = false }: Surroundings = {},
): string {
  const failed = reports.filter(({ result }) => result === "failed").length;
  const fine = isIncomplete
    ? ":no_entry: Not every stack was previewed"
    : `:white_check_mark: ${count(reports.length, "preview")}`;
  const verdict = failed === 0 ? fine : `:no_entry: ${count(failed, "preview")} failed`;
  const how = `Previewed by the real engine against what is there${commits(reports)}.${link(runUrl)}`;
  return page({ head: [PREVIEW_MARKER, `## ${verdict}`, "", how], reports, nothing: "nothing would change", limitBytes });
}

/** The issue of what is otherwise than the state says. */
export function driftMarkdown(reports: readonly DriftReport[], { runUrl, limitBytes }: Surroundings = {}): string {
  const how = `What is there was compared with the state${commits(reports)}. Nothing was changed.${link(runUrl)}`;
  const then =
    "An update sets back what the program says; `lab refresh <stack>` takes over what is there. This issue closes itself.";
  return page({ head: [DRIFT_MARKER, how], reports, nothing: "as the state says", tail: ["", then], limitBytes });
}

interface Page {
  readonly head: readonly string[];
  readonly reports: readonly EngineReport[];
  /** What is said of a stack without changes. */
  readonly nothing: string;
  readonly tail?: readonly string[];
  readonly limitBytes?: number | undefined;
}

/** A text that a forge takes: single changes are left out first, then stacks, and it says so. */
function page({ head, reports, nothing, tail = [], limitBytes = LIMIT_BYTES }: Page): string {
  const written = (most: number, stacks = reports.length): string => {
    const rest = reports.length - stacks;
    const left = rest > 0 ? ["", `${count(rest, "stack")} more: the page of the run has them.`] : [];
    return `${[...head, ...reports.slice(0, stacks).flatMap((each) => section(each, nothing, most)), ...left, ...tail].join("\n")}\n`;
  };
  const fits = (text: string): boolean => Buffer.byteLength(text) <= limitBytes;
  const whole = CHANGES.map((most) => written(most)).find(fits);
  if (whole !== undefined) return whole;
  let stacks = reports.length;
  while (stacks > 0 && !fits(written(0, stacks))) stacks--;
  return written(0, stacks);
}

function commits(reports: readonly EngineReport[]): string {
  const names = [...new Set(reports.flatMap(({ commit }) => (commit === "" ? [] : [`\`${commit.slice(0, 10)}\``])))];
  return names.length === 0 ? "" : `, at ${names.join(", ")}`;
}

function link(runUrl: string | undefined): string {
  return runUrl === undefined ? "" : ` [The run](${runUrl}) has the rest.`;
}

function section({ stack, result, problem, changes }: EngineReport, nothing: string, most: number): string[] {
  const heading = `### ${cell(stack)}: `;
  if (result === "failed") return ["", `${heading}:no_entry: ${cell(problem ?? "it failed")}`];
  const rest = changes.length - most;
  return [
    "",
    `${heading}${changes.length === 0 ? nothing : countsOf(changes)}`,
    ...(changes.length === 0 || most === 0 ? [] : [""]),
    ...changes.slice(0, most).map(line),
    ...(rest > 0 && most > 0 ? [`- ${rest} more`] : []),
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
