import type { UnplacedProblem } from "../config/problem";
import { problem } from "../config/problem";
import type { Family } from "./addresses";
import { familyOf, overlaps } from "./addresses";
import { kubeletArgs } from "./kubelet-certificates";
import type { PlannedEndpoint, PlannedKubernetes } from "./plan";
import type { Site } from "./site";

/** Networks inside of the cluster as Talos' documentation has them, by address family. */
const POD_SUBNETS: Readonly<Record<Family, string>> = { 4: "10.244.0.0/16", 6: "fd00:10:244::/56" };
const SERVICE_SUBNETS: Readonly<Record<Family, string>> = { 4: "10.96.0.0/12", 6: "fd00:10:96::/112" };

/** Address families of the machines, the one of their own addresses first. */
export function familiesOf({ network }: Pick<Site, "network">): Family[] {
  const first = network.subnet === "" ? 4 : familyOf(network.subnet);
  return network.ipv6 ? [first, 6] : [first];
}

/** What means all addresses to a program that listens for others to reach it by a machine's or a pod's first one. */
export function anyAddress(site: Pick<Site, "network">): "0.0.0.0" | "::" {
  return familiesOf(site)[0] === 6 ? "::" : "0.0.0.0";
}

/** What Kubernetes is told. */
export function planKubernetes(site: Site, endpoint: PlannedEndpoint): PlannedKubernetes {
  const { kubernetes } = site;
  return {
    podSubnets: podSubnets(site),
    serviceSubnets: serviceSubnets(site),
    anyAddress: anyAddress(site),
    domain: kubernetes.domain,
    certSans: [...new Set([endpoint.host, ...kubernetes.certSans])],
    args: { ...kubernetes.args, kubelet: kubeletArgs(site) },
  };
}

/** Networks that overlap, or that are not one per address family. */
export function judgeSubnets(site: Site): UnplacedProblem[] {
  const families = familiesOf(site);
  const named = [
    ["podSubnets", podSubnets(site)],
    ["serviceSubnets", serviceSubnets(site)],
  ] as const;
  const wrong = named.flatMap(([key, subnets]) => {
    const found = subnets.map(familyOf);
    if (found.join() === families.join()) return [];
    const allowed = `one network each of ${families.map((family) => `IPv${family}`).join(", then ")}`;
    const message = `${found.map((family) => `IPv${family}`).join(" and ")} for machines with ${families.map((family) => `IPv${family}`).join(" and ")}`;
    return [problem(`kubernetes.${key}`, subnets, message, allowed, "name one network per address family of the machines")];
  });
  return wrong.length > 0 ? wrong : judgeOverlaps(site);
}

function judgeOverlaps(site: Site): UnplacedProblem[] {
  const { network } = site;
  const all = [
    ...(network.subnet === "" ? [] : [["network.subnet", network.subnet] as const]),
    ...(network.ipv6 ? [["network.ipv6.subnet", network.ipv6.subnet] as const] : []),
    ...podSubnets(site).map((subnet) => ["kubernetes.podSubnets", subnet] as const),
    ...serviceSubnets(site).map((subnet) => ["kubernetes.serviceSubnets", subnet] as const),
  ];
  return all.flatMap(([path, subnet], index) => {
    const other = all.slice(0, index).find(([, before]) => overlaps(before, subnet));
    if (!other) return [];
    const allowed = "networks that share no address with each other or with the machines'";
    return [problem(path, subnet, `overlaps ${other[1]} (${other[0]})`, allowed, "choose another network")];
  });
}

/** Networks that pods have their addresses from. */
export function podSubnets(site: Site): readonly string[] {
  return site.kubernetes.podSubnets ?? familiesOf(site).map((family) => POD_SUBNETS[family]);
}

/** Networks that Services have their addresses from. */
export function serviceSubnets(site: Site): readonly string[] {
  return site.kubernetes.serviceSubnets ?? familiesOf(site).map((family) => SERVICE_SUBNETS[family]);
}
