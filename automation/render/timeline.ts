import type { Rehearsal, RehearsedResource } from "../../simulator/report";
import type { Style } from "./style";
import { pad, truncate } from "./text";
import { duration } from "./units";

/** More rows than this and like ones are drawn as one. */
const MAX_ROWS = 60;

interface Row {
  readonly label: string;
  readonly start: number;
  readonly end: number;
  readonly critical: boolean;
  readonly failed: boolean;
}

/** The run as a Gantt chart in text: what took time, when, and what the length of the run hangs on. */
export function renderTimeline(rehearsal: Rehearsal, style: Style): string[] {
  const timed = rehearsal.resources
    .filter(({ startSeconds, endSeconds, outcome }) => endSeconds > startSeconds || outcome === "failed")
    .sort((a, b) => a.startSeconds - b.startSeconds || a.endSeconds - b.endSeconds || (a.urn < b.urn ? -1 : 1));
  if (timed.length === 0) return [];
  const critical = new Set(rehearsal.criticalPath);
  const rows = timed.length > MAX_ROWS ? fold(timed, critical) : timed.map((resource) => row(resource, critical));

  const labelWidth = Math.min(Math.max(...rows.map(({ label }) => label.length)), Math.floor(style.columns * 0.45));
  const width = style.columns - labelWidth - 16;
  const scale = Math.max(rehearsal.makespanSeconds, ...rows.map(({ end }) => end), 1);
  const axis = `${pad("", labelWidth)}  ${pad("0:00", width - duration(scale).length)}${duration(scale)}`;
  return [
    axis,
    ...rows.map((each) => {
      const from = Math.min(width - 1, Math.round((each.start / scale) * width));
      const to = Math.max(from + 1, Math.round((each.end / scale) * width));
      const glyph = each.critical ? style.glyphs.critical : style.glyphs.span;
      const paint = each.failed ? style.colors.red : each.critical ? style.colors.yellow : style.colors.cyan;
      const label = pad(truncate(style.safe(each.label), labelWidth, style.glyphs.ellipsis), labelWidth);
      const bar = `${" ".repeat(from)}${paint(glyph.repeat(to - from))}${" ".repeat(width - to)}`;
      return `${label}  ${bar}  ${each.failed ? style.glyphs.bad : " "} ${duration(each.start)}${style.glyphs.dash}${duration(each.end)}`.trimEnd();
    }),
    `${style.glyphs.critical} critical path  ${style.glyphs.span} beside it`,
  ];
}

function row(resource: RehearsedResource, critical: ReadonlySet<string>): Row {
  return {
    label: `${kind(resource)} ${resource.name}`,
    start: resource.startSeconds,
    end: resource.endSeconds,
    critical: critical.has(resource.urn),
    failed: resource.outcome === "failed",
  };
}

/** One row for all resources of a type, from the first start to the last end. */
function fold(resources: readonly RehearsedResource[], critical: ReadonlySet<string>): Row[] {
  const groups = new Map<string, RehearsedResource[]>();
  for (const resource of resources) groups.set(kind(resource), [...(groups.get(kind(resource)) ?? []), resource]);
  return [...groups].map(([label, members]) => ({
    label: members.length === 1 ? `${label} ${members[0]?.name ?? ""}` : `${members.length} ${label}`,
    start: Math.min(...members.map(({ startSeconds }) => startSeconds)),
    end: Math.max(...members.map(({ endSeconds }) => endSeconds)),
    critical: members.some(({ urn }) => critical.has(urn)),
    failed: members.some(({ outcome }) => outcome === "failed"),
  }));
}

/** Last word of a type token. */
export function kind({ type }: Pick<RehearsedResource, "type">): string {
  return type.split(":").at(-1) ?? type;
}
