import { LONGHORN_DEFAULTS } from "../../config/addons/longhorn";
import { LONGHORN_VOLUME_DEFAULTS as DEFAULTS } from "../../config/addons/longhorn-volumes";
import type { UnplacedProblem } from "../../config/problem";
import { problem } from "../../config/problem";
import type { Site } from "../site";
import { inOrder } from "./longhorn-volumes";

const AT = "addons.longhorn";

/** Classes that Longhorn makes by itself. */
const OWN_CLASSES = ["longhorn", "longhorn-static"];

/** Tasks that put backups away. */
const BACKUPS = ["backup"];

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
