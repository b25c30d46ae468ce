import type { UnplacedProblem } from "../config/problem";
import { problem } from "../config/problem";
import { familyOf, isInside, isSame, purposeOf } from "./addresses";
import type { PlannedNetwork } from "./plan";
import { addressRange } from "./range-texts";
import { show } from "./ranges";
import type { AllocatedPool } from "./seats";
import type { Site } from "./site";

/** The network as every machine is told. */
export function planNetwork({ network, proxmox }: Site): PlannedNetwork {
  const { subnet, gateway, ipv6 } = network;
  const first = subnet === "" ? [] : [{ family: familyOf(subnet), subnet, gateway }];
  const second = ipv6 ? [{ family: 6 as const, subnet: ipv6.subnet, gateway: ipv6.gateway }] : [];
  return {
    subnets: [...first, ...second],
    nameservers: network.nameservers ?? (gateway === "" ? [] : [gateway]),
    searchDomains: network.searchDomains,
    timeServers: network.timeServers,
    bridge: proxmox.bridge,
    ...(proxmox.vlanId === undefined ? {} : { vlanId: proxmox.vlanId }),
    ...(network.mtu === undefined ? {} : { mtu: network.mtu }),
    firewall: proxmox.firewall,
  };
}

/** Whatever in the network does not go together. */
export function judgeNetwork(site: Site, pools: readonly AllocatedPool[]): UnplacedProblem[] {
  return [...judgeRange(site), ...judgeFixed(site), ...judgeSecond(site), ...judgeExisting(site, pools)];
}

function judgeRange({ network: { addresses, subnet } }: Site): UnplacedProblem[] {
  return addresses === "" ? [] : judgeInside("network", addresses, subnet);
}

/** A range that leaves its subnet, or holds an address of it no machine can have. */
function judgeInside(path: string, addresses: string, subnet: string): UnplacedProblem[] {
  const ends = addresses.split(/[-,]/);
  const at = `${path}.addresses`;
  if (!ends.every((end) => isInside(end, subnet)))
    return [problem(at, addresses, "leaves the subnet", `addresses of ${subnet}`, `correct it or ${path}.subnet`)];
  // Of each part only the ends can be the subnet's own two: a range inside of it has no other values there.
  const special = ends.map((end) => purposeOf(end, subnet)).find((each) => each !== undefined);
  if (special === undefined) return [];
  return [problem(at, addresses, `holds ${special}`, `addresses of ${subnet} a machine can have`, "leave it out")];
}

/** Addresses that are there already: the gateway's and the hosts'. */
export function fixedAddresses({ network, proxmox }: Site): (readonly [path: string, address: string])[] {
  const hosts = Object.entries(proxmox.hosts).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...(network.gateway === "" ? [] : [["network.gateway", network.gateway] as const]),
    ...(network.ipv6 ? [["network.ipv6.gateway", network.ipv6.gateway] as const] : []),
    ...hosts.map(([name, { address }]) => [`proxmox.hosts.${name}.address`, address] as const),
    ...(proxmox.cluster?.qdevice === undefined ? [] : [["proxmox.cluster.qdevice", proxmox.cluster.qdevice] as const]),
  ];
}

function judgeFixed(site: Site): UnplacedProblem[] {
  const { subnet, gateway, addresses } = site.network;
  const range = addressRange(addresses);
  const problems: UnplacedProblem[] = [];
  // Hosts may be in a network of their own; the gateway must be reachable.
  if (gateway !== "" && !isInside(gateway, subnet)) {
    const allowed = `an address of ${subnet}`;
    problems.push(problem("network.gateway", gateway, "outside of the subnet", allowed, "correct it or network.subnet"));
  }
  const fixed = fixedAddresses(site);
  for (const [position, [path, address]] of fixed.entries()) {
    const special = subnet === "" ? undefined : purposeOf(address, subnet);
    if (special !== undefined) problems.push(problem(path, address, special, `an address of its own in ${subnet}`, "correct it"));
    if (range.indexOf(address) >= 0) {
      const allowed = `an address outside of ${show(range)}`;
      problems.push(problem(path, address, "among the machines' addresses", allowed, "move the range network.addresses"));
    }
    const twin = fixed.slice(0, position).find(([, other]) => isSame(other, address));
    if (twin) {
      const message = `the same address as ${twin[0]}`;
      problems.push(problem(path, address, message, "one address each", "correct one of the two"));
    }
  }
  return problems;
}

/** IPv6 beside IPv4: its own subnet, and an address for every one of the first range. */
function judgeSecond({ network: { ipv6, addresses } }: Site): UnplacedProblem[] {
  if (!ipv6) return [];
  const problems = judgeInside("network.ipv6", ipv6.addresses, ipv6.subnet);
  if (!isInside(ipv6.gateway, ipv6.subnet)) {
    const allowed = `an address of ${ipv6.subnet}`;
    problems.push(
      problem("network.ipv6.gateway", ipv6.gateway, "outside of the subnet", allowed, "correct it or network.ipv6.subnet"),
    );
  }
  const [first, second] = [addressRange(addresses), addressRange(ipv6.addresses)];
  if (second.indexOf(ipv6.gateway) >= 0) {
    const allowed = `an address outside of ${show(second)}`;
    problems.push(
      problem(
        "network.ipv6.gateway",
        ipv6.gateway,
        "among the machines' addresses",
        allowed,
        "move the range network.ipv6.addresses",
      ),
    );
  }
  if (second.length < first.length) {
    const message = `${second.length} for the ${first.length} of network.addresses`;
    problems.push(
      problem("network.ipv6.addresses", ipv6.addresses, message, `at least ${first.length} addresses`, "widen the range"),
    );
  }
  return problems;
}

/** Existing machines at an address that something else has, or that are to get a static one of another network. */
function judgeExisting(site: Site, pools: readonly AllocatedPool[]): UnplacedProblem[] {
  const fixed = fixedAddresses(site);
  return pools
    .filter(({ config }) => config.source === "existing")
    .flatMap(({ path, config, seats }) =>
      seats.flatMap(({ name, address }) => {
        const at = `${path}.machines.${name}.address`;
        const owner = fixed.find(([, other]) => isSame(other, address));
        if (owner) return [problem(at, address, `the same address as ${owner[0]}`, "one address each", "correct one of the two")];
        const isStatic = (config.machines?.[name]?.interface ?? config.interface) !== undefined;
        if (!isStatic || isInside(address, site.network.subnet)) return [];
        const remedy = "leave interface out: the machine keeps the address it has";
        return [problem(at, address, "a static address outside of the subnet", `an address of ${site.network.subnet}`, remedy)];
      }),
    );
}
