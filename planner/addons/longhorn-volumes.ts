import { LONGHORN_VOLUME_DEFAULTS as DEFAULTS } from "../../config/addons/longhorn-volumes";
import type { LonghornFacts, PlannedMachine } from "../plan";
import type { AddonContext, AddonResource } from "./definition";
import type { Values } from "./layers";
import { Sourced } from "./sourced";

type Context = Pick<AddonContext<"longhorn">, "config">;

const AT = "addons.longhorn";

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

/** By name, for the engine hands maps on sorted. */
export function inOrder<T>(map: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}
