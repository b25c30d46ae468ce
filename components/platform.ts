import * as pulumi from "@pulumi/pulumi";
import { Provider } from "@pulumi/kubernetes/provider";
import { costsJson } from "../planner/costs/costs-json";
import { isVm } from "../planner/machines";
import type { Plan, PlannedHost, PlannedPool } from "../planner/plan";
import { declareAddons } from "./addons/addons";
import type { StackSecrets } from "./addons/release-secrets";
import { Balancers } from "./guests/balancers";
import { EtcdBackup } from "./kubernetes/etcd-backup";
import { ExternalService } from "./kubernetes/external-service";
import { declareNamespaces } from "./kubernetes/namespaces";
import { NodeRemoval } from "./kubernetes/node-removal";
import { declareStackSecrets } from "./kubernetes/stack-secrets";
import { HighAvailability } from "./proxmox/high-availability";
import type { ProxmoxLogin } from "./proxmox/identity-guard";
import { ProxmoxCluster } from "./proxmox/proxmox-cluster";
import { VmPool } from "./proxmox/vm-pool";
import type { VmPoolArgs } from "./proxmox/vm-pool";
import { TalosCluster } from "./talos/talos-cluster";
import { TalosImages } from "./talos/talos-images";

/** Arguments of a {@link Platform}. */
export interface PlatformArgs {
  readonly plan: Plan;
  /** Proxmox API token. @default the provider's environment */
  readonly apiToken?: pulumi.Output<string>;
  /** Proxmox user name and password. @default the provider's environment */
  readonly login?: ProxmoxLogin;
  /** Secrets of parts of the stack, by name. @default none */
  readonly secrets?: StackSecrets;
}

/** A host's figures as the stack puts them out. */
export interface HostUsage extends Omit<PlannedHost, "name" | "machines" | "failureDomain" | "processor"> {
  readonly failureDomain: string | null;
  readonly processor: PlannedHost["processor"] | null;
}

/** Everything a stack declares, layer by layer: hosts, machines, Talos, Kubernetes, add-ons. */
export class Platform extends pulumi.ComponentResource {
  /** URL of the Kubernetes API. */
  public readonly endpoint: string;
  /** Address of every machine by name. */
  public readonly machines: Readonly<Record<string, string>>;
  /** What every host has and what of it is given away. */
  public readonly hosts: Readonly<Record<string, HostUsage>>;
  /** Ids and addresses of the stack and how many are left. */
  public readonly ranges: Plan["ranges"];
  /** `<host>: <command>` of everything that forms the Proxmox cluster. */
  public readonly formation: readonly string[];
  /** What it costs, as `lab plan --json` has it. */
  public readonly costs: object;
  /** What the planner says of the stack, and why that is accepted. */
  public readonly findings: readonly object[];
  /** Admin kubeconfig; a secret. */
  public readonly kubeconfig: pulumi.Output<string>;
  /** talosctl's configuration; a secret. */
  public readonly talosconfig: pulumi.Output<string>;

