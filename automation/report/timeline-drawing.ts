import { duration } from "../render/units";
import type { Drawing } from "./host-drawing";
import { fitting } from "./host-drawing";
import type { Markup } from "./markup";
import { markup, px } from "./markup";
import { fill } from "./patterns";
import { PHASES, toneOf } from "./resource-kinds";
import type { Lane, Span, Timeline } from "./timeline";

const LABELS = 120;
const WIDTH = 1120;
const AXIS = 22;
const ROW = { few: 22, many: 11 } as const;
/** More rows than this are many. */
const MANY_ROWS = 60;
const LANE_GAP = 6;
const TYPE_SIZE = 11;

/** Steps of the axis in seconds. */
const STEPS = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400];

/** The run in simulated time: phases on top, a lane for each place, the critical path as a line from bar to bar. */
export function drawTimeline(timeline: Timeline): Drawing {
  const { lanes, seconds, phases } = timeline;
  const scale = (WIDTH - LABELS - 8) / seconds;
  const x = (at: number): number => LABELS + at * scale;
  const row = lanes.reduce((sum, { rows }) => sum + rows, 0) > MANY_ROWS ? ROW.many : ROW.few;
  const top = AXIS + phases.length * 14 + 12;
  const tops: number[] = [];
  let y = top;
  for (const { rows } of lanes) {
    tops.push(y);
    y += rows * row + 2 * LANE_GAP;
  }
  const bodies = lanes.map((lane, index) => drawLane(lane, tops[index] ?? 0, row, x));
  const body = markup`${drawAxis(seconds, x, y)}${phases.map(({ phase, startSeconds, endSeconds }, index) =>
    drawPhase(phase, x(startSeconds), x(endSeconds), AXIS + 4 + index * 14),
  )}${bodies}${drawPath(lanes, tops, row, x)}`;
  return { width: WIDTH, height: y + 4, body };
}

function drawAxis(seconds: number, x: (at: number) => number, bottom: number): Markup {
  const step = STEPS.find((each) => seconds / each <= 12) ?? Math.ceil(seconds / 12);
  const marks = Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => index * step);
  return markup`<g class="axis" aria-hidden="true">${marks.map(
    (at) =>
      markup`<path class="rule" d="M${px(x(at))} ${AXIS - 4}V${px(bottom)}"/><text class="small quiet" x="${px(x(at))}" y="12" text-anchor="middle">${duration(at)}</text>`,
  )}</g>`;
}

function drawPhase(phase: (typeof PHASES)[number], from: number, to: number, y: number): Markup {
  const tone = PHASES.indexOf(phase) + 1;
  return markup`<g class="phase" aria-hidden="true"><text class="small quiet" x="${LABELS - 8}" y="${px(y + 9)}" text-anchor="end">${phase}</text><g class="on-${tone}">${fill(tone, { x: px(from), y: px(y), width: px(Math.max(2, to - from)), height: "10" })}</g></g>`;
}

function drawLane({ name, rows, spans }: Lane, top: number, row: number, x: (at: number) => number): Markup {
  const height = rows * row + 2 * LANE_GAP;
  const label = fitting(name, LABELS - 12, TYPE_SIZE + 1);
  return markup`<g class="lane"><path class="rule" d="M0 ${px(top)}H${WIDTH}"/><text class="strong" x="${LABELS - 8}" y="${px(top + Math.min(height / 2 + 4, 22))}" text-anchor="end"><title>${name}</title>${label}</text>${spans.map((span) => drawSpan(span, top + LANE_GAP + span.row * row, row, x))}</g>`;
}

/** A bar that leads to its resource in the list. */
function drawSpan(span: Span, y: number, row: number, x: (at: number) => number): Markup {
  const { index, resource, critical } = span;
  const [from, to] = [x(resource.startSeconds), x(resource.endSeconds)];
  const width = Math.max(2, to - from - 1);
  const height = row - 3;
  const tone = toneOf(resource);
  const failed = resource.outcome === "failed";
  const text = height < 14 ? "" : textIn(span, width - 5);
  const state = `${critical ? " critical" : ""}${failed ? " failed" : ""}`;
  return markup`<a class="span on-${tone}${state}" href="#resource-${index}" data-index="${index}"><title>${spanText(span)}</title>${fill(tone, { x: px(from), y: px(y), width: px(width), height: px(height) })}${text === "" ? "" : markup`<text class="small halo" x="${px(from + 4)}" y="${px(y + height / 2 + 4)}">${text}</text>`}</a>`;
}

/** All of its label, else the name alone, else as much of that as has room. */
function textIn({ label, resource: { name, outcome } }: Span, width: number): string {
  const texts = [label, name].map((text) => (outcome === "failed" ? `✗ ${text}` : text));
  return texts.find((text) => fitting(text, width, TYPE_SIZE) === text) ?? fitting(texts[1] ?? "", width, TYPE_SIZE);
}

/** What is to be known of a bar. */
export function spanText({ resource, label, critical }: Omit<Span, "row">): string {
  const { startSeconds, endSeconds, operation, outcome } = resource;
  const times = `${duration(startSeconds)} to ${duration(endSeconds)}`;
  const took = `${duration(endSeconds - startSeconds)} of simulated time`;
  const notes = [...(critical ? ["on the critical path"] : []), ...(outcome === "done" ? [] : [outcome])];
  return [label, operation, times, took, ...notes].join(", ");
}

/** From the end of one bar to the beginning of the next. */
function drawPath(lanes: readonly Lane[], tops: readonly number[], row: number, x: (at: number) => number): Markup {
  const points = lanes
    .flatMap(({ spans }, lane) => spans.filter(({ critical }) => critical).map((span) => ({ span, lane })))
    .sort((a, b) => a.span.resource.startSeconds - b.span.resource.startSeconds)
    .map(({ span, lane }) => ({
      from: x(span.resource.startSeconds),
      to: x(span.resource.endSeconds),
      y: (tops[lane] ?? 0) + LANE_GAP + span.row * row + row / 2 - 1.5,
    }));
  const lines = points.slice(1).map((next, index) => {
    const { to, y } = points[index] ?? next;
    return markup`<path d="M${px(to)} ${px(y)}H${px((to + next.from) / 2)}V${px(next.y)}H${px(next.from)}"/>`;
  });
  return markup`<g class="critical-path" aria-hidden="true">${lines}</g>`;
}
