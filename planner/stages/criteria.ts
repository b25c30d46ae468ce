import { SLA_NEEDS_HA_ABOVE } from "../findings/sla";
import type { Plan } from "../plan";
import { busiest } from "./observations";
import type { Busiest, Observations } from "./observations";
import type { Stage } from "./stage";

/** Figures of the roadmap, in percent. */
export const FIGURES = {
  stayBelow: 70,
  sustainedCpuAbove: 80,
  memoryAbove: 90,
  slaAbove: SLA_NEEDS_HA_ABOVE,
  teamTimeAbove: 20,
  /** The roadmap says small and no number: assumed. */
  smallTeam: 2,
} as const;

/** One reason to stay, to move on or to leave it to somebody else. */
export interface Criterion {
  readonly key: string;
  readonly speaksFor: "stay" | "move" | "managed";
  /** What the roadmap asks, with its figure. */
  readonly asks: string;
  /** Where the answer comes from. */
  readonly source: string;
  /** What was seen; null where nothing was. */
  readonly seen: string | null;
  /** Null where it is not known. */
  readonly holds: boolean | null;
  /** The stage it leads to; null for what leads nowhere, or no further than where the stack is. */
  readonly leadsTo: Stage | null;
}

/** Every criterion of the roadmap, judged for a stack in a stage. */
export function criteriaOf(plan: Plan, stage: Stage, seen: Observations): Criterion[] {
  return [...staying(plan, stage, seen), ...moving(plan, stage, seen), ...ofTheTeam(stage, seen)];
}

const UTILISATION = "nodes";
const STACK_FILE = "sla.availabilityPercent";

function staying({ machines, availabilityPercent }: Plan, stage: Stage, { nodes, operations }: Observations): Criterion[] {
  const names = machines.map(({ name }) => name);
  const uses = [busiest(names, nodes, "cpuPercent"), busiest(names, nodes, "memoryPercent")];
  const [top] = [...uses].sort((a, b) => (b.percent ?? -1) - (a.percent ?? -1));
  const missing = [...new Set(uses.flatMap((use) => use.missing))];
  const isBusy = (top?.percent ?? 0) >= FIGURES.stayBelow;
  const { logsSuffice } = operations;
  const stay = { speaksFor: "stay", leadsTo: null } as const;
  return [
    {
      ...stay,
      key: "utilisation-low",
      asks: `CPU and memory of every node below ${FIGURES.stayBelow}%`,
      source: UTILISATION,
      seen: top ? seenText({ ...top, missing }) : null,
      holds: isBusy ? false : missing.length > 0 ? null : true,
    },
    {
      ...stay,
      key: "no-sla",
      asks: "no SLA",
      source: STACK_FILE,
      seen: promiseText(availabilityPercent),
      holds: availabilityPercent === undefined,
    },
    // Later stages have more than logs.
    ...(stage > 1
      ? []
      : [
          {
            ...stay,
            key: "logs-suffice",
            asks: "logs that suffice for debugging",
            source: "--fact logsSuffice",
            seen: logsSuffice === undefined ? null : logsSuffice ? "they do" : "they do not",
            holds: logsSuffice ?? null,
          },
        ]),
  ];
}

function moving({ machines, availabilityPercent }: Plan, stage: Stage, { nodes, operations }: Observations): Criterion[] {
  const names = machines.map(({ name }) => name);
  const [cpu, memory] = [busiest(names, nodes, "sustainedCpuPercent"), busiest(names, nodes, "memoryPercent")];
  const { incidents, logsSuffice } = operations;
  const promised = availabilityPercent ?? 0;
  const promise = { source: STACK_FILE, seen: promiseText(availabilityPercent) } as const;
  const further = (to: Stage): Stage | null => (to > stage ? to : null);
  const move = (key: string, to: Stage, rest: Omit<Criterion, "key" | "speaksFor" | "leadsTo">): Criterion => ({
    key,
    speaksFor: "move",
    leadsTo: further(to),
    ...rest,
  });
  return [
    move("incident", 2, {
      asks: "an incident that needed deeper debugging than logs allow",
      source: "--fact incidents",
      seen: incidents === undefined ? (logsSuffice === false ? "logs do not suffice" : null) : `${incidents} so far`,
      holds: logsSuffice === false || (incidents === undefined ? null : incidents > 0),
    }),
    move("cpu-sustained", 3, {
      asks: `CPU of a node above ${FIGURES.sustainedCpuAbove}%, sustained`,
      source: UTILISATION,
      seen: seenText(cpu),
      holds: isAbove(cpu, FIGURES.sustainedCpuAbove),
    }),
    move("memory-full", 3, {
      asks: `memory of a node above ${FIGURES.memoryAbove}%`,
      source: UTILISATION,
      seen: seenText(memory),
      holds: isAbove(memory, FIGURES.memoryAbove),
    }),
    move("sla-high", 4, { ...promise, asks: `an SLA of more than ${FIGURES.slaAbove}%`, holds: promised > FIGURES.slaAbove }),
    // It leads on from one node; what leads from several to the last stage is a figure of its own.
    move("sla-promised", stage === 1 ? 2 : 3, {
      ...promise,
      asks: "any SLA",
      holds: availabilityPercent !== undefined,
    }),
  ];
}

/** What asks for the next stage, whichever that is. */
function ofTheTeam(stage: Stage, { operations }: Observations): Criterion[] {
  const { workBlocked, teamTimePercent, teamSize } = operations;
  const next = stage < 4 ? ((stage + 1) as Stage) : null;
  return [
    {
      key: "work-blocked",
      speaksFor: "move",
      leadsTo: next,
      source: "--fact workBlocked",
      asks: "resources that block work",
      seen: workBlocked === undefined ? null : workBlocked ? "they do" : "they do not",
      holds: workBlocked ?? null,
    },
    {
      key: "team-time",
      speaksFor: "move",
      leadsTo: next,
      source: "--fact teamTimePercent",
      asks: `over ${FIGURES.teamTimeAbove}% of the team's time spent on operations`,
      seen: teamTimePercent === undefined ? null : `${teamTimePercent}%`,
      holds: teamTimePercent === undefined ? null : teamTimePercent > FIGURES.teamTimeAbove,
    },
    {
      key: "team-small",
      speaksFor: "managed",
      leadsTo: null,
      source: "--fact teamSize",
      asks: `a small team (at most ${FIGURES.smallTeam}, a number that is assumed)`,
      seen: teamSize === undefined ? null : String(teamSize),
      holds: teamSize === undefined ? null : teamSize <= FIGURES.smallTeam,
    },
  ];
}

function promiseText(percent: number | undefined): string {
  return percent === undefined ? "none is promised" : `${percent}% are promised`;
}

/** One node is enough to be above; all must be known to be below. */
function isAbove({ percent, missing }: Busiest, figure: number): boolean | null {
  if (percent !== null && percent > figure) return true;
  return missing.length > 0 ? null : false;
}

function seenText({ node, percent, missing }: Busiest): string | null {
  if (node === null || percent === null) return null;
  const rest = missing.length === 0 ? "" : `, and nothing is known of ${missing.join(", ")}`;
  return `at most ${Number(percent.toFixed(1))}%, on ${node}${rest}`;
}
