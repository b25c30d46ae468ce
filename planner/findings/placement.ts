import { hostsInTurn, spreadOf } from "../placement";
import type { Finding } from "../plan";
import type { AllocatedPool } from "../seats";
import type { Site } from "../site";
import { finding } from "./catalog";

/** Pools that go wherever there is a host: what joins later would move what is there. */
export function judgePinning(site: Site, pools: readonly AllocatedPool[]): Finding[] {
  const count = Object.keys(site.proxmox.hosts).length;
  if (count < 2) return [];
  return pools
    .filter(({ config, seats }) => config.source === "proxmox" && config.hosts === undefined && seats.length > 0)
    .map((pool) =>
      finding(
        "placement-unpinned",
        pool.path,
        `${pool.name} goes to all ${count} hosts in turn: another host would move machines that stand`,
        `name the hosts in the order they are taken now: ${pinned(site, pool)}`,
      ),
    );
}

/** Keys that leave every machine of a pool where it is, and the rule it is spread by what it was. */
function pinned(site: Site, pool: AllocatedPool): string {
  const hosts = `hosts: [${hostsInTurn(site, pool).join(", ")}]`;
  // With hosts of its own, a pool is spread by failure domain only where it says so.
  const isImplied = pool.config.spread === undefined && spreadOf(pool) === "failureDomain";
  const hasDomains = Object.values(site.proxmox.hosts).some(({ failureDomain }) => failureDomain !== undefined);
  return isImplied && hasDomains ? `${hosts}, spread: failureDomain` : hosts;
}
