import { parseStackFile } from "../config/parse";
import type { StackConfig } from "../config/schema";
import { planStack } from "../planner";

/** How large a stack is measured. */
export interface Size {
  readonly machines: number;
  readonly hosts: number;
}

/** Sizes to measure: 25 machines a host throughout, so that only the number grows. */
export const SIZES: readonly Size[] = [
  { machines: 100, hosts: 4 },
  { machines: 300, hosts: 12 },
  { machines: 1000, hosts: 40 },
];

const CONTROL_PLANES = 3;
/** Machines of a worker pool: about as many as people give one purpose. */
const POOL_SIZE = 100;

/** A stack file of this size, the same every time: three control planes, workers in pools with ranges of their own. */
export function stackOf({ machines, hosts }: Size): string {
  const hostLines = numbers(hosts).map(
    (host) =>
      `      ${hostName(host)}: { address: 10.0.0.${host + 2}, cores: 64, threads: 128, memoryGiB: 512, datastores: { local-lvm: { sizeGiB: 8000 } } }`,
  );
  const workers = machines - CONTROL_PLANES;
  const poolLines = numbers(Math.ceil(workers / POOL_SIZE)).map((pool) => {
    const first = CONTROL_PLANES + pool * POOL_SIZE;
    const count = Math.min(POOL_SIZE, workers - pool * POOL_SIZE);
    const last = first + count - 1;
    const names = `p${pool}-${"0".padStart(String(count - 1).length, "0")}..${count - 1}`;
    return `      pool-${pool}: { count: ${count}, cores: 4, memoryGiB: 8, ids: ${1000 + first}-${1000 + last}, addresses: ${address(first)}-${address(last)}, names: ${names}, hosts: [${allHosts(hosts)}] }`;
  });
  return `config:
  proxmox-talos:metadata: { name: bench, environment: dev }
  proxmox-talos:proxmox:
    endpoint: https://10.0.0.2:8006
    vm: { idBase: 1000, idCount: ${machines} }
    hosts:
${hostLines.join("\n")}
  proxmox-talos:network:
    subnet: 10.0.0.0/16
    gateway: 10.0.0.1
    addresses: ${address(0)}-${address(machines - 1)}
    endpoint: { vip: 10.0.0.250 }
  proxmox-talos:topology:
    controlPlane: { count: ${CONTROL_PLANES}, cores: 4, memoryGiB: 16, hosts: [${allHosts(hosts)}] }
    workers:
${poolLines.join("\n")}
  proxmox-talos:kubernetes: { podSubnets: [10.244.0.0/14] }
`;
}

/**
 * The same with machines of ten sizes and hosts that are all but full: what a host that fails leaves behind has hardly room elsewhere.
 *
 * @param spareGiB what each host has left
 */
export function tightStackOf(size: Size, spareGiB = 14): StackConfig {
  const text = stackOf(size).replace(/pool-(\d+): \{ count: (\d+), cores: 4, memoryGiB: 8/g, (_, pool: string, count: string) => {
    return `pool-${pool}: { count: ${count}, cores: 4, memoryGiB: ${5 + Number(pool)}`;
  });
  const parsed = parseStackFile(text, "bench.yaml");
  if (!parsed.ok || !parsed.config.proxmox) throw new Error("the stack to be measured is not valid");
  const planned = planStack(parsed.config, "bench");
  if (!planned.ok) throw new Error("the stack to be measured cannot be planned");
  const { proxmox } = parsed.config;
  const hosts = Object.fromEntries(
    planned.plan.hosts.flatMap(({ name, allocatedMemoryMiB }) => {
      const host = proxmox.hosts[name];
      return host ? [[name, { ...host, memoryGiB: allocatedMemoryMiB / 1024 + host.reservedMemoryGiB + spareGiB }]] : [];
    }),
  );
  return { ...parsed.config, proxmox: { ...proxmox, hosts } };
}

/** Address of the n-th machine. */
function address(index: number): string {
  return `10.0.${1 + Math.floor(index / 250)}.${1 + (index % 250)}`;
}

function hostName(index: number): string {
  return `pve-${String(index).padStart(2, "0")}`;
}

function allHosts(count: number): string {
  return numbers(count).map(hostName).join(", ");
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
