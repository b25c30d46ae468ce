import type { ResourcePolicy } from "../policy";
import { isGuest } from "../types";
import { at, isHidden, list, text } from "../values";

/** Tags and pool, by which the stack's own VMs are told from all others. */
export const vmMarks: ResourcePolicy = {
  name: "vm-marks",
  description: "Every VM and container has the tags of its stack and is in its resource pool",
  remedy: "give it the stack's tags and pool: without them the guard of VMs takes it for somebody else's",
  severity: "high",
  judge: (resource, { marks }) => {
    if (!isGuest(resource) || !marks) return [];
    const { properties } = resource;
    const [tags, pool] = [at(properties, "tags"), at(properties, "poolId")];
    const missing = isHidden(tags) ? [] : marks.tags.filter((tag) => !list(tags).includes(tag));
    return [
      ...(missing.length === 0 ? [] : [`it lacks ${missing.length === 1 ? "the tag" : "the tags"} ${missing.join(", ")}`]),
      ...(isHidden(pool) || text(pool) === marks.poolId
        ? []
        : [
            `it is in ${pool === undefined ? "no resource pool" : `the resource pool ${text(pool) ?? ""}`} instead of ${marks.poolId}`,
          ]),
    ];
  },
};
