import { blockOf } from "../address-blocks";
import { familiesOf } from "../kubernetes";
import type { CiliumFacts, PlannedBgp, PlannedBgpPeer } from "../plan";
import type { AddonContext, AddonResource } from "./definition";
import type { Values } from "./layers";
import { Sourced } from "./sourced";

/** Label that keeps a Service from being announced by BGP, whatever its value; selectors ask that it is not there. */
export const UNANNOUNCED = "proxmox-talos/unannounced";

/** Label by which peers find what they are told. */
const ADVERTISED = { "proxmox-talos/advertised": "bgp" } as const;

/** Where routers listen, if nothing else is said. */
const BGP_PORT = 179;

type Context = Pick<AddonContext<"cilium">, "site" | "config" | "machines">;

/** Pools of addresses and who announces them, from what was decided. */
export function ciliumResources(context: Context, facts: CiliumFacts): AddonResource[] {
  return [
    ...facts.pools.map(pool),
    ...facts.pools.filter(({ l2 }) => l2).map((each) => policy(context, each, facts.l2Machines ?? [])),
    ...(facts.bgp ? bgp(context, facts, facts.bgp) : []),
  ];
}

type Pool = CiliumFacts["pools"][number];

function pool({ name, addresses, services }: Pool): AddonResource {
  const at = `loadBalancerPools.${name}`;
  return {
    kind: "CiliumLoadBalancerIPPool",
    name,
    spec: {
      blocks: asked(`${at}.addresses`, addresses.map(block)),
      ...(isEmpty(services) ? {} : { serviceSelector: selector(name, services) }),
    },
  };
}

/** A network as it is, everything else by its ends. */
function block(text: string): object {
  if (text.includes("/")) return { cidr: text };
  const { first, last } = blockOf(text);
  return { start: first, stop: last };
}

function policy(
  { config: { l2 }, machines: all }: Context,
  { name, services }: Pool,
  machines: readonly string[],
): AddonResource {
  return {
    kind: "CiliumL2AnnouncementPolicy",
    name,
    spec: {
      loadBalancerIPs: true,
      ...(l2?.interfaces ? { interfaces: asked("l2.interfaces", l2.interfaces) } : {}),
      nodeSelector: nodes(l2?.workers, machines, "l2.workers", all),
      ...(isEmpty(services) ? {} : { serviceSelector: selector(name, services) }),
    },
  };
}

function bgp(context: Context, { pools }: CiliumFacts, planned: PlannedBgp): AddonResource[] {
  const { localAsn, peers, machines } = planned;
  const { workers } = context.config.bgp ?? {};
  const routed = pools.filter((each) => each.bgp);
  const advertisements = [
    ...routed.map(({ services }) => ({
      advertisementType: "Service",
      service: { addresses: ["LoadBalancerIP"] },
      // Without a selector, nothing at all would be announced.
      selector: isEmpty(services)
        ? { matchExpressions: [{ key: UNANNOUNCED, operator: "DoesNotExist" }] }
        : { matchLabels: services, matchExpressions: [{ key: UNANNOUNCED, operator: "DoesNotExist" }] },
    })),
    ...(planned.podSubnets.length > 0 ? [{ advertisementType: "PodCIDR" }] : []),
  ];
  const cluster = {
    kind: "CiliumBGPClusterConfig",
    name: "bgp",
    spec: {
      nodeSelector: nodes(
        workers,
        machines.map(({ name }) => name),
        "bgp.workers",
        context.machines,
      ),
      bgpInstances: asked("bgp", [
        {
          name: "cluster",
          localASN: localAsn,
          peers: peers.map(({ name, address, asn }) => ({
            name,
            peerASN: asn,
            peerAddress: address,
            peerConfigRef: { name },
          })),
        },
      ]),
    },
  };
  return [
    cluster,
    ...peers.map((each) => peerConfig(context, each, pools)),
    ...(advertisements.length > 0
      ? [
          {
            kind: "CiliumBGPAdvertisement",
            name: "bgp",
            labels: ADVERTISED,
            spec: { advertisements: asked("bgp.advertise", advertisements) },
          },
        ]
      : []),
  ];
}

function peerConfig({ site, config }: Context, peer: PlannedBgpPeer, pools: CiliumFacts["pools"]): AddonResource {
  const own = config.bgp?.peers[peer.name];
  // What the stack file does not say, the planner does.
  const from = <T>(key: keyof NonNullable<typeof own>, value: T): T | Sourced<T> =>
    own?.[key] === undefined ? value : asked(`bgp.peers.${peer.name}.${key}`, value);
  const routed = pools.filter((each) => each.bgp).flatMap(({ addresses }) => addresses.map((each) => blockOf(each).family));
  const families = [...new Set([...familiesOf(site), ...routed])].sort();
  const restart = peer.gracefulRestartSeconds;
  return {
    kind: "CiliumBGPPeerConfig",
    name: peer.name,
    spec: {
      ebgpMultihop: from("multihop", peer.multihop),
      authSecretRef: from("passwordSecret", peer.passwordSecret),
      timers: {
        holdTimeSeconds: from("holdSeconds", peer.holdSeconds),
        keepAliveTimeSeconds: from("keepAliveSeconds", peer.keepAliveSeconds),
        connectRetryTimeSeconds: from("connectRetrySeconds", peer.connectRetrySeconds),
      },
      gracefulRestart:
        restart === undefined ? undefined : { enabled: true, restartTimeSeconds: from("gracefulRestartSeconds", restart) },
      transport: peer.port === BGP_PORT ? undefined : { peerPort: from("port", peer.port) },
      families: families.map((family) => ({ afi: `ipv${family}`, safi: "unicast", advertisements: { matchLabels: ADVERTISED } })),
    } as Values,
  };
}

/** By name where pools were chosen, for nothing on a node tells its pool; else by what workers have not got, if there are any. */
function nodes(
  chosen: readonly string[] | undefined,
  names: readonly string[],
  path: string,
  machines: Context["machines"],
): Values | undefined {
  if (chosen) {
    return { matchExpressions: asked(path, [{ key: "kubernetes.io/hostname", operator: "In", values: [...names].sort() }]) };
  }
  if (!machines.some(({ role }) => role === "worker")) return undefined;
  return { matchExpressions: [{ key: "node-role.kubernetes.io/control-plane", operator: "DoesNotExist" }] };
}

function asked<T>(path: string, value: T): Sourced<T> {
  return new Sourced(value, { layer: "stack", path: `addons.cilium.${path}` });
}

/** Services that get addresses of a pool. */
function selector(name: string, services: Pool["services"]): Values {
  const at = `loadBalancerPools.${name}.services`;
  return { matchLabels: Object.fromEntries(Object.entries(services).map(([key, value]) => [key, asked(at, value)])) };
}

function isEmpty(map: object): boolean {
  return Object.keys(map).length === 0;
}
