import type { UnplacedProblem } from "../config/problem";
import { nearest, problem } from "../config/problem";
import type { HostConfig } from "../config/schema";
import type { AllocatedPool } from "./seats";
import type { Site } from "./site";

/**
 * The host of every machine of a pool, by name: the pool's hosts in turn, by the machine's own index. So control planes are on
 * different hosts wherever the pool has as many, and adding a machine moves no other.
 */
export function placementOf(site: Site, pool: Pick<AllocatedPool, "config" | "role" | "seats">): Map<string, string> {
  const turn = hostsInTurn(site, pool);
  const { machines } = pool.config;
  return new Map(pool.seats.map(({ name, index }) => [name, machines?.[name]?.host ?? turn[index % turn.length] ?? ""]));
}

/** Hosts, datastores and devices that pools ask for and Proxmox does not have. */
export function judgePlacement(site: Site, pools: readonly AllocatedPool[]): UnplacedProblem[] {
  const known = Object.keys(site.proxmox.hosts).sort();
  return pools
    .filter(({ config }) => config.source === "proxmox")
    .flatMap((pool) => {
      const named = [
        ...(pool.config.hosts ?? []).map((host, index) => [`${pool.path}.hosts.${index}`, host] as const),
        ...Object.entries(pool.config.machines ?? {}).flatMap(([name, { host }]) =>
          host === undefined ? [] : [[`${pool.path}.machines.${name}.host`, host] as const],
        ),
      ];
      const unknown = named.filter(([, host]) => !known.includes(host));
      if (unknown.length > 0) return unknown.map(([path, host]) => missing(path, host, "no host of this name", known));
      const used = hostsUsed(site, pool);
      return [...judgeDatastores(site, pool, used), ...judgeDevices(site, pool, used), ...judgeSlots(pool)];
    });
}

/** Every host the pool could put a machine on, used or not: a machine more must not be what shows the mistake. */
function hostsUsed(site: Site, pool: AllocatedPool): string[] {
  const own = Object.values(pool.config.machines ?? {}).flatMap(({ host }) => host ?? []);
  return [...new Set([...hostsInTurn(site, pool), ...own])];
}

/** What decides how machines are spread. */
interface SpreadPool extends Pick<AllocatedPool, "role"> {
  readonly config: Pick<AllocatedPool["config"], "hosts" | "spread">;
}

/** The hosts that a pool's machines are put on in turn, by their index. */
export function hostsInTurn({ proxmox }: Site, pool: SpreadPool): readonly string[] {
  // In order of name unless the pool says otherwise: the order of the file must not decide where machines are.
  const hosts = pool.config.hosts ?? Object.keys(proxmox.hosts).sort();
  return spreadOf(pool) === "host" ? hosts : interleave(hosts, proxmox.hosts);
}

/** What a pool is spread over, by its own words or by what it is. */
export function spreadOf({ config: { spread, hosts }, role }: SpreadPool): "host" | "failureDomain" {
  return spread ?? (role === "controlplane" && hosts === undefined ? "failureDomain" : "host");
}

/** One host of every failure domain, then the next one of each: neighbours never fail together where that can be avoided. */
function interleave(hosts: readonly string[], known: Readonly<Record<string, HostConfig>>): string[] {
  const domains = new Map<string, string[]>();
  for (const host of hosts) {
    const domain = known[host]?.failureDomain;
    const key = domain === undefined ? `host ${host}` : `domain ${domain}`;
    domains.set(key, [...(domains.get(key) ?? []), host]);
  }
  const queues = [...domains.values()];
  const longest = Math.max(...queues.map((queue) => queue.length));
  return Array.from({ length: longest }, (_, round) => queues.flatMap((queue) => queue[round] ?? [])).flat();
}

function judgeDatastores({ proxmox }: Site, { path, config: pool }: AllocatedPool, used: readonly string[]): UnplacedProblem[] {
  const wanted = [
    [`${path}.datastore`, pool.datastore] as const,
    ...Object.entries(pool.disks).flatMap(([name, { datastore }]) =>
      datastore === undefined ? [] : [[`${path}.disks.${name}.datastore`, datastore] as const],
    ),
  ];
  return wanted.flatMap(([at, datastore]) =>
    used.flatMap((host) => {
      const names = Object.keys(proxmox.hosts[host]?.datastores ?? {});
      return names.includes(datastore) ? [] : [missing(at, datastore, `no datastore of this name on ${host}`, names)];
    }),
  );
}

function judgeDevices({ proxmox }: Site, { path, config: pool }: AllocatedPool, used: readonly string[]): UnplacedProblem[] {
  return pool.devices.flatMap(({ mapping }, index) =>
    used.flatMap((host) => {
      const names = Object.keys(proxmox.hosts[host]?.pciMappings ?? {});
      return names.includes(mapping)
        ? []
        : [missing(`${path}.devices.${index}.mapping`, mapping, `no mapping of this name on ${host}`, names)];
    }),
  );
}

/** Several disks without fixed places: taking one away would put the others where it was. */
function judgeSlots({ path, config: { disks } }: AllocatedPool): UnplacedProblem[] {
  const entries = Object.entries(disks);
  if (entries.length < 2) return [];
  return entries.flatMap(([name, { slot }], index) => {
    const at = `${path}.disks.${name}.slot`;
    const allowed = "a number from 1 to 30 no other disk of the pool has";
    if (slot === undefined)
      return [problem(at, null, "missing: one of several disks", allowed, "add slot, 1 for the disk that is there already")];
    const twin = entries.slice(0, index).find(([, other]) => other.slot === slot);
    return twin ? [problem(at, slot, `the slot of ${twin[0]} too`, allowed, "correct one of the two")] : [];
  });
}

function missing(path: string, value: string, message: string, known: readonly string[]): UnplacedProblem {
  const meant = nearest(value, known);
  return problem(
    path,
    value,
    message,
    known.length === 0 ? "none: the host declares no such thing" : known.join(", "),
    meant === undefined ? "name one that is declared under proxmox.hosts" : `did you mean ${meant}?`,
  );
}
