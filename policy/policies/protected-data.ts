import { mustBeProtected } from "../../planner/protection";
import type { DeclaredResource, ResourcePolicy } from "../policy";
import { isChart, isGuest } from "../types";
import { at, list, text } from "../values";

/** Disks and volumes go only on purpose. */
export const protectedData: ResourcePolicy = {
  name: "protected-data",
  description: "VMs and containers with disks of data, and Longhorn with all of its volumes, are protected",
  remedy: "set protect: true, and consent to the loss where it is meant (disks.<name>.remove, addons.longhorn.allowUninstall)",
  severity: "high",
  judge: (resource, facts) => {
    if (resource.protect) return [];
    if (isGuest(resource)) return unprotectedDisks(resource);
    return isLonghorn(resource) && !facts.mayUninstallLonghorn ? [UNPROTECTED_VOLUMES] : [];
  },
};

const UNPROTECTED_VOLUMES = "Longhorn is not protected: uninstalling it deletes every volume of the cluster";

function unprotectedDisks({ properties }: DeclaredResource): string[] {
  // A container has the one it boots from beside its volumes; a path of its host outlives it.
  const volumes = list(at(properties, "mountPoints")).filter((each) => !text(at(each, "volume"))?.startsWith("/"));
  const disks = list(at(properties, "disks")).length + (volumes.length > 0 ? volumes.length + 1 : 0);
  // Whatever else it is: more than the disk it boots from is data.
  if (!mustBeProtected({ role: "worker", disks, keepsVolumes: false })) return [];
  return [`it has ${disks} disks and is not protected: its data goes with whatever replaces or deletes it`];
}

/** From a repository, or as the archive that it is packed in. */
function isLonghorn(resource: DeclaredResource): boolean {
  return isChart(resource) && /(^|\/)longhorn(-v?[\d.]+\.tgz)?$/.test(text(at(resource.properties, "chart")) ?? "");
}
