import type {
  AddonFootprint,
  Footprint,
  FootprintAmount,
  FootprintCondition,
  FootprintWorkload,
} from "../../planner/addons/footprint";
import { quantity } from "../../simulator/kubernetes-door/quantities";
import type { Rendered } from "./helm";
import { imagesOf, podSpecOf, staysUp } from "./pods";
import type { PodSpec, Resources } from "./pods";
import { changed, pathsOf, valueAt } from "./values";
import type { Values } from "./values";

/** Renders values of one chart; undefined when it refuses them. */
export type Render = (values: Values) => readonly Rendered[] | undefined;

/** Values that numbers of workloads can come from, by the end of their paths. */
const NUMBERS = /(^|\.)(\w*[rR]eplicas|\w*[rR]eplicaCount|(requests|limits)\.(cpu|memory))$/;

/** Kinds that one another's place can be taken by. */
const KINDS: readonly unknown[] = ["DaemonSet", "Deployment", "StatefulSet"];

/**
 * What a chart's pods ask for, and which of its values that depends on: the chart is rendered with each number replaced by one of its
 * own, and with each switch turned, and what changes tells where it comes from.
 *
 * @param values planned values in which every setting that brings workloads is on
 * @param defaults the chart's own values
 */
export function footprintOf(values: Values, defaults: Values, render: Render): Omit<AddonFootprint, "version"> {
  const objects = render(values);
  if (!objects) throw new Error("the chart refuses the planned values");
  const switches = switchesOf(values, render);
  const base = workloadsIn({ values, objects, defaults, render });
  const conditions = new Map([...base.keys()].map((name) => [name, conditionsOf(name, switches)]));
  const others = new Map<
    string,
    { readonly workload: FootprintWorkload; readonly images: string[]; readonly when: Condition[] }
  >();
  for (const turned of switches) {
    const added = lasting(turned.objects).filter((object) => !base.has(nameOf(object)) && !others.has(nameOf(object)));
    if (added.length === 0) continue;
    const there = workloadsIn({ values: turned.values, objects: turned.objects, defaults, render });
    for (const object of added) {
      const workload = there.get(nameOf(object));
      if (workload)
        others.set(nameOf(object), { workload, images: imagesOf([object]), when: [{ path: turned.path, is: turned.is }] });
    }
  }
  const when = (list: readonly Condition[]): { when?: FootprintCondition[] } =>
    list.length === 0
      ? {}
      : { when: list.map((each) => ({ ...each, otherwise: valueAt(defaults, each.path.split(".")) === each.is })) };
  const imagesIn = (name: string): string[] => imagesOf(lasting(objects).filter((object) => nameOf(object) === name));
  const isConditional = (object: Rendered): boolean => (conditions.get(nameOf(object)) ?? []).length > 0;
  const always = imagesOf(objects.filter((object) => !isConditional(object)));
  const own = (images: readonly string[]): { images?: string[] } => {
    const further = images.filter((image) => !always.includes(image));
    return further.length === 0 ? {} : { images: further };
  };
  const all = [
    ...[...base].map(([name, workload]) => ({ ...workload, ...when(conditions.get(name) ?? []), ...own(imagesIn(name)) })),
    ...[...others.values()].map(({ workload, images, when: list }) => ({ ...workload, ...when(list), ...own(images) })),
  ];
  return { images: always, workloads: all.sort((a, b) => (a.workload < b.workload ? -1 : 1)) };
}

interface Condition {
  readonly path: string;
  readonly is: unknown;
}

/** Switches that a workload goes with. */
function conditionsOf(name: string, switches: readonly Switch[]): Condition[] {
  const without = switches.filter(({ objects }) => !lasting(objects).some((object) => nameOf(object) === name));
  return [...new Map(without.map(({ path, was }) => [path, { path, is: was }])).values()];
}

/** One rendering of a chart, and what renders others. */
interface Scene {
  readonly values: Values;
  readonly objects: readonly Rendered[];
  readonly defaults: Values;
  readonly render: Render;
}

function workloadsIn(scene: Scene): Map<string, FootprintWorkload> {
  const sources = sourcesOf(scene);
  const twins = new Map(lasting(sources.objects).map((object) => [nameOf(object), object]));
  return new Map(
    lasting(scene.objects).map((object) => {
      const pair: Pair = { object, twin: twins.get(nameOf(object)), paths: sources.paths, defaults: scene.defaults };
      const workload = nameOf(object);
      return [workload, { workload, pods: podsOf(pair), requests: amounts("requests", pair), limits: amounts("limits", pair) }];
    }),
  );
}

interface Sources {
  /** Rendered with a number of its own for each value. */
  readonly objects: readonly Rendered[];
  /** The value a number was for. */
  readonly paths: ReadonlyMap<number, string>;
}

