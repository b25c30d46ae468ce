import { familyOf, prefixOf } from "../addresses";
import type { Finding, Plan } from "../plan";
import { finding } from "./catalog";

/** Prefix of the part that every machine is given for its pods, unless the controller manager is told another. */
const NODE_PREFIX = { 4: 24, 6: 64 } as const;

/** Bits by which the controller manager splits an IPv6 network at most. */
const LARGEST_SPLIT = 16;

/** Prefix of the smallest network that has the tenth address, which is the cluster's DNS on Talos. */
const SMALLEST_SERVICES = { 4: 28, 6: 124 } as const;

/** Whether the networks inside of the cluster have room for what lives there. */
export function judgeNetworks({ kubernetes, machines }: Pick<Plan, "kubernetes" | "machines">): Finding[] {
  return [
    ...kubernetes.podSubnets.flatMap((subnet) => pods(subnet, nodePrefix(subnet, kubernetes), machines.length)),
    ...kubernetes.serviceSubnets.flatMap(services),
  ];
}

function pods(subnet: string, each: number, machines: number): Finding[] {
  const prefix = prefixOf(subnet);
  const report = (message: string, remedy: string): Finding[] => [
    finding("pod-subnet-size", "kubernetes.podSubnets", message, remedy),
  ];
  if (familyOf(subnet) === 6 && each - prefix > LARGEST_SPLIT) {
    return report(
      `${subnet} is too large: Kubernetes splits it into a /${each} for each machine only from /${each - LARGEST_SPLIT} on`,
      `choose a network of /${each - LARGEST_SPLIT} or smaller`,
    );
  }
  const room = prefix > each ? 0 : 2 ** (each - prefix);
  if (room >= machines) return [];
  const needed = each - Math.ceil(Math.log2(machines));
  return report(
    `${subnet} has room for ${room} ${room === 1 ? "machine" : "machines"}, each taking a /${each} of it, and the stack has ${machines}: the others get no pods`,
    `choose a network of at least /${needed}, or smaller parts (kubernetes.args.controllerManager: { ${key(subnet)}: … }); neither changes in a cluster that runs`,
  );
}

function services(subnet: string): Finding[] {
  const smallest = SMALLEST_SERVICES[familyOf(subnet)];
  if (prefixOf(subnet) <= smallest) return [];
  return [
    finding(
      "service-subnet-size",
      "kubernetes.serviceSubnets",
      `${subnet} has no tenth address, which is that of the cluster's DNS: no name is resolved`,
      `choose a network of at least /${smallest}, better /20`,
    ),
  ];
}

function nodePrefix(subnet: string, { args }: Plan["kubernetes"]): number {
  const told = args.controllerManager[key(subnet)] ?? args.controllerManager["node-cidr-mask-size"];
  return told === undefined ? NODE_PREFIX[familyOf(subnet)] : Number(told);
}

function key(subnet: string): string {
  return `node-cidr-mask-size-ipv${familyOf(subnet)}`;
}
