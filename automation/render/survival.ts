import type { PlacementAdvice, Plan, Relocation, Search, Survival, Verdict } from "../../planner";
import type { Style } from "./style";
import { renderHeader } from "./plan";
import { count, hang } from "./text";
import { gib } from "./units";

/** What fails, in the words of people. */
export const NOUNS: Readonly<Record<Survival["scenario"]["kind"], string>> = {
  host: "without host",
  pair: "without hosts",
  domain: "without failure domain",
  datastore: "without datastore",
  machine: "without machine",
};

/** A failure and, where it was looked for, what would cure it. */
export interface Judged extends Survival {
  readonly search?: Search;
}

/** What every single failure does to a stack, the worst part of each first, and whether other places would be better. */
export function renderSurvivals(plan: Plan, all: readonly Judged[], advice: PlacementAdvice | undefined, style: Style): string[] {
  return [
    ...renderHeader(plan, style),
    "",
    ...all.flatMap((survival) => [...renderSurvival(survival, style), ""]),
    ...(advice ? [...renderAdvice(all, advice, style), ""] : []),
    ...summary(all, style),
  ];
}

function renderSurvival({ scenario, verdict, effects, relocation, search }: Judged, style: Style): string[] {
  const { colors, safe, columns } = style;
  const title = hang(`${markOf(verdict, style)} `, safe(`${NOUNS[scenario.kind]} ${scenario.name}: ${verdict}`), columns);
  const sorted = ORDER.flatMap((each) => effects.filter((effect) => effect.verdict === each));
  const cure = search && verdict !== "survives" ? cureText(search) : [];
  const labels = [...sorted.map(({ part }) => part), ...(relocation ? ["room"] : []), ...(cure.length > 0 ? ["cure"] : [])];
  const width = Math.max(0, ...labels.map((label) => label.length));
  const line = (label: string, text: string): string[] => hang(`  ${label.padEnd(width)}  `, safe(text), columns);
  const lines = sorted.flatMap((effect) => line(effect.part, effect.message).map(shadeOf(effect.verdict, style)));
  const none = effects.length === 0 ? ["  nothing of this stack is touched"] : [];
  const room = relocation ? line("room", roomText(relocation)).map(colors.dim) : [];
  const cures = cure.flatMap((text, index) => line(index === 0 ? "cure" : "", text));
  return [...title.map(shadeOf(verdict, style)), ...lines, ...none, ...room, ...cures];
}

/** The changes that take least, one a line. */
export function cureText({ cure, tried }: Search): string[] {
  if (!cure && tried === 0) return ["none: no move, machine, host or setting is known to help against it"];
  if (!cure) return [`none among ${count(tried, "change")} that were tried: moves, machines, hosts and settings`];
  const outcome = cure.verdict === "survives" ? [] : [`with all of it: ${cure.verdict}`];
  return [...cure.changes, ...outcome];
}

/** Whether the same machines would be better off elsewhere on the same hosts. */
function renderAdvice(all: readonly Judged[], { moves, survivals, tried }: PlacementAdvice, { columns, safe }: Style): string[] {
  const title = "placement  ";
  if (moves.length === 0) {
    const best = all.every(({ verdict }) => verdict === "survives");
    const text = best
      ? "survives every single failure as it is"
      : tried === 0
        ? "no machine could be elsewhere on the same hosts and have more survived by it"
        : `of ${count(tried, "other placement")} of the same machines on the same hosts none survives more`;
    return hang(title, text, columns);
  }
  const of = (verdict: Verdict): number => survivals.filter((each) => each.verdict === verdict).length;
  const outcome = `then ${of("survives")} survived, ${of("degraded")} with something missing, ${of("lost")} lost`;
  return [...moves, outcome].flatMap((text, index) => hang(index === 0 ? title : " ".repeat(title.length), safe(text), columns));
}

/** Verdicts, the worst first. */
export const ORDER: readonly Verdict[] = ["lost", "degraded", "survives"];

/** Where its VMs could be, and whether anything but hands would bring them there. */
export function roomText({ memoryMiB, vcpus, movable, packing }: Relocation): string {
  const what = `its VMs take ${gib(memoryMiB)} GiB and ${count(vcpus, "vCPU")}`;
  const reach =
    movable.length === 0 ? "their disks are away with it" : `the disks of ${movable.join(", ")} are reached from elsewhere`;
  if (packing.verdict === "does-not-fit") return `${what}, which do not fit on the others: ${packing.proof}; ${reach}`;
  if (packing.verdict === "undecided") return `${what}; whether they fit on the others was not found out; ${reach}`;
  const places = [...new Set(packing.placement.values())].sort().map((host) => {
    const names = [...packing.placement].filter(([, at]) => at === host).map(([name]) => name);
    return `${names.join(", ")} on ${host}`;
  });
  return `${what}, which fit: ${places.join("; ")}; ${reach}`;
}

function summary(all: readonly Survival[], style: Style): string[] {
  const of = (verdict: Verdict): number => all.filter((each) => each.verdict === verdict).length;
  const worst = ORDER.find((verdict) => of(verdict) > 0) ?? "survives";
  const parts = [`${of("survives")} survived`, `${of("degraded")} with something missing`, `${of("lost")} lost`];
  const undecided = all.filter(({ relocation }) => relocation?.packing.verdict === "undecided").length;
  const text = `${count(all.length, "failure")}: ${parts.join(", ")}${undecided > 0 ? `; room undecided for ${undecided}` : ""}`;
  return hang(`${markOf(worst, style)} `, text, style.columns).map(shadeOf(worst, style));
}

/** The sign of a verdict. */
export function markOf(verdict: Verdict, { glyphs }: Style): string {
  return { survives: glyphs.ok, degraded: glyphs.warning, lost: glyphs.bad }[verdict];
}

/** The colour of a verdict. */
export function shadeOf(verdict: Verdict, { colors }: Style): (text: string) => string {
  return { survives: colors.green, degraded: colors.yellow, lost: colors.red }[verdict];
}
