import type { Plan } from "../../planner";
import type { Rehearsal, RehearsedResource } from "../../simulator/report";
import { PHASES, isComponent, labelOf, phaseOf } from "./resource-kinds";
import type { Phase } from "./resource-kinds";

/** One operation that takes time. */
export interface Span {
  /** Position among the rehearsal's resources. */
  readonly index: number;
  readonly resource: RehearsedResource;
  /** What it is called. */
  readonly label: string;
  readonly critical: boolean;
  /** Row within its lane: what goes on at the same time has rows of its own. */
  readonly row: number;
}

/** Lane of what comes before anything else, in no time worth a lane of its own. */
const PREPARATION = "preparation";

/** What happens in one place: on a host, in the TalosCluster, in an add-on. */
export interface Lane {
  readonly name: string;
  readonly rows: number;
  readonly spans: readonly Span[];
}

/** From when to when something of a phase goes on. */
export interface PhaseSpan {
  readonly phase: Phase;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** A rehearsal in simulated time. */
export interface Timeline {
  readonly seconds: number;
  readonly lanes: readonly Lane[];
  readonly phases: readonly PhaseSpan[];
}

/** Sorts operations into lanes, hosts first; whatever takes no time is left out unless it failed. */
export function timelineOf(rehearsal: Rehearsal, plan: Plan): Timeline {
  const { resources } = rehearsal;
  const critical = new Set(rehearsal.criticalPath);
  const placeOf = places(resources, plan);
  const timed = resources
    .map((resource, index) => ({
      index,
      resource,
      label: labelOf(resource, plan.clusterName),
      critical: critical.has(resource.urn),
    }))
    .filter(({ resource }) => resource.endSeconds > resource.startSeconds || resource.outcome === "failed")
    .sort(
      ({ resource: a, index: i }, { resource: b, index: j }) =>
        a.startSeconds - b.startSeconds || a.endSeconds - b.endSeconds || i - j,
    );
  const names = [
    ...new Set([PREPARATION, ...plan.hosts.map(({ name }) => name), ...timed.map(({ resource }) => placeOf(resource))]),
  ];
  const lanes = names
    .map((name) =>
      laneOf(
        name,
        timed.filter(({ resource }) => placeOf(resource) === name),
      ),
    )
    .filter(({ spans }) => spans.length > 0);
  return {
    seconds: Math.max(1, rehearsal.makespanSeconds, ...timed.map(({ resource }) => resource.endSeconds)),
    lanes,
    phases: phasesOf(timed.map(({ resource }) => resource)),
  };
}

function laneOf(name: string, spans: readonly Omit<Span, "row">[]): Lane {
  const ends: number[] = [];
  const placed = spans.map((span) => {
    const { startSeconds, endSeconds } = span.resource;
    const free = ends.findIndex((end) => end <= startSeconds);
    const row = free < 0 ? ends.length : free;
    ends[row] = Math.max(endSeconds, startSeconds + 1);
    return { ...span, row };
  });
  return { name, rows: ends.length, spans: placed };
}

function phasesOf(resources: readonly RehearsedResource[]): PhaseSpan[] {
  return PHASES.filter((phase) => phase !== "other").flatMap((phase) => {
    const own = resources.filter((resource) => phaseOf(resource) === phase);
    if (own.length === 0) return [];
    return {
      phase,
      startSeconds: Math.min(...own.map(({ startSeconds }) => startSeconds)),
      endSeconds: Math.max(...own.map(({ endSeconds }) => endSeconds)),
    };
  });
}

/** Where a resource is: on the host of its own or of its machine's, else with the component it belongs to. */
function places(resources: readonly RehearsedResource[], plan: Plan): (resource: RehearsedResource) => string {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const onHost = (resource: RehearsedResource): string | undefined => {
    const { nodeName } = resource.inputs;
    return typeof nodeName === "string" ? nodeName : undefined;
  };
  const hosts = new Map<string, string>();
  for (const { name, host } of [...plan.machines, ...(plan.balancers?.machines ?? [])]) if (host !== null) hosts.set(name, host);
  return (resource) => {
    const host = onHost(resource) ?? (phaseOf(resource) === "Talos" ? hosts.get(resource.name) : undefined);
    if (host !== undefined) return host;
    const parent = byUrn.get(resource.parent ?? "");
    if (!parent || !isComponent(parent)) return "the rest";
    return nameOf(parent);
  };
}

/** Components of an add-on are called like it, others by what they are. */
function nameOf({ type, name }: RehearsedResource): string {
  if (/:(ProxmoxCluster|TalosImages)$/.test(type)) return PREPARATION;
  return type.includes(":addons:") ? name : (type.split(":").at(-1) ?? name);
}
