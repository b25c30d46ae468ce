import { familyOf, prefixOf } from "./addresses";
import type { Family } from "./addresses";
import type { Plan, PlannedBgp, PlannedBgpPeer } from "./plan";

/** Configuration of one router. */
export interface RouterConfiguration {
  /** Name of the router in the stack file. */
  readonly peer: string;
  /** A whole `frr.conf`, as FRR 8.1 and newer take it. */
  readonly text: string;
}

/** Networks of Tailscale that sessions may come from: which address a machine has there, only Tailscale knows. */
const TAILSCALE_RANGE = "100.64.0.0/10";

/** Routes to one address that FRR takes side by side, one for each machine. */
const PATHS = 16;

/** What each router of a stack is to be configured with for its side of the sessions; none for a stack without BGP. */
export function routerConfigurations({ addons, clusterName }: Pick<Plan, "addons" | "clusterName">): RouterConfiguration[] {
  const bgp = addons.cilium?.bgp;
  return (bgp?.peers ?? []).map((peer) => ({ peer: peer.name, text: bgp ? render(clusterName, peer, bgp) : "" }));
}

function render(cluster: string, peer: PlannedBgpPeer, bgp: PlannedBgp): string {
  const families = ([4, 6] as const).filter((family) => prefixesOf(bgp, family).length > 0);
  const lines = [
    `! frr.conf of ${peer.name}: its side of BGP with the cluster ${cluster}.`,
    "! Nothing is taken but what the cluster may announce, and nothing is told to it.",
    "frr defaults datacenter",
    `hostname ${peer.name}`,
    "log syslog informational",
    "service integrated-vtysh-config",
    "!",
    ...families.flatMap((family) => [...prefixList(cluster, bgp, family), "!"]),
    ...families.flatMap((family, index) => [
      `route-map ${cluster}-in permit ${10 * (index + 1)}`,
      ` match ${ip(family)} address prefix-list ${listName(cluster, family)}`,
      "exit",
      "!",
    ]),
    `route-map ${cluster}-out deny 10`,
    "exit",
    "!",
    ...router(cluster, peer, bgp, families),
    "!",
    "end",
  ];
  return `${lines.join("\n")}\n`;
}

/** Single addresses of Services, and each machine's part of the pods' network. */
function prefixList(cluster: string, bgp: PlannedBgp, family: Family): string[] {
  const bits = family === 4 ? 32 : 128;
  return prefixesOf(bgp, family).map(({ prefix, isPods }, index) => {
    const length = prefixOf(prefix);
    const longer = length === bits ? "" : isPods ? ` le ${bits}` : ` ge ${bits}`;
    return `${ip(family)} prefix-list ${listName(cluster, family)} seq ${5 * (index + 1)} permit ${prefix}${longer}`;
  });
}

function prefixesOf(
  { prefixes, podSubnets }: PlannedBgp,
  family: Family,
): { readonly prefix: string; readonly isPods: boolean }[] {
  return [
    ...prefixes.map((prefix) => ({ prefix, isPods: false })),
    ...podSubnets.map((prefix) => ({ prefix, isPods: true })),
  ].filter(({ prefix }) => familyOf(prefix) === family);
}

function router(cluster: string, peer: PlannedBgpPeer, bgp: PlannedBgp, families: readonly Family[]): string[] {
  const isInternal = peer.asn === bgp.localAsn;
  const neighbour = (rest: string): string => ` neighbor ${cluster} ${rest}`;
  return [
    `router bgp ${peer.asn}`,
    // An IPv6 address is no router id: FRR takes its highest IPv4 one then.
    ...(familyOf(peer.address) === 4 ? [` bgp router-id ${peer.address}`] : []),
    " no bgp default ipv4-unicast",
    ...(peer.gracefulRestartSeconds === undefined ? [] : [" bgp graceful-restart"]),
    neighbour("peer-group"),
    neighbour(`remote-as ${bgp.localAsn}`),
    // Machines connect to the router: on them, nothing listens.
    neighbour("passive"),
    neighbour(`timers ${peer.keepAliveSeconds} ${peer.holdSeconds}`),
    ...(peer.multihop === undefined || isInternal ? [] : [neighbour(`ebgp-multihop ${peer.multihop}`)]),
    ...(peer.passwordSecret === undefined
      ? []
      : [
          ` ! The password is that of the Secret kube-system/${peer.passwordSecret}, under its key password:`,
          ` ! neighbor ${cluster} password <password>`,
        ]),
    ...neighbours(cluster, peer, bgp),
    ...families.flatMap((family) => [
      " !",
      ` address-family ipv${family} unicast`,
      `  neighbor ${cluster} activate`,
      `  neighbor ${cluster} route-map ${cluster}-in in`,
      `  neighbor ${cluster} route-map ${cluster}-out out`,
      `  maximum-paths ${isInternal ? "ibgp " : ""}${PATHS}`,
      " exit-address-family",
    ]),
    "exit",
  ];
}

/** Each machine by its address, or whoever comes from Tailscale's network with the cluster's number. */
function neighbours(cluster: string, { tailscale }: PlannedBgpPeer, { machines }: PlannedBgp): string[] {
  if (tailscale) {
    return [
      " ! Tailscale alone knows which addresses the machines have there.",
      // Twice as many as there are: the session of a machine that restarted is there until its hold time has passed.
      ` bgp listen limit ${2 * machines.length}`,
      ` bgp listen range ${TAILSCALE_RANGE} peer-group ${cluster}`,
    ];
  }
  return machines.flatMap(({ name, address }) => [
    ` neighbor ${address} peer-group ${cluster}`,
    ` neighbor ${address} description ${name}`,
  ]);
}

function listName(cluster: string, family: Family): string {
  return `${cluster}-v${family}`;
}

function ip(family: Family): string {
  return family === 4 ? "ip" : "ipv6";
}
