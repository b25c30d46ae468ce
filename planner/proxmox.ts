import type { FormationStep, PlannedProxmox } from "./plan";
import type { Site } from "./site";

/** How the Proxmox cluster is reached; null for a stack without one. */
export function planProxmox(site: Site): PlannedProxmox | null {
  const { proxmox, metadata } = site;
  if (proxmox.endpoint === "") return null;
  return {
    endpoint: proxmox.endpoint,
    insecure: proxmox.insecure,
    ...vmMarks(site),
    ...(proxmox.ha ? { ha: proxmox.ha } : {}),
    identityTag: metadata.name,
    ...(proxmox.cluster ? { cluster: proxmox.cluster.name } : {}),
    ...(proxmox.cluster?.qdevice === undefined ? {} : { qdevice: proxmox.cluster.qdevice }),
    hosts: Object.keys(proxmox.hosts).sort(),
    formation: planFormation(site),
  };
}

/** What every VM of the stack is marked with: tags, the one that no VM of another stack has among them, and its resource pool. */
export function vmMarks({ proxmox, metadata }: Pick<Site, "proxmox" | "metadata">): Pick<PlannedProxmox, "poolId" | "tags"> {
  return {
    poolId: proxmox.poolId ?? metadata.name,
    tags: [...new Set([metadata.name, "talos", ...proxmox.tags])].sort(),
  };
}

/**
 * The commands that make one Proxmox cluster of the hosts. They are guided, not carried out: forming and joining are root's own
 * (an API token is refused), and joining takes a host's configuration away.
 */
function planFormation({ proxmox }: Site): FormationStep[] {
  const { cluster } = proxmox;
  if (!cluster) return [];
  const names = Object.keys(proxmox.hosts).sort();
  const [first = "", ...others] = [
    ...names.filter((name) => isEntry(proxmox, name)),
    ...names.filter((name) => !isEntry(proxmox, name)),
  ];
  const address = proxmox.hosts[first]?.address ?? "";
  return [
    { host: first, command: `pvecm create ${cluster.name}`, note: "once; the VMs of this host stay" },
    ...others.map((host) => ({
      host,
      command: `pvecm add ${address}`,
      note: "before the host has any VM: joining replaces its configuration with the cluster's",
    })),
    ...(cluster.qdevice === undefined
      ? []
      : [
          {
            host: first,
            command: `pvecm qdevice setup ${cluster.qdevice}`,
            note: "after apt install corosync-qdevice on every host and corosync-qnetd over there",
          },
        ]),
  ];
}

/** Whether the API is reached through this host: it was there first. */
function isEntry(proxmox: Site["proxmox"], name: string): boolean {
  return new URL(proxmox.endpoint).hostname.replace(/^\[|\]$/g, "") === proxmox.hosts[name]?.address;
}
