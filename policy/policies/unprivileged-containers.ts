import type { ResourcePolicy } from "../policy";
import { isContainer } from "../types";
import { at, isHidden, isTrue, list, text } from "../values";
import type { Value, Values } from "../values";

/** Containers of Proxmox share their host's kernel: root in one that is privileged is root on the host, and so on all VMs of it. */
export const unprivilegedContainers: ResourcePolicy = {
  name: "unprivileged-containers",
  description: "Containers of Proxmox have nothing of their host",
  remedy: "set unprivileged: true, and give it volumes in place of what is the host's",
  severity: "high",
  judge: (resource) => {
    if (!isContainer(resource)) return [];
    const reached = reachedBy(resource.properties);
    return reached.length === 0 ? [] : [`the container reaches for its host (${reached.join(", ")})`];
  },
};

function reachedBy(properties: Values): string[] {
  const unprivileged = at(properties, "unprivileged");
  const texts = (key: string, of: string): string[] => list(at(properties, key)).flatMap((each) => text(at(each, of)) ?? []);
  return [
    // What nobody says the provider takes for false.
    ...(isTrue(unprivileged) || isHidden(unprivileged) ? [] : ["it is privileged"]),
    // A storage has a name; a path is the host's.
    ...texts("mountPoints", "volume").filter((volume) => volume.startsWith("/")),
    ...texts("devicePassthroughs", "path"),
    ...(list(at(properties, "idmaps")).some(isRoot) ? ["its users are the host's root (idmaps)"] : []),
    ...(text(at(properties, "hookScriptFileId")) ? ["it has a script run on the host (hookScriptFileId)"] : []),
  ];
}

/** Whether a range of users begins with the host's own root. */
function isRoot(range: Value): boolean {
  return at(range, "hostId") === 0;
}
