import type { Plan, Relocation, Survival, Verdict } from "../../planner";
import type { Style } from "./style";
import { renderHeader } from "./plan";
import { count, hang } from "./text";
import { gib } from "./units";

/** What fails, in the words of people. */
const NOUNS: Readonly<Record<Survival["scenario"]["kind"], string>> = {
  host: "without host",
  pair: "without hosts",
  domain: "without failure domain",
  datastore: "without datastore",
  machine: "without machine",
};

/** What every single failure does to a stack, the worst part of each first. */
export function renderSurvivals(plan: Plan, all: readonly Survival[], style: Style): string[] {
  return [
    ...renderHeader(plan, style),
    "",
    ...all.flatMap((survival) => [...renderSurvival(survival, style), ""]),
    summary(all, style),
  ];
}

function renderSurvival({ scenario, verdict, effects, relocation }: Survival, style: Style): string[] {
  const { colors, safe, columns } = style;
  const title = hang(`${markOf(verdict, style)} `, safe(`${NOUNS[scenario.kind]} ${scenario.name}: ${verdict}`), columns);
  const sorted = ORDER.flatMap((each) => effects.filter((effect) => effect.verdict === each));
  const width = Math.max(0, ...sorted.map(({ part }) => part.length), relocation ? "room".length : 0);
  const lines = sorted.flatMap((effect) =>
    hang(`  ${effect.part.padEnd(width)}  `, safe(effect.message), columns).map(shadeOf(effect.verdict, style)),
  );
  const none = effects.length === 0 ? ["  nothing of this stack is touched"] : [];
  const room = relocation ? hang(`  ${"room".padEnd(width)}  `, safe(roomText(relocation)), columns).map(colors.dim) : [];
  return [...title.map(shadeOf(verdict, style)), ...lines, ...none, ...room];
}

const ORDER: readonly Verdict[] = ["lost", "degraded", "survives"];

/** Where its VMs could be, and whether anything but hands would bring them there. */
function roomText({ memoryMiB, vcpus, movable, packing }: Relocation): string {
  const what = `its VMs take ${gib(memoryMiB)} GiB and ${count(vcpus, "vCPU")}`;
  const reach = movable.length === 0 ? "their disks are away with it" : `${movable.join(", ")} can be started elsewhere`;
  if (packing.verdict === "does-not-fit") return `${what}, which do not fit on the others: ${packing.proof}; ${reach}`;
  if (packing.verdict === "undecided") return `${what}; whether they fit on the others was not found out; ${reach}`;
  const places = [...new Set(packing.placement.values())].sort().map((host) => {
    const names = [...packing.placement].filter(([, at]) => at === host).map(([name]) => name);
    return `${names.join(", ")} on ${host}`;
  });
  return `${what}, which fit: ${places.join("; ")}; ${reach}`;
}

function summary(all: readonly Survival[], style: Style): string {
  const of = (verdict: Verdict): number => all.filter((each) => each.verdict === verdict).length;
  const worst = ORDER.find((verdict) => of(verdict) > 0) ?? "survives";
  const parts = [`${of("survives")} survived`, `${of("degraded")} with something missing`, `${of("lost")} lost`];
  const undecided = all.filter(({ relocation }) => relocation?.packing.verdict === "undecided").length;
  const text = `${markOf(worst, style)} ${count(all.length, "failure")}: ${parts.join(", ")}`;
  return shadeOf(worst, style)(`${text}${undecided > 0 ? `; room undecided for ${undecided}` : ""}`);
}

function markOf(verdict: Verdict, { glyphs }: Style): string {
  return { survives: glyphs.ok, degraded: glyphs.warning, lost: glyphs.bad }[verdict];
}

function shadeOf(verdict: Verdict, { colors }: Style): (text: string) => string {
  return { survives: colors.green, degraded: colors.yellow, lost: colors.red }[verdict];
}
