import type { RehearsedResource } from "../../simulator/report";
import { isComponent, isProvider } from "./resource-kinds";

/** Like resources of one component, drawn as one. */
export interface Group {
  readonly id: number;
  /** Positions among the rehearsal's resources. */
  readonly members: readonly number[];
  /** Name of the component, for instance `TalosCluster` or `VmPool large`. */
  readonly component: string;
  readonly sample: RehearsedResource;
}

/** Groups in layers: each below everything it waits for. */
export interface ResourceGraph {
  readonly groups: readonly Group[];
  /** Ids of groups, layer by layer from the top. */
  readonly layers: readonly (readonly number[])[];
  /** From what is waited for to what waits; what follows from others is left out. */
  readonly edges: readonly (readonly [number, number])[];
  /** For each resource, the positions of those it waits for, providers and components left out. */
  readonly dependencies: readonly (readonly number[])[];
}

/** Rounds of sorting layers by what they hang on. */
const ROUNDS = 4;

/** Groups resources and puts them into layers by the longest way from the start. */
export function resourceGraphOf(resources: readonly RehearsedResource[]): ResourceGraph {
  const positions = new Map(resources.map(({ urn }, index) => [urn, index]));
  const isDrawn = (resource: RehearsedResource | undefined): boolean =>
    resource !== undefined && !isComponent(resource) && !isProvider(resource);
  const dependencies = resources.map((resource) =>
    (isDrawn(resource) ? resource.dependencies : [])
      .flatMap((urn) => positions.get(urn) ?? [])
      .filter((index) => isDrawn(resources[index])),
  );
  const groups = groupsOf(resources, isDrawn, positions);
  const groupOf = new Map(groups.flatMap(({ id, members }) => members.map((member) => [member, id] as const)));
  const before = groups.map(({ id, members }) => {
    const all = members.flatMap((member) => dependencies[member] ?? []).map((each) => groupOf.get(each) ?? id);
    return new Set(all.filter((each) => each !== id));
  });
  const depths = depthsOf(before);
  // Groups may wait for each other in a circle where resources do not: only what leads down is drawn.
  const down = before.map((all, id) => new Set([...all].filter((each) => (depths[each] ?? 0) < (depths[id] ?? 0))));
  const edges = reduced(down);
  return { groups, layers: layersOf(depths, edges), edges, dependencies };
}

function groupsOf(
  resources: readonly RehearsedResource[],
  isDrawn: (resource: RehearsedResource) => boolean,
  positions: ReadonlyMap<string, number>,
): Group[] {
  const byKey = new Map<string, number[]>();
  for (const [index, resource] of resources.entries()) {
    if (!isDrawn(resource)) continue;
    const key = `${resource.parent ?? ""} ${resource.type}`;
    byKey.set(key, [...(byKey.get(key) ?? []), index]);
  }
  return [...byKey.values()].flatMap((members, id) => {
    const sample = resources[members[0] ?? -1];
    if (!sample) return [];
    const parent = resources[positions.get(sample.parent ?? "") ?? -1];
    return { id, members, component: parent ? componentName(parent) : "", sample };
  });
}

function componentName({ type, name }: RehearsedResource): string {
  const kind = type.split(":").at(-1) ?? type;
  return kind === "VmPool" ? `pool ${name}` : kind;
}

/** Length of the longest way that leads to each. */
function depthsOf(before: readonly ReadonlySet<number>[]): number[] {
  const depths: number[] = [];
  const open = new Set<number>();
  const visit = (id: number): number => {
    const known = depths[id];
    if (known !== undefined) return known;
    if (open.has(id)) return -1;
    open.add(id);
    const depth = Math.max(-1, ...[...(before[id] ?? [])].map(visit)) + 1;
    open.delete(id);
    depths[id] = depth;
    return depth;
  };
  for (const id of before.keys()) visit(id);
  return depths;
}

/** Edges without those that a longer way says as well. */
function reduced(before: readonly ReadonlySet<number>[]): [number, number][] {
  const above = new Map<number, ReadonlySet<number>>();
  const ancestors = (id: number): ReadonlySet<number> => {
    const known = above.get(id);
    if (known) return known;
    const direct = [...(before[id] ?? [])];
    const all = new Set(direct.flatMap((each) => [each, ...ancestors(each)]));
    above.set(id, all);
    return all;
  };
  return [...before.entries()].flatMap(([id, all]) =>
    [...all]
      .filter((each) => ![...all].some((other) => other !== each && ancestors(other).has(each)))
      .sort((a, b) => a - b)
      .map((each): [number, number] => [each, id]),
  );
}

/** Each layer in the order of the middle of what its groups hang on and what hangs on them. */
function layersOf(depths: readonly number[], edges: readonly (readonly [number, number])[]): number[][] {
  const layers = Array.from({ length: Math.max(-1, ...depths) + 1 }, (_, depth) =>
    [...depths.keys()].filter((id) => depths[id] === depth),
  );
  for (let round = 0; round < ROUNDS; round++) {
    const place = new Map(layers.flatMap((layer) => layer.map((id, index) => [id, (index + 0.5) / layer.length] as const)));
    const middle = (id: number): number => {
      const near = edges.flatMap(([from, to]) => (to === id ? [from] : from === id ? [to] : []));
      const all = near.map((each) => place.get(each) ?? 0.5);
      return all.length === 0 ? (place.get(id) ?? 0.5) : all.reduce((sum, each) => sum + each, 0) / all.length;
    };
    for (const layer of layers) layer.sort((a, b) => middle(a) - middle(b) || a - b);
  }
  return layers;
}
