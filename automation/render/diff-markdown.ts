import { DANGERS } from "../../config/dangers";
import { isOpen } from "../blast-radius/judge";
import type { DiffReport, Group, ReportedResource } from "../blast-radius/report";
import { GROUPS } from "../blast-radius/report";
import type { DangerGroup } from "./dangers";
import { grouped, verdictOf } from "./dangers";
import { countsOf } from "./diff";
import { cell, inCode, sentence } from "./markdown";
import { count } from "./text";
import { kind } from "./timeline";

/** So many resources of a group, and values of a resource, are shown: comments have a limit, and readers as well. */
const RESOURCES = 40;
const CHANGES = 12;
const VALUE = 80;

/** A change as a comment of a pull request. The same change gives the same bytes: CI finds its comment by the marker and edits it. */
export function renderDiffMarkdown(report: DiffReport): string[] {
  const { stack, base, notes, dangers, unusedConsents, summary, resources } = report;
  const changes = resources.length === 0 ? "nothing changes" : countsOf(resources);
  const sign = dangers.some(isOpen) ? ":no_entry:" : dangers.length > 0 ? ":warning:" : ":white_check_mark:";
  return [
    `<!-- lab diff ${stack} -->`,
    `### ${sign} ${cell(stack)}: ${changes}; ${verdictOf(dangers)}`,
    "",
    `Compared with ${cell(base.shown)}. ${count(summary.same, "resource")} unchanged.${notes.map((note) => ` ${sentence(note)}`).join("")}`,
    ...table(grouped(dangers)),
    ...GROUPS.flatMap((group) => details(group, resources)),
    ...unusedConsents.flatMap(({ danger, of }) => [
      "",
      `Consent to \`${danger}\`${of === undefined ? "" : ` of \`${cell(of)}\``} is not needed: take it out, before it lets something pass.`,
    ]),
  ];
}

function table(groups: readonly DangerGroup[]): string[] {
  if (groups.length === 0) return [];
  return [
    "",
    "| | danger | of | what happens | what follows | consent |",
    "| - | - | - | - | - | - |",
    ...groups.map(({ code, names, what, consequence, consent, consented }) => {
      const isGrave = DANGERS[code].severity === "dangerous";
      const sign = !isGrave ? ":warning:" : consented === null ? ":no_entry:" : ":white_check_mark:";
      const way =
        consented === null ? (consent === null ? "" : `\`${inCode(consent).replaceAll("|", "\\|")}\``) : cell(consented);
      return `| ${sign} | \`${code}\` | ${names.map(cell).join(", ")} | ${cell(what)} | ${cell(consequence)} | ${way} |`;
    }),
  ];
}

function details(group: Group, all: readonly ReportedResource[]): string[] {
  const resources = all.filter((each) => each.group === group);
  if (resources.length === 0) return [];
  const rest = resources.length - RESOURCES;
  return [
    "",
    `<details><summary>${group}: ${countsOf(resources)}</summary>`,
    "",
    ...resources.slice(0, RESOURCES).flatMap(lines),
    ...(rest > 0 ? [`- ${rest} more: \`lab diff --json\` has them`] : []),
    "",
    "</details>",
  ];
}

function lines({ operation, type, name, replacedBy, changes, retained }: ReportedResource): string[] {
  const why =
    replacedBy.length === 0 ? "" : `, because of ${replacedBy.map((each) => cell(each.split("::").at(-1) ?? each)).join(", ")}`;
  const rest = changes.length - CHANGES;
  return [
    `- ${operation} ${kind({ type })} **${cell(name)}**${why}${retained ? ", which stays where it is" : ""}`,
    ...changes.slice(0, CHANGES).map(({ path, before, after }) => `  - \`${inCode(path)}\`: ${value(before)} → ${value(after)}`),
    ...(rest > 0 ? [`  - ${count(rest, "value")} more`] : []),
  ];
}

function value(of: unknown): string {
  if (of === null) return "none";
  const text = typeof of === "string" ? of : JSON.stringify(of);
  return `\`${inCode(text.length > VALUE ? `${text.slice(0, VALUE)}…` : text)}\``;
}
