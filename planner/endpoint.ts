import type { UnplacedProblem } from "../config/problem";
import { problem } from "../config/problem";
import { inUrl, isInside, isSame, purposeOf } from "./addresses";
import { fixedAddresses } from "./network";
import type { PlannedEndpoint } from "./plan";
import { addressRange } from "./range-texts";
import type { AllocatedPool, Seat } from "./seats";
import type { Site } from "./site";

/** Port of the Kubernetes API on every control plane. */
export const API_PORT = 6443;

/** Where the API is reached, and which machine that is when the address is a machine's own. */
export function planEndpoint({ network: { endpoint } }: Site, pools: readonly AllocatedPool[]): PlannedEndpoint {
  const members = controlPlanes(pools);
  const host = endpoint.vip ?? endpoint.address ?? endpoint.dns ?? endpoint.loadBalancer ?? endpoint.haproxy?.vip ?? "";
  const port = endpoint.port ?? API_PORT;
  const machine = members.find((seat) => isSame(seat.address, host));
  return {
    url: `https://${inUrl(host)}:${port}`,
    host,
    port,
    kind:
      endpoint.vip !== undefined
        ? "vip"
        : endpoint.dns !== undefined
          ? "dns"
          : endpoint.loadBalancer !== undefined
            ? "loadBalancer"
            : endpoint.haproxy !== undefined
              ? "haproxy"
              : "machine",
    ...(endpoint.address === undefined || !machine ? {} : { machine: machine.name }),
    backends: members.map(({ address }) => `${inUrl(address)}:${API_PORT}`),
  };
}

/** Ways to the API that lead nowhere or to somebody else. */
export function judgeEndpoint(site: Site, pools: readonly AllocatedPool[]): UnplacedProblem[] {
  return [...judgeAddress(site, pools), ...judgeVip(site, pools), ...judgeBalancer(site, pools)];
}

function judgeAddress({ network: { endpoint } }: Site, pools: readonly AllocatedPool[]): UnplacedProblem[] {
  const { address } = endpoint;
  const own = controlPlanes(pools).map((seat) => seat.address);
  // Without control planes there are problems enough.
  if (address === undefined || own.length === 0 || own.some((each) => isSame(each, address))) return [];
  const remedy = "name a control plane's address, or share one as network.endpoint.vip";
  return [problem("network.endpoint.address", address, "no control plane's address", own.join(", "), remedy)];
}

function judgeVip(site: Site, pools: readonly AllocatedPool[]): UnplacedProblem[] {
  const { endpoint, subnet } = site.network;
  const { vip } = endpoint;
  if (vip === undefined) return [];
  const path = "network.endpoint.vip";
  const loose = pools
    .filter(({ role, config }) => role === "controlplane" && config.source === "existing")
    .flatMap(({ path: pool, config, seats }) =>
      seats
        .filter(({ name }) => (config.machines?.[name]?.interface ?? config.interface) === undefined)
        .map(({ name }) => `${pool}.machines.${name}`),
    );
  if (loose[0] !== undefined) {
    const allowed = "a virtual IP where every control plane says which interface carries it";
    return [problem(path, vip, `${loose[0]} has no interface to carry it`, allowed, "give the control plane an interface")];
  }
  if (!isInside(vip, subnet)) return [problem(path, vip, "outside of the subnet", `an address of ${subnet}`, "correct it")];
  const allowed = `an address of ${subnet} that no host, gateway or machine has or could get`;
  const special = purposeOf(vip, subnet);
  if (special !== undefined) return [problem(path, vip, special, allowed, "choose another")];
  const owner = ownerOf(site, pools, vip);
  if (owner !== undefined) return [problem(path, vip, `the same address as ${owner}`, allowed, "choose another")];
  if (addressRange(site.network.addresses).indexOf(vip) < 0) return [];
  return [problem(path, vip, "among the machines' addresses", allowed, "choose another, or shorten network.addresses")];
}

function judgeBalancer(site: Site, pools: readonly AllocatedPool[]): UnplacedProblem[] {
  const { loadBalancer } = site.network.endpoint;
  if (loadBalancer === undefined) return [];
  const inRange = addressRange(site.network.addresses).indexOf(loadBalancer) >= 0;
  const owner = inRange ? "a machine of network.addresses" : ownerOf(site, pools, loadBalancer);
  if (owner === undefined) return [];
  const allowed = "the address of a load balancer, which is none of the stack's machines";
  return [
    problem(
      "network.endpoint.loadBalancer",
      loadBalancer,
      `the same address as ${owner}`,
      allowed,
      "correct it, or use network.endpoint.address",
    ),
  ];
}

function ownerOf(site: Site, pools: readonly AllocatedPool[], address: string): string | undefined {
  const existing = pools
    .filter(({ config }) => config.source === "existing")
    .flatMap(({ path, seats }) => seats.map((seat) => [`${path}.machines.${seat.name}`, seat.address] as const));
  return [...fixedAddresses(site), ...existing].find(([, other]) => isSame(other, address))?.[0];
}

function controlPlanes(pools: readonly AllocatedPool[]): readonly Seat[] {
  return pools.filter(({ role }) => role === "controlplane").flatMap(({ seats }) => seats);
}
