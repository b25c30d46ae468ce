import ipaddr from "ipaddr.js";
import type { UnplacedProblem } from "../config/problem";
import type { StackConfig } from "../config/schema";
import type { PlannedEndpoint, PlannedNetwork } from "./plan";
import { addressRange, show } from "./ranges";
import type { AllocatedPool } from "./seats";

/** Port of the Kubernetes API. */
const API_PORT = 6443;

/** The network as every machine is told. */
export function planNetwork({ network, proxmox }: StackConfig): PlannedNetwork {
  return {
    subnet: network.subnet,
    prefixLength: Number(network.subnet.split("/")[1]),
    gateway: network.gateway,
    nameservers: network.nameservers ?? [network.gateway],
    timeServers: network.timeServers,
    bridge: proxmox.bridge,
    ...(proxmox.vlanId === undefined ? {} : { vlanId: proxmox.vlanId }),
  };
}

/** Where the API is reached, and which machine that is when the address is a machine's own. */
export function planEndpoint({ network }: StackConfig, pools: readonly AllocatedPool[]): PlannedEndpoint {
  const host = network.endpoint.vip ?? network.endpoint.address ?? "";
  const url = `https://${host}:${API_PORT}`;
  const machine = pools.flatMap(({ seats }) => seats).find((seat) => seat.address === host);
  return network.endpoint.vip === undefined ? { url, host, kind: "machine", machine: machine?.name } : { url, host, kind: "vip" };
}

/** Whatever in the network does not go together. */
export function judgeNetwork(config: StackConfig, pools: readonly AllocatedPool[]): UnplacedProblem[] {
  return [...judgeRange(config), ...judgeFixed(config), ...judgeAddress(config, pools), ...judgeVip(config)];
}

function judgeRange({ network: { addresses, subnet } }: StackConfig): UnplacedProblem[] {
  const ends = addresses.split("-");
  if (!ends.every((end) => isInside(end, subnet)))
    return [
      problem("network.addresses", addresses, "leaves the subnet", `addresses of ${subnet}`, "correct it or network.subnet"),
    ];
  // Only the ends can be the subnet's own two: a range inside of it has no other values there.
  const special = ends.map((end) => purpose(end, subnet)).find((each) => each !== undefined);
  if (special === undefined) return [];
  return [
    problem("network.addresses", addresses, `holds ${special}`, `addresses of ${subnet} a machine can have`, "leave it out"),
  ];
}

/** Addresses that are there already: the gateway's and the hosts'. */
function fixedAddresses({ network, proxmox }: StackConfig): (readonly [path: string, address: string])[] {
  const hosts = Object.entries(proxmox.hosts).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ["network.gateway", network.gateway],
    ...hosts.map(([name, { address }]) => [`proxmox.hosts.${name}.address`, address] as const),
  ];
}

function judgeFixed(config: StackConfig): UnplacedProblem[] {
  const { subnet, gateway, addresses } = config.network;
  const range = addressRange(addresses);
  const problems: UnplacedProblem[] = [];
  // Hosts may be in a network of their own; the gateway must be reachable.
  if (!isInside(gateway, subnet)) {
    const allowed = `an address of ${subnet}`;
    problems.push(problem("network.gateway", gateway, "outside of the subnet", allowed, "correct it or network.subnet"));
  }
  const fixed = fixedAddresses(config);
  for (const [position, [path, address]] of fixed.entries()) {
    const special = purpose(address, subnet);
    if (special !== undefined) problems.push(problem(path, address, special, `an address of its own in ${subnet}`, "correct it"));
    if (range.indexOf(address) >= 0) {
      const allowed = `an address outside of ${show(range)}`;
      problems.push(problem(path, address, "among the machines' addresses", allowed, "move the range network.addresses"));
    }
    const twin = fixed.slice(0, position).find(([, other]) => other === address);
    if (twin) {
      const message = `the same address as ${twin[0]}`;
      problems.push(problem(path, address, message, "one address each", "correct one of the two"));
    }
  }
  return problems;
}

function judgeAddress({ network: { endpoint } }: StackConfig, pools: readonly AllocatedPool[]): UnplacedProblem[] {
  const own = pools.filter(({ role }) => role === "controlplane").flatMap(({ seats }) => seats.map(({ address }) => address));
  // Without control planes there are problems enough.
  if (endpoint.address === undefined || own.length === 0 || own.includes(endpoint.address)) return [];
  const remedy = "name a control plane's address, or share one as network.endpoint.vip";
  return [problem("network.endpoint.address", endpoint.address, "no control plane's address", own.join(", "), remedy)];
}

function judgeVip(config: StackConfig): UnplacedProblem[] {
  const { endpoint, subnet, addresses } = config.network;
  const { vip } = endpoint;
  if (vip === undefined) return [];
  const path = "network.endpoint.vip";
  if (!isInside(vip, subnet)) return [problem(path, vip, "outside of the subnet", `an address of ${subnet}`, "correct it")];
  const allowed = `an address of ${subnet} that no host, gateway or machine has or could get`;
  const special = purpose(vip, subnet);
  if (special !== undefined) return [problem(path, vip, special, allowed, "choose another")];
  const taken = fixedAddresses(config).find(([, address]) => address === vip);
  if (taken) return [problem(path, vip, `the same address as ${taken[0]}`, allowed, "choose another")];
  if (addressRange(addresses).indexOf(vip) < 0) return [];
  return [problem(path, vip, "among the machines' addresses", allowed, "choose another, or shorten network.addresses")];
}

function isInside(address: string, subnet: string): boolean {
  return ipaddr.IPv4.parse(address).match(ipaddr.IPv4.parseCIDR(subnet));
}

/** What an address is for when no machine can have it. Subnets of one or two addresses keep none for themselves. */
function purpose(address: string, subnet: string): string | undefined {
  if (Number(subnet.split("/")[1]) > 30) return undefined;
  if (address === ipaddr.IPv4.networkAddressFromCIDR(subnet).toString()) return "the subnet's own address";
  if (address === ipaddr.IPv4.broadcastAddressFromCIDR(subnet).toString()) return "the subnet's broadcast address";
  return undefined;
}

function problem(path: string, value: string, message: string, allowed: string, remedy: string): UnplacedProblem {
  return { path, value, message, allowed, remedy };
}