  constructor(name: string, { plan, apiToken, login, secrets = {} }: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-talos:index:Platform", name, {}, opts);
    const child = { parent: this };

    const cluster = plan.proxmox && new ProxmoxCluster(name, { proxmox: plan.proxmox, apiToken, login }, child);
    const images = new TalosImages(name, { cluster, talos: plan.talos, images: plan.images }, child);
    const nodes = new NodeRemoval();
    const { vms, balancers } = cluster ? this.declareVms(name, plan, { cluster, images, nodes }) : { vms: {}, balancers: [] };
    const { tailscaleAuthKey } = secrets;
    const talosCluster = new TalosCluster(name, { plan, images, vms, balancers, tailscaleAuthKey }, child);
    nodes.through(talosCluster.kubeconfig);
    const kubernetes = new Provider(
      name,
      // The identity is the TalosCluster's name, so that a renewed certificate does not replace all that lives in it.
      { kubeconfig: talosCluster.kubeconfig, clusterIdentifier: plan.clusterName },
      { parent: this, dependsOn: [talosCluster.api] },
    );
    // What lives in the cluster goes with it: nobody uninstalls releases one by one from machines that are about to be deleted.
    const inside = { parent: this, deletedWith: talosCluster.bootstrap };
    const namespaces = declareNamespaces(plan.namespaces, kubernetes, { ...inside, dependsOn: [talosCluster.api] });
    const made = declareStackSecrets({
      opts: inside,
      provider: kubernetes,
      secrets: plan.secrets,
      namespaces,
      api: talosCluster.api,
      values: secrets,
    });
    declareAddons({
      opts: inside,
      provider: kubernetes,
      addons: plan.addons,
      namespaces,
      api: talosCluster.api,
      access: talosCluster.access,
      secrets,
      made,
    });
    if (plan.etcdBackup) {
      const { api, access } = talosCluster;
      const dependsOn = [api, ...[namespaces.get(plan.etcdBackup.namespace)].filter((each) => each !== undefined)];
      const args = { provider: kubernetes, access, backup: plan.etcdBackup, secrets };
      new EtcdBackup(plan.etcdBackup.name, args, { ...inside, dependsOn });
    }
    for (const external of plan.externals) {
      const namespace = namespaces.get(external.namespace);
      const dependsOn = [talosCluster.api, ...(namespace ? [namespace] : [])];
      new ExternalService(external.name, { provider: kubernetes, external }, { ...inside, dependsOn });
    }

    this.endpoint = plan.endpoint.url;
    this.machines = Object.fromEntries(plan.machines.map((machine) => [machine.name, machine.address]));
    this.kubeconfig = talosCluster.kubeconfig;
    this.talosconfig = talosCluster.talosconfig;
    this.hosts = Object.fromEntries(plan.hosts.map((host) => [host.name, usageOf(host)]));
    this.ranges = plan.ranges;
    this.formation = (plan.proxmox?.formation ?? []).map(({ host, command }) => `${host}: ${command}`);
    this.costs = costsJson(plan.costs);
    this.findings = plan.findings.map(({ code, severity, path, acknowledged = null }) => ({
      code,
      severity,
      path,
      acknowledged,
    }));
    this.registerOutputs({});
  }

  private declareVms(
    name: string,
    plan: Plan,
    { cluster, images, nodes }: Pick<VmPoolArgs, "cluster" | "nodes"> & { readonly images: TalosImages },
  ): { readonly vms: Readonly<Record<string, pulumi.Resource>>; readonly balancers: readonly pulumi.Resource[] } {
    const child = { parent: this };
    const { network, talos, addons } = plan;
    const declarePool = (pool: PlannedPool): VmPool =>
      new VmPool(pool.name, { cluster, pool, network, talos, addons, images, nodes }, child);
    const ofVms = plan.pools.filter((pool) => pool.machines.some(isVm));
    // Control planes come first in every datastore's queue: the API starts while workers are still being imported.
    const planes = ofVms.filter(({ role }) => role === "controlplane").map(declarePool);
    const balancers =
      plan.balancers && new Balancers(`${name}-balancers`, { cluster, balancers: plan.balancers, network }, child);
    const pools = [...planes, ...ofVms.filter(({ role }) => role === "worker").map(declarePool)];
    const vms = Object.assign({}, ...pools.map((pool) => pool.vms)) as VmPool["vms"];
    const ha = plan.proxmox?.ha;
    if (ha) new HighAvailability(name, { cluster, ha, pools: plan.pools, vms }, child);
    return { vms, balancers: Object.values(balancers?.vms ?? {}) };
  }
}

/** What a host has and what of it is given away: a change of the file shows in the stack's outputs what it does to them. */
function usageOf({ cores, threads, vcpus, memoryMiB, reservedMemoryMiB, allocatedMemoryMiB, ...host }: PlannedHost): HostUsage {
  return {
    address: host.address,
    cores,
    threads,
    vcpus,
    memoryMiB,
    reservedMemoryMiB,
    allocatedMemoryMiB,
    cpuLevel: host.cpuLevel,
    numaNodes: host.numaNodes,
    failureDomain: host.failureDomain ?? null,
    domains: host.domains,
    processor: host.processor ?? null,
    datastores: host.datastores,
    pciMappings: host.pciMappings,
  };
}
