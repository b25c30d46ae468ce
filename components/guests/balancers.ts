import * as pulumi from "@pulumi/pulumi";
import { File } from "@muhlba91/pulumi-proxmoxve/download/file";
import { FileLegacy } from "@muhlba91/pulumi-proxmoxve/fileLegacy";
import { VmLegacy } from "@muhlba91/pulumi-proxmoxve/vmLegacy";
import type { VmLegacyArgs } from "@muhlba91/pulumi-proxmoxve/vmLegacy";
import { importQueue } from "../../planner/machines";
import type { PlannedBalancer, PlannedBalancers, PlannedNetwork } from "../../planner/plan";
import type { ProxmoxCluster } from "../proxmox/proxmox-cluster";
import { unchanged } from "../unchanged";
import { BalancerGuard } from "./balancer-guard";
import { balancerVmArgs, seedArgs } from "./balancer-vm";

/** Arguments of {@link Balancers}. */
export interface BalancersArgs {
  readonly cluster: ProxmoxCluster;
  readonly balancers: PlannedBalancers;
  readonly network: PlannedNetwork;
  /** Last word on each VM's arguments. @default unchanged */
  readonly transformVm?: (args: VmLegacyArgs, machine: PlannedBalancer) => VmLegacyArgs;
}

/**
 * Small VMs with HAProxy and keepalived in front of the API. They keep nothing: what changes in one makes it anew, one after the other,
 * and the next one goes only when another leads to the API.
 */
export class Balancers extends pulumi.ComponentResource {
  /** The VMs by name. */
  public readonly vms: Readonly<Record<string, VmLegacy>>;

  constructor(name: string, args: BalancersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-talos:guests:Balancers", name, {}, opts);
    const { cluster, balancers } = args;
    const { machines } = balancers;
    const child = { parent: this, provider: cluster.provider };

    const images = this.declareImages(name, balancers.image, child);
    const guard = new BalancerGuard(Object.fromEntries(machines.map((machine) => [machine.name, machine.address])));
    const vms: Record<string, VmLegacy> = {};
    let before: VmLegacy[] = [];
    for (const machine of machines) {
      const seed = new FileLegacy(machine.name, seedArgs(machine, balancers), child);
      cluster.guard.beforeDeletion(machine.name, () => guard.judge(machine.name));
      const vm = cluster.imports.enqueue(importQueue(machine), (after) =>
        this.declareVm(machine, args, { seed, image: images[machine.host]?.id ?? "", dependsOn: [...after, ...before] }),
      );
      vms[machine.name] = vm;
      before = [vm];
    }
    this.vms = vms;

    this.registerOutputs({});
  }

  private declareImages(
    name: string,
    { hosts, url, sha512, fileName, datastore }: PlannedBalancers["image"],
    child: pulumi.CustomResourceOptions,
  ): Record<string, File> {
    const download = (host: string): File =>
      new File(
        `${name}-${host}`,
        {
          nodeName: host,
          datastoreId: datastore,
          contentType: "import",
          fileName,
          url,
          checksum: sha512,
          checksumAlgorithm: "sha512",
          // The name carries the checksum: a file whose size drifted must never replace itself.
          overwrite: false,
        },
        child,
      );
    return Object.fromEntries(hosts.map((host) => [host, download(host)]));
  }

  private declareVm(
    machine: PlannedBalancer,
    { cluster, balancers, network, transformVm = unchanged }: BalancersArgs,
    { seed, image, dependsOn }: { seed: FileLegacy; image: pulumi.Input<string>; dependsOn: pulumi.Resource[] },
  ): VmLegacy {
    return new VmLegacy(machine.name, transformVm(balancerVmArgs(machine, { cluster, network, seed: seed.id, image }), machine), {
      parent: this,
      provider: cluster.provider,
      dependsOn,
      // Id, address and MAC are fixed, so the old VM must be gone before the new one can exist.
      deleteBeforeReplace: true,
      replacementTrigger: makeOf(machine, balancers, network),
      // The provider reads no limits back and then misses the zeros it would have put there itself.
      ignoreChanges: ["disks[0].speed"],
      hooks: cluster.guard.hooks,
    });
  }
}

/**
 * All that a balancer is made of, as a text. Cloud-init reads its seed once and a disk is imported once: no update would do anything. What
 * an update would do (a size, a bridge) restarts the VM, one and the next without a wait between them.
 */
function makeOf(
  { seed, cores, memoryMiB, disks }: PlannedBalancer,
  { image }: PlannedBalancers,
  { bridge, vlanId, mtu, firewall }: PlannedNetwork,
): string {
  const size = disks.map(({ datastore, sizeGiB }) => [datastore, sizeGiB]);
  return JSON.stringify([seed.fileName, image.fileName, cores, memoryMiB, size, bridge, vlanId, mtu, firewall]);
}
