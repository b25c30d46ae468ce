import type { UnplacedProblem } from "../config/problem";
import { nearest } from "../config/problem";
import type { StackConfig } from "../config/schema";
import { fnv1a } from "./fnv";
import type { PlannedMachine, PlannedPool } from "./plan";
import type { AllocatedPool } from "./seats";

/**
 * Puts every machine on a host: the pool's hosts in turn, by the machine's own index. So control planes are on different hosts
 * wherever the pool has as many, and adding a machine moves no other.
 */
export function place(config: StackConfig, pools: readonly AllocatedPool[]): PlannedPool[] {
  return pools.map(({ name, role, config: pool, seats }) => {
    const hosts = hostsOf(config, pool.hosts);
    const machines = seats.map((seat): PlannedMachine => ({
      name: seat.name,
      role,
      pool: name,
      host: hosts[seat.index % hosts.length] ?? "",
      vmId: seat.vmId,
      address: seat.address,
      macAddress: macAddress(config.metadata.name, seat.vmId),
      cores: pool.cores,
      memoryMiB: pool.memoryGiB * 1024,
      disks: [{ name: "system", sizeGiB: pool.diskGiB, datastore: pool.datastore }],
    }));
    return { name, role, machines };
  });
}

/** Hosts and datastores that pools name and Proxmox does not have. */
export function judgePlacement(config: StackConfig, pools: readonly AllocatedPool[]): UnplacedProblem[] {
  const known = Object.keys(config.proxmox.hosts).sort();
  return pools.flatMap(({ path, config: pool }) => {
    const unknown = (pool.hosts ?? []).flatMap((host, index) =>
      known.includes(host) ? [] : [missing(`${path}.hosts.${index}`, host, "no host of this name", known)],
    );
    const datastores = hostsOf(config, pool.hosts).flatMap((host) => {
      const names = Object.keys(config.proxmox.hosts[host]?.datastores ?? {});
      if (!known.includes(host) || names.includes(pool.datastore)) return [];
      return [missing(`${path}.datastore`, pool.datastore, `no datastore of this name on ${host}`, names)];
    });
    return [...unknown, ...datastores];
  });
}

/** All hosts in order of name, unless the pool names some: the order of the file must not decide where machines are. */
function hostsOf(config: StackConfig, named: readonly string[] | undefined): readonly string[] {
  return named ?? Object.keys(config.proxmox.hosts).sort();
}

function missing(path: string, value: string, message: string, known: readonly string[]): UnplacedProblem {
  const meant = nearest(value, known);
  return {
    path,
    value,
    message,
    allowed: known.join(", "),
    remedy: meant === undefined ? "name one that is declared under proxmox.hosts" : `did you mean ${meant}?`,
  };
}

/**
 * A locally administered address: `02`, one byte of the TalosCluster's name, four bytes of the VM id. Ids are unique in a Proxmox
 * cluster, so addresses are too; the name keeps clusters on different Proxmox clusters apart.
 */
function macAddress(clusterName: string, vmId: number): string {
  const bytes = [0x02, fnv1a(clusterName) & 0xff, ...[24, 16, 8, 0].map((shift) => Math.floor(vmId / 2 ** shift) & 0xff)];
  return bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(":");
}
