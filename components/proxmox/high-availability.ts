import * as pulumi from "@pulumi/pulumi";
import { Haresource } from "@muhlba91/pulumi-proxmoxve/haresource";
import { Harule } from "@muhlba91/pulumi-proxmoxve/harule";
import { isVm } from "../../planner/machines";
import type { PlannedHa, PlannedPool } from "../../planner/plan";
import type { ProxmoxCluster } from "./proxmox-cluster";

/** Arguments of {@link HighAvailability}. */
export interface HighAvailabilityArgs {
  readonly cluster: ProxmoxCluster;
  readonly ha: PlannedHa;
  readonly pools: readonly PlannedPool[];
  /** The VMs by machine name. */
  readonly vms: Readonly<Record<string, pulumi.Resource>>;
}

/**
 * Has Proxmox restart the VMs of a failed host elsewhere: control planes never on one host, every pool on its own hosts first.
 * Rules are those of Proxmox 9, where they took the place of HA groups.
 */
export class HighAvailability extends pulumi.ComponentResource {
  constructor(name: string, args: HighAvailabilityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-talos:proxmox:HighAvailability", name, {}, opts);
    const { cluster, ha, pools, vms } = args;
    const child = { parent: this, provider: cluster.provider };

    const managed = new Map<string, Haresource>();
    for (const machine of pools.flatMap((pool) => pool.machines.filter(isVm))) {
      const vm = vms[machine.name];
      const resource = new Haresource(
        machine.name,
        { resourceId: `vm:${machine.vmId}`, state: "started", ...ha },
        { ...child, ...(vm ? { dependsOn: [vm], deletedWith: vm } : {}) },
      );
      managed.set(machine.name, resource);
    }
    for (const pool of pools) {
      const members = pool.machines.filter(isVm);
      const resources = members.map(({ vmId }) => `vm:${vmId}`).sort();
      // A rule is refused while one of its resources is not managed yet.
      const after = members.flatMap((machine) => managed.get(machine.name) ?? []);
      const hosts = [...new Set(members.map(({ host }) => host))].sort();
      if (members.length === 0) continue;
      new Harule(
        `${pool.name}-home`,
        {
          rule: `${name}-${pool.name}-home`,
          type: "node-affinity",
          resources,
          nodes: Object.fromEntries(hosts.map((host) => [host, 1])),
          strict: false,
          comment: `Hosts of pool ${pool.name} first`,
        },
        { ...child, dependsOn: after },
      );
      // Members that share a host were put together on purpose: a rule they break would be refused.
      if (pool.role === "worker" || members.length < 2 || hosts.length < members.length) continue;
      new Harule(
        `${pool.name}-apart`,
        {
          rule: `${name}-${pool.name}-apart`,
          type: "resource-affinity",
          resources,
          affinity: "negative",
          comment: "No two etcd members on one host",
        },
        { ...child, dependsOn: after },
      );
    }

    this.registerOutputs({});
  }
}
