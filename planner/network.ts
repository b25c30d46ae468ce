import ipaddr from "ipaddr.js";
import type { UnplacedProblem } from "../config/problem";
import type { StackConfig } from "../config/schema";
import type { AllocatedPool } from "./allocation";
import type { PlannedEndpoint, PlannedNetwork } from "./plan";
import { addressRange } from "./ranges";

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
  const { network, proxmox } = config;
  const problems: UnplacedProblem[] = [];
  const report = (path: string, value: string, message: string, allowed: string, remedy: string): void => {
    problems.push({ path, value, message, allowed, remedy });
  };
  const inSubnet = (address: string): boolean => ipaddr.parse(address).match(ipaddr.parseCIDR(network.subnet));
  const [first = "", last = ""] = network.addresses.split("-");
  const range = addressRange(network.addresses);
  if (!inSubnet(first) || !inSubnet(last)) {
    report(
      "network.addresses",
      network.addresses,
      "leaves the subnet",
      `addresses of ${network.subnet}`,
      "correct the range or network.subnet",
    );
  }
  if (!inSubnet(network.gateway))
    report(
      "network.gateway",
      network.gateway,
      "outside of the subnet",
      `an address of ${network.subnet}`,
      "correct it or network.subnet",
    );
  const fixed: (readonly [string, string])[] = [
    ["network.gateway", network.gateway],
    ...Object.entries(proxmox.hosts).map(([name, host]) => [`proxmox.hosts.${name}.address`, host.address] as const),
  ];
  for (const [path, address] of fixed) {
    if (range.indexOf(address) >= 0) {
      report(
        path,
        address,
        "among the machines' addresses",
        `an address outside of ${network.addresses}`,
        "move the range network.addresses",
      );
    }
    const twin = fixed.find(([other, value]) => other !== path && value === address);
    if (twin && path > twin[0])
      report(path, address, `the same address as ${twin[0]}`, "one address each", "correct one of the two");
  }
  const { address, vip } = network.endpoint;
  const seats = pools.flatMap(({ role, seats: all }) => all.map((seat) => ({ ...seat, role })));
  if (address !== undefined && !seats.some((seat) => seat.address === address && seat.role === "controlplane")) {
    const own = seats.filter(({ role }) => role === "controlplane").map((seat) => seat.address);
    report(
      "network.endpoint.address",
      address,
      "no control plane's address",
      own.join(", "),
      "name a control plane's address, or share one as network.endpoint.vip",
    );
  }
  if (vip !== undefined && !inSubnet(vip))
    report("network.endpoint.vip", vip, "outside of the subnet", `an address of ${network.subnet}`, "correct it");
  if (vip !== undefined && (range.indexOf(vip) >= 0 || fixed.some(([, value]) => value === vip))) {
    report(
      "network.endpoint.vip",
      vip,
      "somebody else's address",
      `an address of ${network.subnet} that no host, gateway or machine has or could get`,
      "choose another",
    );
  }
  return problems;
}
