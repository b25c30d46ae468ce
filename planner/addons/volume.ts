import type { UnplacedProblem } from "../../config/problem";
import { problem } from "../../config/problem";
import type { Site } from "../site";
import type { AddonContext, AddonDefinition } from "./definition";
import { defaultClasses } from "./longhorn-judgement";
import { BASE, Sourced } from "./sourced";

/** Class of volumes that Longhorn makes. */
const LONGHORN_CLASS = "longhorn";

/** The volume of an add-on that keeps what it collects, wherever something makes volumes. */
export function volumeOf(
  { key, storageGiB }: AddonDefinition,
  config: { readonly storageGiB?: number | undefined },
  on: readonly AddonDefinition[],
): AddonContext["volume"] {
  if (storageGiB === undefined || !hasStorage(on)) return undefined;
  const size =
    config.storageGiB === undefined
      ? new Sourced(storageGiB, BASE)
      : new Sourced(config.storageGiB, { layer: "stack", path: `addons.${key}.storageGiB` });
  return { size, storageClass: LONGHORN_CLASS };
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
  if (hasStorage(on)) return [];
  return on.flatMap(({ key }) => {
    const value = (addons[key] as { readonly storageGiB?: number } | undefined)?.storageGiB;
    if (value === undefined) return [];
    const path = `addons.${key}.storageGiB`;
    const remedy = "add addons.longhorn, or leave it out: what is collected goes with the pod then";
    return [
      { path, value, message: "a volume, and nothing that makes one", allowed: "a size where addons.longhorn is on", remedy },
    ];
  });
}

function hasStorage(on: readonly AddonDefinition[]): boolean {
  return on.some(({ provides }) => provides === "storage");
}
