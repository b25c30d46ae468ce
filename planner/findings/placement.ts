import type { Finding, Plan } from "../plan";
import type { AllocatedPool } from "../seats";
import { finding } from "./catalog";

/** Pools that go wherever there is a host: what joins later would move what is there. */
export function judgePinning(pools: readonly AllocatedPool[], hosts: Plan["hosts"]): Finding[] {
  if (hosts.length < 2) return [];
  return pools
    .filter(({ config, seats }) => config.source === "proxmox" && config.hosts === undefined && seats.length > 0)
    .map(({ name, path }) =>
      finding(
        "placement-unpinned",
        path,
        `${name} goes to all ${hosts.length} hosts in turn: another host would move machines that stand`,
        `name the hosts: hosts: [${hosts.map((host) => host.name).join(", ")}]`,
      ),
    );
}
