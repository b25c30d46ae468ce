import { labelOf } from "../explanation";
import type { Style } from "../render/style";
import { truncate } from "../render/text";
import type { Step, Tracker } from "./tracker";
import { DOING } from "./verbs";

/** How far the operation of one stack is. */
export interface StackView {
  readonly stack: string;
  /** What is being done, for instance `deploying`; what it waits for, while it waits. */
  phase: string;
  state: "waiting" | "running" | "succeeded" | "failed" | "not-started";
  /** Milliseconds of the display's clock; undefined while it waits. */
  startedAt: number | undefined;
  endedAt: number | undefined;
  /** Engine's steps of the phase under way. */
  tracker: Tracker | undefined;
  /** Resources in all, as far as that is known. */
  total: number | undefined;
  /** What is counted where it is no resources. */
  count: string | undefined;
}

/** The room a frame may take. */
export interface Room {
  readonly columns: number;
  readonly rows: number;
}

/** `41 s`, `2m 05s`, `1h 02m`. */
export function elapsed(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (each: number): string => String(each).padStart(2, "0");
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${two(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h ${two(Math.floor((whole % 3600) / 60))}m`;
}

/** One picture of all operations: a line for each stack, below it the parts of it that something is done to. */
export function frame(views: readonly StackView[], now: number, style: Style, { columns, rows }: Room): string[] {
  const lines = views.flatMap((view) => [headline(view, now, style), ...branches(view, now, style)]);
  const room = Math.max(1, rows - 1);
  const shown = lines.length <= room ? lines : [...lines.slice(0, room - 1), `  ${style.glyphs.ellipsis}`];
  return shown.map((line) => truncate(line, Math.max(1, columns - 1), style.glyphs.ellipsis));
}

/** For instance `homelab  deploying  31/74  2m 13s`. */
export function headline(view: StackView, now: number, { glyphs, colors }: Style): string {
  const { stack, phase, state, startedAt, endedAt } = view;
  const mark = { waiting: " ", running: glyphs.marker, succeeded: glyphs.ok, failed: glyphs.bad, "not-started": glyphs.dash }[
    state
  ];
  const time = startedAt === undefined ? [] : [elapsed(((endedAt ?? now) - startedAt) / 1000)];
  const progress = state === "running" ? counted(view) : [];
  const text = [`${mark} ${stack}`, phase, ...progress, ...time].join("  ");
  if (state === "failed") return colors.red(text);
  return state === "succeeded" ? colors.green(text) : text;
}

function counted({ tracker, total, count }: StackView): string[] {
  if (count !== undefined) return [count];
  if (tracker === undefined) return [];
  const done = tracker.done.size;
  return [total === undefined ? `${done}` : `${done}/${Math.max(total, done)}`];
}

/** Parts of the stack that something is being done to, and what. */
function branches({ tracker, state }: StackView, now: number, style: Style): string[] {
  if (tracker === undefined || state !== "running") return [];
  const steps = [...tracker.underWay.values()].filter(({ op, custom }) => op !== "same" && custom);
  const byBranch = new Map<string, Step[]>();
  for (const step of steps) {
    const branch = branchOf(tracker, step.urn);
    byBranch.set(branch, [...(byBranch.get(branch) ?? []), step]);
  }
  const { glyphs, colors } = style;
  return [...byBranch].flatMap(([branch, own], index) => {
    const corner = index === byBranch.size - 1 ? glyphs.bottomLeft : glyphs.vertical;
    const rail = index === byBranch.size - 1 ? " " : glyphs.vertical;
    const title = branch === "" ? [] : [`  ${corner}${glyphs.horizontal} ${colors.bold(labelOf(branch))}`];
    return [...title, ...own.map((step) => `  ${rail}    ${described(step, now)}`)];
  });
}

function described({ urn, op, startedAt }: Step, now: number): string {
  return `${labelOf(urn)}  ${DOING[op] ?? op}  ${elapsed((now - startedAt) / 1000)}`;
}

/** Component below the platform that a resource belongs to; empty where there is none. */
function branchOf({ parents }: Tracker, urn: string): string {
  const chain: string[] = [];
  for (let each: string | undefined = urn; each !== undefined; each = parents.get(each)) chain.unshift(each);
  // The stack itself, the platform, and then its parts.
  const part = chain[2];
  return part === undefined || part === urn ? "" : part;
}
