import type { UnplacedProblem } from "../../config/problem";
import { problem } from "../../config/problem";
import { inUrl, isInside, isSame, prefixOf, purposeOf } from "../addresses";
import { stackRanges } from "../allocation";
import { API_PORT } from "../endpoint";
import { addressesOf, macAddress } from "../machines";
import { fixedAddresses, planNetwork } from "../network";
import { hostsInTurn } from "../placement";
import type { PlannedBalancer, PlannedBalancers, PlannedMachine } from "../plan";
import { addressRange } from "../range-texts";
import type { AllocatedPool, Seat } from "../seats";
import type { Site } from "../site";
import { METRICS_PORT, haproxyConfig } from "./haproxy-config";
import type { Backend } from "./haproxy-config";
import { FIRST_PRIORITY, keepalivedConfig } from "./keepalived-config";
import { PATH, balancerSeats, judgeBalancerSeats } from "./seats";
import type { HaproxyConfig } from "./seats";
import { LINK, planSeed } from "./seed";

/** The balancers in front of the API; undefined where the stack has none of its own. */
export function planBalancers(
  site: Site,
  all: readonly Pick<PlannedMachine, "name" | "role" | "address">[],
): PlannedBalancers | undefined {
  const { haproxy } = site.network.endpoint;
  if (!haproxy) return undefined;
  const backends = all
    .filter(({ role }) => role === "controlplane")
    .map(({ name, address }) => ({ name, address: `${inUrl(address)}:${API_PORT}` }));
  const seats = balancerSeats(haproxy, stackRanges(site));
  const hosts = balancerHosts(site, haproxy);
  const machines = seats.map((seat) => planBalancer(site, haproxy, { seat, seats, hosts, backends }));
  const { url, sha512 } = haproxy.image;
  return {
    virtualAddress: haproxy.vip,
    machines,
    image: {
      url,
      sha512,
      fileName: `${site.metadata.name}-balancer-${sha512.slice(0, 8)}.qcow2`,
      datastore: site.proxmox.imageDatastore,
      hosts: [...new Set(machines.map(({ host }) => host))].sort(),
    },
  };
}

/** `address:port` of the balancers' metrics by name, in order; none where nobody may read them. */
export function balancerMetrics(site: Site): (readonly [name: string, target: string])[] {
  const { haproxy } = site.network.endpoint;
  if (haproxy?.metrics !== true) return [];
  return balancerSeats(haproxy, stackRanges(site)).map(
    ({ name, address }) => [name, `${inUrl(address)}:${METRICS_PORT}`] as const,
  );
}

/** Balancers that cannot be, or be reached. */
export function judgeBalancers(site: Site, pools: readonly AllocatedPool[]): UnplacedProblem[] {
  const { haproxy } = site.network.endpoint;
  if (!haproxy) return [];
  return [
    ...judgeBalancerSeats(haproxy, stackRanges(site), pools),
    ...judgeHosts(site, haproxy),
    ...judgeVirtualAddress(site, haproxy, pools),
  ];
}

/** The hosts that balancers are put on in turn: those that fail together are not neighbours. */
export function balancerHosts(site: Site, { hosts }: Pick<HaproxyConfig, "hosts">): readonly string[] {
  return hostsInTurn(site, { role: "controlplane", config: { ...(hosts ? { hosts } : {}) } });
}

interface Parts {
  readonly seat: Seat;
  readonly seats: readonly Seat[];
  readonly hosts: readonly string[];
  readonly backends: readonly Backend[];
}

function planBalancer(site: Site, haproxy: HaproxyConfig, { seat, seats, hosts, backends }: Parts): PlannedBalancer {
  const { name, address, index } = seat;
  const vmId = seat.vmId ?? 0;
  const host = hosts[index % hosts.length] ?? "";
  const addresses = addressesOf(site, seat);
  const mac = macAddress(site.metadata.name, vmId);
  const { cores, memoryGiB, diskGiB, datastore, vip: virtualAddress, virtualRouterId, sshAuthorizedKeys } = haproxy;
  const peers = seats.filter((other) => other !== seat).map((other) => other.address);
  const seed = planSeed({
    name,
    clusterName: site.metadata.name,
    macAddress: mac,
    addresses,
    network: planNetwork(site),
    sshAuthorizedKeys,
    haproxy: haproxyConfig({
      port: API_PORT,
      addresses: addresses.map((each) => each.address),
      backends,
      metrics: haproxy.metrics,
    }),
    keepalived: keepalivedConfig({
      name,
      address,
      peers,
      virtualAddress,
      prefixLength: prefixOf(site.network.subnet),
      virtualRouterId,
      priority: FIRST_PRIORITY - index,
      port: API_PORT,
      link: LINK,
    }),
  });
  const shared = site.proxmox.hosts[host]?.datastores[datastore]?.shared === true;
  const system = { name: "system", sizeGiB: diskGiB, datastore, shared, slot: 0, selector: "system_disk" };
  return { name, host, vmId, macAddress: mac, address, addresses, cores, memoryMiB: memoryGiB * 1024, disks: [system], seed };
}

function judgeHosts(site: Site, haproxy: HaproxyConfig): UnplacedProblem[] {
  const known = Object.keys(site.proxmox.hosts).sort();
  const unknown = (haproxy.hosts ?? []).flatMap((host, index) => (known.includes(host) ? [] : [{ host, index }]));
  if (unknown.length > 0) {
    const remedy = "name one that is declared under proxmox.hosts";
    return unknown.map(({ host, index }) =>
      problem(`${PATH}.hosts.${index}`, host, "no host of this name", known.join(", ") || "none", remedy),
    );
  }
  return [...new Set(balancerHosts(site, haproxy))].flatMap((host) => {
    const names = Object.keys(site.proxmox.hosts[host]?.datastores ?? {});
    if (names.includes(haproxy.datastore)) return [];
    const message = `no datastore of this name on ${host}`;
    return [
      problem(`${PATH}.datastore`, haproxy.datastore, message, names.join(", "), "name one that every host of the balancers has"),
    ];
  });
}

function judgeVirtualAddress(site: Site, { vip }: HaproxyConfig, pools: readonly AllocatedPool[]): UnplacedProblem[] {
  const { subnet, addresses } = site.network;
  const path = `${PATH}.vip`;
  if (!isInside(vip, subnet)) return [problem(path, vip, "outside of the subnet", `an address of ${subnet}`, "correct it")];
  const allowed = `an address of ${subnet} that no host, gateway or machine has or could get`;
  const existing = pools
    .filter(({ config }) => config.source === "existing")
    .flatMap((pool) => pool.seats.map((seat) => [`${pool.path}.machines.${seat.name}`, seat.address] as const));
  const owner = [...fixedAddresses(site), ...existing].find(([, other]) => isSame(other, vip))?.[0];
  const message =
    purposeOf(vip, subnet) ??
    (owner === undefined ? undefined : `the same address as ${owner}`) ??
    (addressRange(addresses).indexOf(vip) < 0 ? undefined : "among the machines' addresses");
  return message === undefined ? [] : [problem(path, vip, message, allowed, "choose another, or shorten network.addresses")];
}
