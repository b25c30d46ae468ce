import { STAGES } from "../../planner";
import type { Advice, Criterion, Stage } from "../../planner";
import type { NextStage } from "../stages/next-file";
import type { PlannedStack } from "../stacks";
import type { Style } from "./style";
import { hang } from "./text";

/** What `lab advise` found out. */
export interface ShownAdvice {
  readonly advice: Advice;
  /** @default nothing leads on */
  readonly next?: NextStage;
  /** When the nodes were measured. @default not known */
  readonly measuredAt?: string;
  /** File that the next stage was written to. @default none */
  readonly written?: string;
}

/** Where a stack is, every criterion with what was seen, the verdict, and what the next stage takes. */
export function renderAdvice(found: PlannedStack, shown: ShownAdvice, style: Style): string[] {
  const { advice, next, measuredAt } = shown;
  const { colors, safe, columns, glyphs } = style;
  const title = `${found.plan.stack} ${glyphs.dot} stage ${nameOf(advice.stage)}`;
  const lacks = advice.lacks.length === 0 ? [] : hang("  it lacks ", safe(advice.lacks.join(", ")), columns);
  return [
    ...hang("", safe(title), columns).map((line) => colors.bold(line)),
    ...lacks.map((line) => colors.yellow(line)),
    ...(measuredAt === undefined ? [] : [`  measured at ${measuredAt}`]),
    "",
    ...advice.criteria.flatMap((each) => renderCriterion(each, style)),
    "",
    ...renderVerdict(advice, style),
    ...(next ? ["", ...renderNext(found, next, shown.written, style)] : []),
  ];
}

function nameOf(wanted: Stage): string {
  return `${wanted}, ${STAGES.find(({ stage }) => stage === wanted)?.name ?? ""}`;
}

function renderCriterion(criterion: Criterion, style: Style): string[] {
  const { colors, safe, columns, glyphs } = style;
  const { speaksFor, asks, seen, source, holds, leadsTo } = criterion;
  const about =
    speaksFor === "stay"
      ? "stay with"
      : speaksFor === "managed"
        ? "consider managed Kubernetes with"
        : leadsTo === null
          ? "no move from here with"
          : `on to ${leadsTo} with`;
  const mark = holds === null ? "?" : holds ? glyphs.ok : glyphs.bad;
  const text = `${about} ${asks}: ${seen ?? "not known"} (${source})`;
  const lines = hang(`${mark.padEnd(2)} `, safe(text), columns);
  if (speaksFor === "move" && leadsTo === null) return lines.map((line) => colors.dim(line));
  const isGood = holds === (speaksFor === "stay");
  return lines.map((line) =>
    holds === null ? colors.yellow(line) : speaksFor === "managed" || isGood ? line : colors.red(line),
  );
}

function renderVerdict({ stage, verdict, target, because, considerManaged }: Advice, { colors, safe, columns }: Style): string[] {
  const reasons = because.map(({ asks }) => asks).join("; ");
  const told = (known: boolean): string =>
    because
      .filter(({ holds }) => (holds !== null) === known)
      .map(({ asks }) => asks)
      .join("; ");
  const kept = [
    ...(told(true) === "" ? [] : [`it is not so that: ${told(true)}`]),
    ...(told(false) === "" ? [] : [`not known: ${told(false)}`]),
  ].join("; ");
  const text =
    verdict === "move"
      ? `move on to stage ${nameOf(target ?? stage)}: ${reasons}`
      : verdict === "stay"
        ? stage === 4
          ? "stay: there is no further stage"
          : `stay in stage ${nameOf(stage)}`
        : `nothing known leads on, but not all speaks for staying: ${kept}`;
  const paint = { move: colors.red, stay: colors.green, open: colors.yellow }[verdict];
  const managed = considerManaged === true ? hang("", "the team is small: consider a managed Kubernetes", columns) : [];
  return [...hang("", safe(text), columns).map((line) => colors.bold(paint(line))), ...managed];
}

/** What the next stage takes, and the commands that go on from here. */
function renderNext({ file }: PlannedStack, next: NextStage, written: string | undefined, style: Style): string[] {
  const { colors, safe, columns, glyphs } = style;
  const item = (text: string): string[] => hang(`  ${glyphs.dot} `, safe(text), columns);
  const missing = next.missing.flatMap(({ path, what }) => hang("  ", safe(`--set ${path}=<${what}>`), columns));
  const rehearsal = written === undefined || /\.ya?ml$/.test(written) ? (written ?? "<file>.yaml") : file;
  return [
    colors.bold(`stage ${nameOf(next.stage)}`),
    ...next.change.assumed.flatMap(item),
    ...(missing.length > 0 ? ["what nobody can guess:", ...missing] : []),
    ...(written === undefined
      ? hang("", safe(`write it with --to ${next.stage} --write <file>.patch, or <file>.yaml`), columns)
      : hang("", safe(`written to ${written}${rehearsal === file ? `: git apply ${written}` : ""}`), columns)),
    ...(written !== undefined && rehearsal !== file
      ? hang("", safe(`rehearse it: npx lab rehearse ${rehearsal} --from ${file}`), columns)
      : []),
  ];
}