/** Replaces every number by another one that tells it apart; those that the chart takes no other for stay. */
function sourcesOf({ values, render }: Scene): Sources {
  const numbered = pathsOf(values)
    .filter((path) => NUMBERS.test(path.join(".")))
    .map((path, index) => ({ path, number: 701 + index }));
  const withMarks = (those: typeof numbered): Values =>
    those.reduce((each, { path, number }) => changed(each, path, (value) => marked(value, number)), values);
  const all = render(withMarks(numbered));
  const taken = all ? numbered : numbered.filter((each) => render(withMarks([each])) !== undefined);
  const objects = all ?? render(withMarks(taken)) ?? [];
  return { objects, paths: new Map(taken.map(({ path, number }) => [number, path.join(".")])) };
}

/** A quantity stays one: `701m` of a CPU, `701Mi` of memory, 701 pods. */
function marked(value: unknown, number: number): unknown {
  return typeof value === "string" ? `${number}${value.replace(/^[\d.]+/, "")}` : number;
}

interface Switch extends Condition {
  readonly was: unknown;
  readonly values: Values;
  readonly objects: readonly Rendered[];
}

function switchesOf(values: Values, render: Render): Switch[] {
  return pathsOf(values).flatMap((path) => {
    const was = valueAt(values, path);
    const others = typeof was === "boolean" ? [!was] : KINDS.includes(was) ? KINDS.filter((kind) => kind !== was) : [];
    return others.flatMap((is) => {
      const found = taken(
        changed(values, path, () => is),
        path,
        render,
      );
      return found ? [{ path: path.join("."), was, is, ...found }] : [];
    });
  });
}

/** Values that the chart takes: where it refuses one switch alone, with another one of the same part off as well. */
function taken(turned: Values, path: readonly string[], render: Render): Pick<Switch, "values" | "objects"> | undefined {
  const beside = pathsOf(turned).filter(([top, ...rest]) => top === path[0] && rest.at(-1) === "enabled");
  const others = beside.filter((each) => valueAt(turned, each) === true).map((each) => changed(turned, each, () => false));
  for (const values of [turned, ...others]) {
    const objects = render(values);
    if (objects) return { values, objects };
  }
  return undefined;
}

/** A workload, itself with marks, and what they tell. */
interface Pair {
  readonly object: Rendered;
  readonly twin: Rendered | undefined;
  readonly paths: Sources["paths"];
  readonly defaults: Values;
}

function podsOf({ object, twin, paths, defaults }: Pair): FootprintWorkload["pods"] {
  if (object.kind === "DaemonSet") return runsOnControlPlanes(podSpecOf(object)) ? "node" : "worker";
  const replicas = valueAt(object, ["spec", "replicas"]);
  const from = paths.get(Number(valueAt(twin, ["spec", "replicas"])));
  if (from === undefined) return { count: typeof replicas === "number" ? replicas : 1 };
  const own = valueAt(defaults, from.split("."));
  return { count: typeof own === "number" ? own : 1, from };
}

function runsOnControlPlanes({ tolerations = [] }: PodSpec = {}): boolean {
  return (tolerations ?? []).some(
    ({ key, operator, effect }) =>
      (key === undefined ? operator === "Exists" : key === "node-role.kubernetes.io/control-plane") &&
      (effect === undefined || effect === "NoSchedule"),
  );
}

function amounts(which: keyof Resources, { object, twin, paths, defaults }: Pair): Footprint {
  const [own, others] = [resourcesOf(object), twin ? resourcesOf(twin) : []];
  const sum = (resource: "cpu" | "memory", scale: number): FootprintAmount => {
    const amountOf = (each: unknown): number => Math.round(quantity(String(each)) * scale);
    let fixed = 0;
    const from: Record<string, number> = {};
    own.forEach((each, index) => {
      const text = asked(each, which, resource);
      if (text === undefined) return;
      const mark = String(asked(others[index] ?? {}, which, resource) ?? "");
      const path = paths.get(Number(/^\d+/.exec(mark)?.[0] ?? NaN));
      if (path === undefined) fixed += amountOf(text);
      else from[path] = amountOf(valueAt(defaults, path.split(".")) ?? 0);
    });
    return { fixed, ...(Object.keys(from).length === 0 ? {} : { from }) };
  };
  return { cpuMillis: sum("cpu", 1000), memoryMiB: sum("memory", 1 / 1024 ** 2) };
}

/** Who says only what it may take at most asks for that. */
function asked({ requests, limits }: Resources, which: keyof Resources, resource: string): string | number | undefined {
  return which === "limits" ? limits?.[resource] : (requests?.[resource] ?? limits?.[resource]);
}

/** Of every container that runs as long as the pod does. */
function resourcesOf(object: Rendered): Resources[] {
  const { containers = [], initContainers } = podSpecOf(object) ?? {};
  const sidecars = (initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  return [...containers, ...sidecars].map(({ resources }) => resources ?? {});
}

function lasting(objects: readonly Rendered[]): Rendered[] {
  return objects.filter((object) => podSpecOf(object) !== undefined && staysUp(object));
}

function nameOf({ kind, metadata: { name } }: Rendered): string {
  return `${kind}/${name}`;
}
