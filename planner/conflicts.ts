import type { Neighbour } from "../config/neighbours";
import type { PoolConfig, StackConfig } from "../config/schema";
import { finding } from "./findings/catalog";
import { claims, freeAddresses, freeIds, freeName, idSpan, overlap, showAddresses, subnetSpans } from "./free";
import type { Claim, Span } from "./free";
import { macByte } from "./machines";
import type { Finding } from "./plan";
import { commonProxmox, isSameVlan } from "./same-place";

/** Two stacks that are compared, and all others that must not be run into on the way out. */
interface Pair {
  readonly own: StackConfig;
  readonly file: string;
  readonly other: StackConfig;
  /** All neighbours that could be read, `other` among them. */
  readonly all: readonly StackConfig[];
}

/**
 * What a stack shares with the stack files beside its own although each must be deployable and destroyable alone: VM ids on one
 * Proxmox cluster, addresses in one network, names.
 *
 * @returns the same for any order of the neighbours
 */
export function judgeConflicts(own: StackConfig, neighbours: readonly Neighbour[]): Finding[] {
  const sorted = [...neighbours].sort((a, b) => (a.file < b.file ? -1 : 1));
  const all = sorted.flatMap(({ config }) => config ?? []);
  return sorted.flatMap(({ file, config }) => {
    if (config === undefined) return [unreadable(file)];
    const pair = { own, file, other: config, all };
    return [...ids(pair), ...addresses(pair), ...names(pair)];
  });
}

function unreadable(file: string): Finding {
  return finding(
    "neighbour-unreadable",
    "metadata",
    `${file} is no valid stack file: whether it shares ids, addresses or names with this one is not known`,
    `mend it (npm run plan -- ${file} says what is wrong), or move it to another folder`,
  );
}

function ids({ own, file, other, all }: Pair): Finding[] {
  const place = commonProxmox(own, other);
  const [mine, theirs] = [idSpan(own), idSpan(other)];
  if (place === undefined || !overlap(mine, theirs)) return [];
  const free = freeIds(
    own,
    all.filter((each) => commonProxmox(own, each) !== undefined),
  );
  const along = pools(own).some((pool) => pool.ids !== undefined) ? ", and the pools' ids along with it" : "";
  return [
    finding(
      "id-conflict",
      "proxmox.vm",
      `ids ${showIds(mine)} and ${showIds(theirs)} of ${file} share ${showIds(common(mine, theirs))} ${place}`,
      free === undefined
        ? "no ids are free: lower proxmox.vm.idCount"
        : `set proxmox.vm.idBase to ${free.first} (no stack file has ${showIds(free)})${along}`,
    ),
  ];
}

function addresses(pair: Pair): Finding[] {
  const { own, file, other } = pair;
  if (!isSameVlan(own, other)) return [];
  return claims(own).flatMap((mine) =>
    claims(other)
      // Two pools of Services share addresses wherever they are: load-balancer-shared.
      .filter((theirs) => overlap(mine, theirs) && !(mine.kind === theirs.kind && ["fixed", "pool"].includes(mine.kind)))
      .map((theirs) =>
        finding(
          "address-conflict",
          mine.path,
          `${mine.text} and ${theirs.text}, ${theirs.path} of ${file}, share ${showAddresses(common(mine, theirs))}`,
          addressRemedy(mine, theirs, pair),
        ),
      ),
  );
}

/** Hosts, gateways and machines stay where they are: where one of ours is hit, the neighbour has to move. */
function addressRemedy(mine: Claim, theirs: Claim, { own, file, other, all }: Pair): string {
  if (mine.kind === "range" || mine.kind === "vip") return move(own, mine, all, "");
  if (theirs.kind === "range" || theirs.kind === "vip") {
    return move(other, theirs, [own, ...all.filter((each) => each !== other)], ` of ${file}`);
  }
  return `what has an address belongs to one stack: remove ${mine.path}, or ${theirs.path} of ${file}`;
}

function move(config: StackConfig, claim: Claim, others: readonly StackConfig[], where: string): string {
  const { path, kind } = claim;
  const near = others.filter((each) => isSameVlan(config, each));
  const free = freeAddresses(config, claim, near);
  const subnet = path.startsWith("network.ipv6") ? config.network.ipv6?.subnet : config.network.subnet;
  if (free === undefined) return `${subnet ?? "the subnet"} has no room left for ${path}${where}: take fewer, or another subnet`;
  const along = [
    ...(config.network.endpoint.address === undefined ? [] : ["network.endpoint.address"]),
    ...(pools(config).some((pool) => pool.addresses !== undefined) ? ["the pools' addresses"] : []),
  ];
  const more =
    kind === "vip" || path !== "network.addresses" || along.length === 0 ? "" : `, and ${along.join(" and ")} along with it`;
  // Of several ranges under one key, the others stay.
  const isPart = kind === "range" && claims(config).filter((each) => each.path === path).length > 1;
  const what = isPart ? `replace ${claim.text} of ${path}${where} by` : `set ${path}${where} to`;
  return `${what} ${showAddresses(free)} (no stack file has ${free.first === free.last ? "it" : "any of it"})${more}`;
}

function names(pair: Pair): Finding[] {
  const { own, file, other, all } = pair;
  const [mine, theirs] = [own.metadata.name, other.metadata.name];
  const findings: Finding[] = [];
  if (mine === theirs) {
    findings.push(
      finding(
        "name-conflict",
        "metadata.name",
        `${mine} is the name in ${file}, too: tags and MAC addresses of VMs and the resource pool derive from it`,
        `choose another, for instance ${freeName(mine, all)}`,
      ),
    );
  }
  if (mine !== theirs && sharesMacAddresses(own, other)) {
    findings.push(
      finding(
        "name-conflict",
        "metadata.name",
        `${mine} and ${theirs} of ${file} lead to the same MAC addresses for VMs ${showIds(common(idSpan(own), idSpan(other)))}, in one network`,
        `choose another, for instance ${freeName(mine, all)}`,
      ),
    );
  }
  return [...findings, ...resourcePool(pair)];
}

function resourcePool({ own, file, other, all }: Pair): Finding[] {
  const place = commonProxmox(own, other);
  const pool = own.proxmox?.poolId ?? own.metadata.name;
  if (place === undefined || pool !== (other.proxmox?.poolId ?? other.metadata.name)) return [];
  // A new name brings a new pool along.
  if (own.proxmox?.poolId === undefined && own.metadata.name === other.metadata.name) return [];
  return [
    finding(
      "name-conflict",
      "proxmox.poolId",
      `the resource pool ${pool} is that of ${file}, too, ${place}`,
      `choose another, for instance ${freeName(pool, all)}`,
    ),
  ];
}

/** Ids on different Proxmox clusters may be the same, and a name has but one byte in a MAC address. */
function sharesMacAddresses(own: StackConfig, other: StackConfig): boolean {
  return (
    commonProxmox(own, other) === undefined &&
    isSameVlan(own, other) &&
    subnetSpans(own).some((mine) => subnetSpans(other).some((theirs) => overlap(mine, theirs))) &&
    overlap(idSpan(own), idSpan(other)) &&
    macByte(own.metadata.name) === macByte(other.metadata.name)
  );
}

function pools({ topology }: StackConfig): PoolConfig[] {
  return [topology.controlPlane, ...Object.values(topology.workers)];
}

function common(a: Span, b: Span): Span {
  return { first: a.first > b.first ? a.first : b.first, last: a.last < b.last ? a.last : b.last };
}

function showIds({ first, last }: Span): string {
  return first === last ? `${first}` : `${first}-${last}`;
}
