import * as pulumi from "@pulumi/pulumi";
import { Provider } from "@pulumi/kubernetes/provider";
import type { Plan } from "../planner/plan";
import { Cilium } from "./addons/cilium";
import { ProxmoxCluster } from "./proxmox/proxmox-cluster";
import { VmPool } from "./proxmox/vm-pool";
import { TalosCluster } from "./talos/talos-cluster";
import { TalosImages } from "./talos/talos-images";

/** Arguments of a {@link Platform}. */
export interface PlatformArgs {
  readonly plan: Plan;
  /** Proxmox API token. @default the provider's environment */
  readonly apiToken?: pulumi.Output<string>;
}

/** Everything a stack declares, layer by layer: hosts, machines, Talos, Kubernetes, add-ons. */
export class Platform extends pulumi.ComponentResource {
  /** URL of the Kubernetes API. */
  public readonly endpoint: string;
  /** Address of every machine by name. */
  public readonly machines: Readonly<Record<string, string>>;
  /** Admin kubeconfig; a secret. */
  public readonly kubeconfig: pulumi.Output<string>;
  /** talosctl's configuration; a secret. */
  public readonly talosconfig: pulumi.Output<string>;

  constructor(name: string, { plan, apiToken }: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-talos:index:Platform", name, {}, opts);
    const child = { parent: this };

    const cluster = new ProxmoxCluster(name, { proxmox: plan.proxmox, apiToken }, child);
    const images = new TalosImages(
      name,
      { cluster, schematic: plan.talos.schematic, talosVersion: plan.versions.talos, images: plan.images },
      child,
    );
    // Control planes come first in every datastore's queue: the API starts while workers are still being imported.
    const pools = plan.pools.map(
      (pool) => new VmPool(pool.name, { cluster, pool, network: plan.network, images: images.volumes }, child),
    );
    const vms = Object.assign({}, ...pools.map((pool) => pool.vms)) as VmPool["vms"];
    const talosCluster = new TalosCluster(name, { plan, installer: images.installer, vms }, child);
    const kubernetes = new Provider(
      name,
      // The identity is the TalosCluster's name, so that a renewed certificate does not replace all that lives in it.
      { kubeconfig: talosCluster.kubeconfig, clusterIdentifier: plan.clusterName },
      { parent: this, dependsOn: [talosCluster.api] },
    );
    new Cilium("cilium", { provider: kubernetes, cilium: plan.addons.cilium }, { parent: this, dependsOn: [talosCluster.api] });

    this.endpoint = plan.endpoint.url;
    this.machines = Object.fromEntries(plan.machines.map((machine) => [machine.name, machine.address]));
    this.kubeconfig = talosCluster.kubeconfig;
    this.talosconfig = talosCluster.talosconfig;
    this.registerOutputs({});
  }
}
