import { gib, sum } from "../capacity";
import { withoutRoom } from "../footprint";
import type { Finding, Plan, PlannedPods } from "../plan";
import { finding } from "./catalog";

/** So many pods are named. */
const NAMED = 3;

/** Whether what the add-ons ask for fits the machines, and what is left of them when a host fails. */
export function judgeFootprint({ footprint, machines, hosts }: Pick<Plan, "footprint" | "machines" | "hosts">): Finding[] {
  const all = new Set(footprint.room.keys());
  // Machines that take no workloads at all are a finding of their own.
  if (all.size === 0) return [];
  const now = withoutRoom(footprint, all);
  if (now.pods.length > 0) {
    return [
      finding(
        "platform-exceeds-machines",
        "addons",
        `the add-ons ask for ${amounts(footprint.requested)}, and ${all.size} ${all.size === 1 ? "machine has" : "machines have"} ${amounts(roomOf(footprint, all))} for pods: ${told(now.pods)} ${now.pods.length === 1 ? "finds" : "find"} no room`,
        "give workers more memory or CPUs, or switch add-ons off; lab plan --addons shows what each asks for",
      ),
    ];
  }
  return hosts.flatMap(({ name }) => {
    const left = new Set(
      machines.filter((machine) => machine.host !== name && all.has(machine.name)).map((machine) => machine.name),
    );
    // The only host takes everything along, which is said elsewhere.
    if (left.size === 0 || left.size === all.size) return [];
    const { pods } = withoutRoom(footprint, left);
    if (pods.length === 0) return [];
    return [
      finding(
        "platform-needs-every-host",
        `proxmox.hosts.${name}`,
        `without ${name}, ${left.size} ${left.size === 1 ? "machine has" : "machines have"} ${amounts(roomOf(footprint, left))} for pods: ${told(pods)} of the add-ons ${pods.length === 1 ? "waits" : "wait"} until it is back`,
        "give the workers of the other hosts more memory or CPUs, or have fewer replicas; lab plan --addons shows what each asks for",
      ),
    ];
  });
}

function roomOf(
  { room }: Plan["footprint"],
  names: ReadonlySet<string>,
): { readonly cpuMillis: number; readonly memoryMiB: number } {
  const there = [...room].filter(([name]) => names.has(name)).map(([, each]) => each);
  return { cpuMillis: sum(there.map(({ cpuMillis }) => cpuMillis)), memoryMiB: sum(there.map(({ memoryMiB }) => memoryMiB)) };
}

function amounts({ cpuMillis, memoryMiB }: { readonly cpuMillis: number; readonly memoryMiB: number }): string {
  return `${Number((cpuMillis / 1000).toFixed(2))} CPUs and ${gib(memoryMiB)}`;
}

function told(pods: readonly PlannedPods[]): string {
  const names = [...new Set(pods.map(({ workload }) => workload.replace(/^.*\//, "")))];
  const rest = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
  return `${names.slice(0, NAMED).join(", ")}${rest} (${pods.length} ${pods.length === 1 ? "pod" : "pods"})`;
}
