import { DANGERS } from "../../config/dangers";
import { isOpen } from "../blast-radius/judge";
import type { DiffReport, Group, ReportedResource } from "../blast-radius/report";
import { GROUPS } from "../blast-radius/report";
import { changeLines } from "./changes";
import type { DangerGroup } from "./dangers";
import { grouped, verdictOf } from "./dangers";
import type { Style } from "./style";
import { count, hang, truncate } from "./text";

/** So many lines of a group are shown: whoever wants all of them takes `--json`. */
const LINES = 24;

const OPERATIONS = ["replace", "delete", "update", "create"] as const;

/** A change for a terminal: what is dangerous first, then everything by group. */
export function renderDiff(report: DiffReport, style: Style): string[] {
  const { glyphs, colors, safe } = style;
  const { stack, base, notes, dangers, unusedConsents, summary, resources } = report;
  const blocks = [
    [colors.bold(safe(`${stack} ${glyphs.dot} compared with ${base.shown}`)), ...notes.map((note) => safe(note))],
    grouped(dangers).flatMap((group) => renderDanger(group, style)),
    ...GROUPS.map((group) => renderGroup(group, resources, style)),
    unusedConsents.flatMap(({ danger, of }) =>
      hang(
        `${glyphs.warning} `,
        safe(
          `consent to ${danger}${of === undefined ? "" : ` of ${of}`} is not needed: take it out, before it lets something pass`,
        ),
        style.columns,
      ).map(colors.yellow),
    ),
    [`${count(summary.same, "resource")} unchanged`, verdict(report, style)],
  ];
  return blocks.filter((block) => block.length > 0).flatMap((block, index) => (index === 0 ? block : ["", ...block]));
}

function renderDanger({ code, names, what, consequence, consent, consented }: DangerGroup, style: Style): string[] {
  const { glyphs, colors, safe, columns } = style;
  const isGrave = DANGERS[code].severity === "dangerous";
  const [glyph, paint] = !isGrave
    ? [glyphs.warning, colors.yellow]
    : consented === null
      ? [glyphs.bad, colors.red]
      : [glyphs.ok, colors.green];
  const way = consented === null ? (consent === null ? [] : [`to consent: ${consent}`]) : [`consented: ${consented}`];
  return [
    ...hang(`${glyph} `, safe(`${code}  ${names.join(", ")}`), columns).map(paint),
    ...[what, consequence, ...way].flatMap((line) => hang("    ", safe(line), columns)),
  ];
}

function renderGroup(group: Group, all: readonly ReportedResource[], style: Style): string[] {
  const resources = all.filter((each) => each.group === group);
  if (resources.length === 0) return [];
  const lines = changeLines(resources, style);
  const rest = lines.length - LINES;
  return [
    `${style.colors.bold(group)}: ${countsOf(resources)}`,
    ...lines
      .slice(0, rest > 1 ? LINES : undefined)
      .map((line) => `  ${truncate(line, style.columns + 60, style.glyphs.ellipsis)}`),
    ...(rest > 1 ? [`  ${style.glyphs.ellipsis} ${rest} lines more: --json has them`] : []),
  ];
}

/** For instance `1 replace, 3 update`. */
export function countsOf(resources: readonly Pick<ReportedResource, "operation">[]): string {
  return OPERATIONS.map((operation) => [operation, resources.filter((each) => each.operation === operation).length] as const)
    .filter(([, number]) => number > 0)
    .map(([operation, number]) => `${number} ${operation}`)
    .join(", ");
}

function verdict({ dangers, resources }: DiffReport, { glyphs, colors }: Style): string {
  const changes = resources.length === 0 ? "nothing changes" : countsOf(resources);
  const text = `${changes}; ${verdictOf(dangers)}`;
  return dangers.some(isOpen) ? colors.red(`${glyphs.bad} ${text}`) : colors.green(`${glyphs.ok} ${text}`);
}
