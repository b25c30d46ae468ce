import { CPU_LEVELS } from "../../config/proxmox";
import { isVm } from "../machines";
import type { Finding, Plan, PlannedHost, PlannedPool, PlannedVm } from "../plan";
import { finding } from "./catalog";

/** Whether hosts have what VMs are given beyond size, and whether what is asked for can do what it is asked for. */
export function judgeHardware({ hosts, pools, proxmox }: Pick<Plan, "hosts" | "pools" | "proxmox">): Finding[] {
  return [
    ...pools.flatMap((pool) => judgePool(pool, hosts)),
    ...hosts.flatMap(devices),
    ...(proxmox?.ha ? ha(hosts, pools) : []),
    ...schedulable(pools),
  ];
}

function judgePool(pool: PlannedPool, hosts: Plan["hosts"]): Finding[] {
  const vms = pool.machines.filter(isVm);
  const [first] = vms;
  if (!first) return [];
  const used = hosts.filter(({ name }) => vms.some((vm) => vm.host === name));
  return [...cpu(pool, first, used), ...affinity(pool, first, used), ...numa(pool, first, used)];
}

function pathOf({ name }: PlannedPool): string {
  return name === "control-plane" ? "topology.controlPlane" : `topology.workers.${name}`;
}

function cpu(pool: PlannedPool, { hardware }: PlannedVm, used: readonly PlannedHost[]): Finding[] {
  const path = `${pathOf(pool)}.cpu.type`;
  if (hardware.cpuType === "host") {
    if (used.length < 2) return [];
    return [
      finding(
        "cpu-host-type",
        path,
        `${pool.name} sees the processor of whichever host it is on: its machines cannot be moved alive between ${names(used)} unless these are alike`,
        `name a level all of them have: ${lowest(used)}`,
      ),
    ];
  }
  const lacking = used.filter(({ cpuLevel }) => levelOf(cpuLevel) < levelOf(hardware.cpuType));
  if (lacking.length === 0) return [];
  return [
    finding(
      "cpu-level-missing",
      path,
      `${pool.name} asks for ${hardware.cpuType}, ${lacking.map(({ name, cpuLevel }) => `${name} has ${cpuLevel}`).join(", ")}: its machines do not start there`,
      `ask for ${lowest(lacking)}, or correct proxmox.hosts.*.cpuLevel`,
    ),
  ];
}

function affinity(pool: PlannedPool, { hardware }: PlannedVm, used: readonly PlannedHost[]): Finding[] {
  if (hardware.affinity === undefined) return [];
  const path = `${pathOf(pool)}.cpu.affinity`;
  const last = Math.max(...hardware.affinity.split(/[,-]/).map(Number));
  const short = used.filter(({ threads }) => threads <= last);
  return [
    ...(short.length === 0
      ? []
      : [
          finding(
            "cpu-affinity-outside",
            path,
            `${hardware.affinity} reaches thread ${last}, ${short.map(({ name, threads }) => `${name} has 0-${threads - 1}`).join(", ")}`,
            "name threads that every host of the pool has",
          ),
        ]),
    finding(
      "cpu-affinity-root",
      path,
      "Proxmox lets only root@pam with its password bind vCPUs: with an API token the VMs are refused",
      "set proxmoxve:username root@pam and proxmoxve:password as a secret, or leave affinity out",
    ),
  ];
}

function numa(pool: PlannedPool, { hardware }: PlannedVm, used: readonly PlannedHost[]): Finding[] {
  const node = hardware.numaNode;
  const short = node === undefined ? [] : used.filter(({ numaNodes }) => numaNodes <= node);
  if (short.length === 0) return [];
  return [
    finding(
      "numa-node-missing",
      `${pathOf(pool)}.cpu.numaNode`,
      `${pool.name} asks for memory of NUMA node ${node ?? 0}, ${short.map(({ name, numaNodes }) => `${name} has ${numaNodes === 1 ? "only node 0" : `0-${numaNodes - 1}`}`).join(", ")}`,
      "name a node that every host of the pool has, or declare proxmox.hosts.*.numaNodes",
    ),
  ];
}

function devices(host: PlannedHost): Finding[] {
  return host.pciMappings
    .filter((mapping) => mapping.allocated > mapping.devices)
    .map((mapping) =>
      finding(
        "pci-mapping-exceeded",
        `proxmox.hosts.${host.name}.pciMappings.${mapping.name}`,
        `${mapping.allocated} VMs on ${host.name} ask for ${mapping.name}, of which it has ${mapping.devices}`,
        "fewer machines with this device here: name more hosts, or lower the number",
      ),
    );
}

function ha(hosts: Plan["hosts"], pools: Plan["pools"]): Finding[] {
  const path = "proxmox.ha";
  if (hosts.length === 1) {
    return [finding("ha-single-host", path, "1 host: there is no other to restart VMs on", "add hosts, or leave ha out")];
  }
  const local = pools
    .flatMap(({ machines }) => machines.filter(isVm))
    .filter(({ disks }) => disks.some(({ shared }) => !shared))
    .map(({ name }) => name);
  if (local.length === 0) return [];
  const shown = local.length > 5 ? `${local.slice(0, 5).join(", ")} and ${local.length - 5} more` : local.join(", ");
  return [
    finding(
      "ha-storage-local",
      path,
      `the disks of ${shown} are on storage of one host: when it fails, nothing can be restarted elsewhere`,
      "put them on storage all hosts share (datastores.*.shared: true), or leave ha out: etcd and Longhorn survive a host without it",
    ),
  ];
}

function schedulable(pools: Plan["pools"]): Finding[] {
  const [controlPlane] = pools;
  if (!controlPlane?.schedulable || !pools.some(({ role, machines }) => role === "worker" && machines.length > 0)) return [];
  return [
    finding(
      "control-plane-schedulable",
      "topology.controlPlane.schedulable",
      "workloads run beside etcd although there are workers: a busy one slows the API down",
      "leave schedulable out, so that only workers run workloads",
    ),
  ];
}

/** Position of a CPU level among all, the oldest first; -1 for `host`, which every processor is. */
export function levelOf(level: string): number {
  return (CPU_LEVELS as readonly string[]).indexOf(level);
}

function lowest(hosts: readonly PlannedHost[]): string {
  return CPU_LEVELS[Math.min(...hosts.map(({ cpuLevel }) => levelOf(cpuLevel)))] ?? CPU_LEVELS[0];
}

function names(hosts: readonly PlannedHost[]): string {
  return hosts.map(({ name }) => name).join(" and ");
}
