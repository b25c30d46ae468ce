import type { UnplacedProblem } from "../../config/problem";
import { problem } from "../../config/problem";
import { blockOf, meet } from "../address-blocks";
import type { AddressBlock } from "../address-blocks";
import { isAddress } from "../addresses";
import { claims } from "../free";
import { podSubnets, serviceSubnets } from "../kubernetes";
import type { Site } from "../site";
import type { AddonConfig } from "./definition";

/** Addresses that belong to something, by what says so. */
interface Owned {
  readonly what: string;
  readonly block: AddressBlock;
}

type Config = AddonConfig<"cilium">;

/**
 * First line whose operator defines pools of addresses and BGP as cilium.io/v2, which the plan writes (cilium/cilium #39090 and #37765);
 * 1.20 serves pools as nothing else. Policies for L2 are v2alpha1 in every line there is.
 */
const FIRST_LINE = [1, 18] as const;

/** Pools of addresses that are somebody's already, and names of pools that are none. */
export function judgeAnnouncements(site: Site): UnplacedProblem[] {
  const config = site.addons.cilium;
  return [...judgeLine(config), ...judgePools(site, config), ...judgePeers(site, config), ...judgeNames(site, config)];
}

/** Kinds in a version that an old Cilium does not serve. */
function judgeLine({ version, loadBalancerPools, bgp }: Config): UnplacedProblem[] {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  const isOld = major < FIRST_LINE[0] || (major === FIRST_LINE[0] && minor < FIRST_LINE[1]);
  const asked = [...(Object.keys(loadBalancerPools).length > 0 ? ["loadBalancerPools"] : []), ...(bgp ? ["bgp"] : [])];
  if (!isOld || asked.length === 0) return [];
  return [
    problem(
      "addons.cilium.version",
      version,
      `Cilium ${major}.${minor} has not got the kinds of ${asked.join(" and ")} as cilium.io/v2`,
      `${FIRST_LINE.join(".")}.0 or newer, with ${asked.join(" or ")}`,
      "take a newer Cilium, or leave them out",
    ),
  ];
}

function judgePools(site: Site, { loadBalancerPools, bgp }: Config): UnplacedProblem[] {
  const blocks = Object.entries(loadBalancerPools)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, { addresses }]) =>
      addresses.map((text, index) => ({
        path: `addons.cilium.loadBalancerPools.${name}.addresses.${index}`,
        block: blockOf(text),
      })),
    );
  const owned = [
    ...ownedBy(site),
    ...Object.entries(bgp?.peers ?? {}).map(([name, { address }]): Owned => ({
      what: `addons.cilium.bgp.peers.${name}.address`,
      block: blockOf(address),
    })),
  ];
  return blocks.flatMap(({ path, block }, index) => {
    const before = blocks.slice(0, index).map((each): Owned => ({ what: each.path, block: each.block }));
    const owner = [...owned, ...before].find((each) => meet(each.block, block));
    if (!owner) return [];
    const message = `shares addresses with ${owner.what} (${owner.block.text})`;
    return [problem(path, block.text, message, "addresses that nothing else has", "take others, or leave these out there")];
  });
}

/** What has addresses of its own: machines, what is there already, and the networks inside of the cluster. */
function ownedBy(site: Site): Owned[] {
  const { loadBalancer } = site.network.endpoint;
  return [
    ...claims(site)
      .filter(({ kind }) => kind !== "pool")
      .map(({ path, text }): Owned => ({ what: path, block: blockOf(text) })),
    ...(loadBalancer !== undefined && isAddress(loadBalancer)
      ? [{ what: "network.endpoint.loadBalancer", block: blockOf(loadBalancer) }]
      : []),
    ...podSubnets(site).map((subnet): Owned => ({ what: "kubernetes.podSubnets", block: blockOf(subnet) })),
    ...serviceSubnets(site).map((subnet): Owned => ({ what: "kubernetes.serviceSubnets", block: blockOf(subnet) })),
  ];
}

/** A router is none of the machines; two names for one are one too many. */
function judgePeers(site: Site, { bgp }: Config): UnplacedProblem[] {
  const peers = Object.entries(bgp?.peers ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const machines = claims(site).filter(({ kind }) => kind !== "fixed" && kind !== "pool");
  return peers.flatMap(([name, { address }], index) => {
    const path = `addons.cilium.bgp.peers.${name}.address`;
    const block = blockOf(address);
    const twin = peers.slice(0, index).find(([, other]) => meet(blockOf(other.address), block));
    if (twin) return [problem(path, address, `the address of ${twin[0]}, too`, "one router each", "leave one of the two out")];
    const machine = machines.find(({ text }) => meet(blockOf(text), block));
    if (!machine) return [];
    return [problem(path, address, `belongs to ${machine.path}`, "the address of a router", "correct it")];
  });
}

function judgeNames({ topology }: Site, { loadBalancerPools, l2, bgp }: Config): UnplacedProblem[] {
  const among = (path: string, names: readonly string[] | undefined, known: readonly string[], what: string): UnplacedProblem[] =>
    (names ?? []).flatMap((name, index) => {
      if (known.includes(name)) return [];
      const allowed = known.length > 0 ? [...known].sort().join(", ") : "nothing: there are none";
      return [problem(`addons.cilium.${path}.${index}`, name, `no ${what} ${name}`, allowed, "correct it, or add it there")];
    });
  const [pools, workers] = [Object.keys(loadBalancerPools), Object.keys(topology.workers)];
  return [
    ...among("l2.pools", l2?.pools, pools, "pool of addresses"),
    ...among("bgp.advertise.pools", bgp?.advertise.pools, pools, "pool of addresses"),
    ...among("l2.workers", l2?.workers, workers, "worker pool"),
    ...among("bgp.workers", bgp?.workers, workers, "worker pool"),
  ];
}
