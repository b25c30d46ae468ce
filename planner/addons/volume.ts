import type { UnplacedProblem } from "../../config/problem";
import { nearest, problem } from "../../config/problem";
import type { AddonKey } from "../plan";
import type { Site } from "../site";
import type { AddonContext, AddonDefinition } from "./definition";
import { defaultClasses } from "./longhorn-judgement";
import { BASE, Sourced } from "./sourced";

/** Class of volumes that Longhorn makes. */
export const LONGHORN_CLASS = "longhorn";

/** What the stack file says of an add-on's volume. */
interface Keeping {
  readonly storageGiB?: number | undefined;
  readonly storageClass?: string | undefined;
}

/** The volume of an add-on that keeps what it collects, wherever something makes volumes. */
export function volumeOf(
  { key, storageGiB }: AddonDefinition,
  config: Keeping,
  on: readonly AddonDefinition[],
): AddonContext["volume"] {
  if (storageGiB === undefined || (!hasStorage(on) && config.storageClass === undefined)) return undefined;
  const from = <T>(setting: keyof Keeping, asked: T | undefined, fallback: T): Sourced<T> =>
    asked === undefined ? new Sourced(fallback, BASE) : new Sourced(asked, { layer: "stack", path: `addons.${key}.${setting}` });
  return {
    size: from("storageGiB", config.storageGiB, storageGiB),
    storageClass: from("storageClass", config.storageClass, LONGHORN_CLASS),
  };
}

/** Who makes the volume of an add-on, where that is not Longhorn. */
export function makerOf({ key }: AddonDefinition, { addons }: Pick<Site, "addons">): readonly "proxmoxCsi"[] {
  const { storageClass } = keepingOf(key, { addons });
  return storageClass !== undefined && Object.hasOwn(addons.proxmoxCsi?.storageClasses ?? {}, storageClass) ? ["proxmoxCsi"] : [];
}

/** Claims of no particular class go to one class. */
export function judgeDefaultClasses(site: Site): UnplacedProblem[] {
  const csi = Object.entries(site.addons.proxmoxCsi?.storageClasses ?? {}).flatMap(([name, each]) =>
    each.default ? [{ name, path: `addons.proxmoxCsi.storageClasses.${name}.default` }] : [],
  );
  const all = [...defaultClasses(site), ...csi.sort((a, b) => (a.name < b.name ? -1 : 1))];
  return all.slice(1).map(({ path }) => {
    const message = `claims of no particular class go to ${all[0]?.name ?? ""} already`;
    return problem(path, true, message, "one default class", "set it to false, or the other one");
  });
}

/** Volumes that nothing makes. */
export function judgeVolumes({ addons }: Site, on: readonly AddonDefinition[]): UnplacedProblem[] {
  const classes = [
    ...(hasStorage(on) ? [LONGHORN_CLASS, ...Object.keys(addons.longhorn?.classes ?? {}).sort()] : []),
    ...Object.keys(addons.proxmoxCsi?.storageClasses ?? {}).sort(),
  ];
  return on.flatMap(({ key }) => [
    ...judgeSize(key, keepingOf(key, { addons }), hasStorage(on)),
    ...judgeClass(key, keepingOf(key, { addons }), classes),
  ]);
}

function judgeSize(key: AddonKey, { storageGiB, storageClass }: Keeping, hasLonghorn: boolean): UnplacedProblem[] {
  if (storageGiB === undefined || storageClass !== undefined || hasLonghorn) return [];
  return [
    problem(
      `addons.${key}.storageGiB`,
      storageGiB,
      "a volume, and nothing that makes one",
      "a size where addons.longhorn is on, or with a storageClass of addons.proxmoxCsi",
      "add addons.longhorn, name a class, or leave it out: what is collected goes with the pod then",
    ),
  ];
}

function judgeClass(key: AddonKey, { storageClass }: Keeping, classes: readonly string[]): UnplacedProblem[] {
  if (storageClass === undefined || classes.includes(storageClass)) return [];
  const meant = nearest(storageClass, classes);
  return [
    problem(
      `addons.${key}.storageClass`,
      storageClass,
      "no class of volumes that this stack has",
      classes.join(", ") || "none is there: addons.longhorn or addons.proxmoxCsi bring some",
      meant === undefined ? "correct it, or add it there" : `did you mean ${meant}?`,
    ),
  ];
}

function keepingOf(key: AddonKey, { addons }: Pick<Site, "addons">): Keeping {
  return (addons[key] ?? {}) as Keeping;
}

function hasStorage(on: readonly AddonDefinition[]): boolean {
  return on.some(({ provides }) => provides === "storage");
}
