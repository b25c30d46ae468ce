import { BGP_TIMERS } from "../../config/addons/cilium-network";
import { blockOf, isTailscale, networksOf } from "../address-blocks";
import { podSubnets } from "../kubernetes";
import type { CiliumFacts, PlannedBgp, PlannedBgpPeer, PlannedMachine } from "../plan";
import type { AddonConfig, AddonContext } from "./definition";

/** Hops to a router that is reached over Tailscale: the tunnel, and a machine behind it that routes. */
const TAILSCALE_HOPS = 2;

type Peer = NonNullable<AddonConfig<"cilium">["bgp"]>["peers"][string];

/** What Cilium announces, and to whom; names in order, for the engine hands maps on sorted. */
export function ciliumFacts({
  site,
  config,
  machines,
}: Pick<AddonContext<"cilium">, "site" | "config" | "machines">): CiliumFacts {
  const { loadBalancerPools, l2, bgp } = config;
  const names = Object.keys(loadBalancerPools).sort();
  const announced = (by: { readonly pools?: readonly string[] | undefined } | undefined): readonly string[] =>
    by ? (by.pools ?? names) : [];
  const [onLink, routed] = [announced(l2), announced(bgp?.advertise)];
  const pools = names.map((name) => ({
    name,
    addresses: loadBalancerPools[name]?.addresses ?? [],
    services: loadBalancerPools[name]?.services ?? {},
    l2: onLink.includes(name),
    bgp: routed.includes(name),
  }));
  return {
    pools,
    ...(l2 ? { l2Machines: announcing(machines, l2.workers).map(({ name }) => name) } : {}),
    ...(bgp ? { bgp: bgpOf(bgp, pools, announcing(machines, bgp.workers), podSubnets(site)) } : {}),
  };
}

function bgpOf(
  { localAsn, peers, advertise, workers }: NonNullable<AddonConfig<"cilium">["bgp"]>,
  pools: CiliumFacts["pools"],
  machines: readonly PlannedMachine[],
  subnets: readonly string[],
): PlannedBgp {
  return {
    localAsn,
    chosen: workers !== undefined,
    machines: machines.map(({ name, address }) => ({ name, address })),
    peers: Object.entries(peers)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, peer]) => peerOf(name, peer, localAsn)),
    prefixes: pools.filter(({ bgp }) => bgp).flatMap(({ addresses }) => addresses.flatMap((each) => networksOf(blockOf(each)))),
    podSubnets: advertise.podCidrs === true ? subnets : [],
  };
}

function peerOf(name: string, peer: Peer, localAsn: number): PlannedBgpPeer {
  const { address, asn, port = 179, multihop, passwordSecret, connectRetrySeconds, gracefulRestartSeconds } = peer;
  const tailscale = isTailscale(address);
  // Cilium ignores it between routers of one autonomous system.
  const hops = multihop ?? (tailscale && asn !== localAsn ? TAILSCALE_HOPS : undefined);
  const { holdSeconds = BGP_TIMERS.holdSeconds } = peer;
  return {
    name,
    address,
    asn,
    port,
    tailscale,
    ...(hops === undefined ? {} : { multihop: hops }),
    ...(passwordSecret === undefined ? {} : { passwordSecret }),
    holdSeconds,
    keepAliveSeconds: peer.keepAliveSeconds ?? Math.min(BGP_TIMERS.keepAliveSeconds, Math.floor(holdSeconds / 3)),
    ...(connectRetrySeconds === undefined ? {} : { connectRetrySeconds }),
    ...(gracefulRestartSeconds === undefined ? {} : { gracefulRestartSeconds }),
  };
}

/** Machines of the pools that were chosen; else all workers, and where there are none the control plane. */
function announcing(machines: readonly PlannedMachine[], pools: readonly string[] | undefined): readonly PlannedMachine[] {
  const workers = machines.filter(({ role }) => role === "worker");
  if (pools) return workers.filter(({ pool }) => pools.includes(pool));
  return workers.length > 0 ? workers : machines;
}
