import type { EnvironmentClass } from "../../config/metadata";
import type { PlannedResource } from "../plan";
import type { AddonDefinition, AddonResource, ResourceKind } from "./definition";
import { mergeLayers, originsOf } from "./layers";

type Bringing = Pick<AddonDefinition, "key" | "brings">;

/** What the resources of an add-on depend on besides. */
export interface ResourceSurroundings {
  /** Every add-on that is on. */
  readonly on: readonly Bringing[];
  readonly environmentClass: EnvironmentClass;
  /** Of the release. */
  readonly namespace: string;
}

/**
 * Custom resources of an add-on with all that they wait for, in order of kind and name.
 *
 * @throws {Error} for a kind that no add-on brings which is on: a mistake in the add-on, not in a stack file
 */
export function plannedResources(
  resources: readonly AddonResource[],
  { key }: Pick<AddonDefinition, "key">,
  { on, environmentClass, namespace }: ResourceSurroundings,
): PlannedResource[] {
  return resources
    .map((resource): PlannedResource => {
      const { kind, name, labels, spec } = resource;
      const [bringing, { apiVersion, plural, scope }] = bringerOf(kind, key, on);
      const merged = mergeLayers({
        base: spec,
        overlays: { homelab: {}, prod: {} },
        environmentClass,
        own: {},
        ownPath: "",
      });
      return {
        apiVersion,
        kind,
        metadata: {
          name,
          ...(scope === "Namespaced" ? { namespace: resource.namespace ?? namespace } : {}),
          ...(labels ? { labels } : {}),
        },
        spec: merged.values,
        origins: originsOf(merged.leaves),
        after: [...new Set([key, bringing.key])].sort(),
        ...(bringing.brings?.by === "operator" ? { served: `/apis/${apiVersion}/${plural}` } : {}),
      };
    })
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

/** The add-on's own kind before another's of the same name. */
function bringerOf(kind: string, key: AddonDefinition["key"], on: readonly Bringing[]): [Bringing, ResourceKind] {
  for (const each of [...on].sort((a, b) => Number(b.key === key) - Number(a.key === key))) {
    const found = each.brings?.kinds[kind];
    if (found) return [each, found];
  }
  throw new Error(`${key} makes a ${kind}, a kind that no add-on brings which is on`);
}

function sortKey({ kind, metadata: { namespace = "", name } }: PlannedResource): string {
  return [kind, namespace, name].join(" ");
}
