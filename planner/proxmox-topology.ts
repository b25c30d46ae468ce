import type { Site } from "./site";

/** Where a node is, as Kubernetes and the Proxmox CSI plugin have it. */
export const REGION_LABEL = "topology.kubernetes.io/region";
export const ZONE_LABEL = "topology.kubernetes.io/zone";

type Judged = Pick<Site, "addons" | "metadata" | "proxmox">;

/** What the Proxmox cluster is called in Kubernetes: its own name, or the stack's where nobody says it. */
export function regionOf({ metadata, proxmox }: Judged): string {
  return proxmox.cluster?.name ?? metadata.name;
}

/**
 * Labels by which the CSI plugin finds a machine's host; undefined without it. The zone is the host and nothing else: the plugin makes
 * a disk on the host that the zone names, and a kubelet refuses a driver whose zone is another than its node's.
 */
export function csiLabels(site: Judged, host: string): Readonly<Record<string, string>> | undefined {
  return site.addons.proxmoxCsi && { [REGION_LABEL]: regionOf(site), [ZONE_LABEL]: host };
}

/** Which VM a node is, for what looks for it in Proxmox; nothing where nothing does, or for a machine that is no VM. */
export function providerIdOf(site: Judged, vmId: number | null): { readonly providerId?: string } {
  const { proxmoxCcm, proxmoxCsi } = site.addons;
  return vmId === null || !(proxmoxCcm ?? proxmoxCsi) ? {} : { providerId: `proxmox://${regionOf(site)}/${vmId}` };
}
