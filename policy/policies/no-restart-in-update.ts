import type { ResourcePolicy } from "../policy";
import { TYPES } from "../types";
import { at, isHidden } from "../values";

/** The provider updates VMs side by side: members of etcd that restart together are no quorum. */
export const noRestartInUpdate: ResourcePolicy = {
  name: "no-restart-in-update",
  description: "An update restarts no VM that is protected",
  remedy: "set rebootAfterUpdate: false, and restart machines one by one when it suits",
  severity: "high",
  judge: ({ type, protect, properties }) => {
    const value = at(properties, "rebootAfterUpdate");
    if (type !== TYPES.vm || !protect || value === false || isHidden(value)) return [];
    return ["rebootAfterUpdate is not false: updates restart machines side by side"];
  },
};
