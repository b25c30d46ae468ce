import { LONGHORN_DEFAULTS } from "../../config/addons/longhorn";
import { LONGHORN_VOLUME_DEFAULTS as DEFAULTS } from "../../config/addons/longhorn-volumes";
import type { UnplacedProblem } from "../../config/problem";
import { problem } from "../../config/problem";
import type { LonghornFacts, PlannedMachine } from "../plan";
import type { Site } from "../site";
import type { AddonContext, AddonResource } from "./definition";
import type { Values } from "./layers";
import { Sourced } from "./sourced";

type Context = Pick<AddonContext<"longhorn">, "config">;

const AT = "addons.longhorn";

/** Classes that Longhorn makes by itself. */
const OWN_CLASSES = ["longhorn", "longhorn-static"];

/** Tasks that put backups away. */
const BACKUPS = ["backup"];

/** Which machines keep the volumes of each class. */
export function plannedClasses(
  { config: { classes } }: Context,
  replicas: number,
  keepers: readonly PlannedMachine[],
): Pick<LonghornFacts, "classes" | "taggedPools"> {
  const all = inOrder(classes);
  return {
    classes: all.map(([name, each]) => ({
      name,
      replicas: each.replicas ?? (each.dataLocality === "strict-local" ? 1 : replicas),
      machines: keepers.filter(({ pool }) => each.pool === undefined || each.pool === pool).map((machine) => machine.name),
    })),
    taggedPools: [...new Set(all.flatMap(([, { pool }]) => (pool === undefined ? [] : [pool])))].sort(),
  };
}

/** Classes as the chart hands them on; nobody changes them later, for Kubernetes lets nobody. */
export function classObjects({ config: { classes } }: Context, facts: LonghornFacts): Sourced<readonly unknown[]> | undefined {
  const objects = inOrder(classes).map(([name, each]) => ({
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: {
      name,
      ...(each.default === true ? { annotations: { "storageclass.kubernetes.io/is-default-class": "true" } } : {}),
    },
    provisioner: "driver.longhorn.io",
    allowVolumeExpansion: true,
    reclaimPolicy: each.reclaimPolicy ?? DEFAULTS.reclaimPolicy,
    // The only copy is where the pod is: that must be known before there is one.
    volumeBindingMode: each.dataLocality === "strict-local" ? "WaitForFirstConsumer" : "Immediate",
    parameters: {
      numberOfReplicas: String(facts.classes.find((planned) => planned.name === name)?.replicas ?? facts.replicas),
      staleReplicaTimeout: "30",
      fsType: each.filesystem ?? "ext4",
      dataLocality: each.dataLocality ?? "disabled",
      ...(each.pool === undefined ? {} : { nodeSelector: each.pool }),
      ...(each.groups
        ? { recurringJobSelector: JSON.stringify(each.groups.map((group) => ({ name: group, isGroup: true }))) }
        : {}),
    },
  }));
  return objects.length > 0 ? new Sourced(objects, { layer: "stack", path: `${AT}.classes` }) : undefined;
}

/** Jobs on a schedule. */
export function jobResources({ config: { jobs } }: Context): AddonResource[] {
  return inOrder(jobs).map(([name, { task, cron, retain, concurrency, groups, labels }]) => {
    const from = <T>(key: string, value: T | undefined, fallback: T): T | Sourced<T> =>
      value === undefined ? fallback : new Sourced(value, { layer: "stack", path: `${AT}.jobs.${name}.${key}` });
    const keeps = task === "snapshot-cleanup" || task === "filesystem-trim" ? 0 : DEFAULTS.retain;
    return {
      kind: "RecurringJob",
      name,
      spec: {
        name,
        task: from("task", task, task),
        cron: from("cron", cron, cron),
        retain: from("retain", retain, keeps),
        concurrency: from("concurrency", concurrency, DEFAULTS.concurrency),
        groups: from<readonly string[]>("groups", groups, DEFAULTS.groups),
        ...(labels ? { labels: decided(labels, `${AT}.jobs.${name}.labels`) } : {}),
      },
    };
  });
}

function decided(labels: Readonly<Record<string, string>>, path: string): Values {
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, new Sourced(value, { layer: "stack", path })]));
}

/** Jobs and classes that cannot be. */
export function judgeLonghornVolumes({ addons: { longhorn, proxmoxCsi }, topology }: Site): UnplacedProblem[] {
  if (!longhorn) return [];
  const { jobs, classes, backup, pools } = longhorn;
  const workers = Object.keys(topology.workers);
  const groups = new Set(Object.values(jobs).flatMap((each) => each.groups ?? DEFAULTS.groups));
  const taken = new Set([...OWN_CLASSES, ...Object.keys(proxmoxCsi?.storageClasses ?? {})]);
  const poolAt = (path: string, name: string, known: readonly string[]): UnplacedProblem[] =>
    known.includes(name)
      ? []
      : [
          problem(
            path,
            name,
            `no worker pool ${name} that keeps volumes`,
            known.join(", ") || "nothing: there are none",
            "correct it, or add it there",
          ),
        ];
  return [
    ...(pools ?? []).flatMap((name, index) => poolAt(`${AT}.pools.${index}`, name, workers)),
    ...inOrder(jobs).flatMap(([name, { task }]) =>
      BACKUPS.includes(task) && !backup
        ? [
            problem(
              `${AT}.jobs.${name}.task`,
              task,
              "a backup, and no place for it",
              "backup where addons.longhorn.backup has a target",
              "add addons.longhorn.backup, or take snapshot",
            ),
          ]
        : [],
    ),
    ...inOrder(classes).flatMap(([name, each]) => [
      ...(taken.has(name)
        ? [problem(`${AT}.classes.${name}`, name, "the name of a class that is there already", "any other name", "rename it")]
        : []),
      ...(each.pool === undefined ? [] : poolAt(`${AT}.classes.${name}.pool`, each.pool, pools ?? workers)),
      ...(each.groups ?? []).flatMap((group, index) =>
        groups.has(group)
          ? []
          : [
              problem(
                `${AT}.classes.${name}.groups.${index}`,
                group,
                `no job of a group ${group}`,
                [...groups].sort().join(", ") || "nothing: there are no jobs",
                "correct it, or add it to addons.longhorn.jobs",
              ),
            ],
      ),
    ]),
  ];
}

/** Classes that take claims of no particular class, each with where the stack file says so. */
export function defaultClasses({
  addons: { longhorn },
}: Pick<Site, "addons">): { readonly name: string; readonly path: string }[] {
  if (!longhorn) return [];
  const own = longhorn.defaultClass ?? LONGHORN_DEFAULTS.defaultClass;
  return [
    ...(own ? [{ name: "longhorn (addons.longhorn.defaultClass)", path: `${AT}.defaultClass` }] : []),
    ...inOrder(longhorn.classes).flatMap(([name, each]) =>
      each.default === true ? [{ name, path: `${AT}.classes.${name}.default` }] : [],
    ),
  ];
}

function inOrder<T>(map: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}
