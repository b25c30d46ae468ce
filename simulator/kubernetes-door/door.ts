import { join } from "node:path";
import { isIP } from "node:net";
import type { Datacenter } from "../datacenter/datacenter";
import { isServing } from "../datacenter/api-endpoint";
import { hasQuorum } from "../datacenter/etcd-quorum";
import type { Cluster } from "../datacenter/model";
import type { MachineSecrets } from "../talos-door/machine-secrets";
import type { LiveTime } from "../wire/live-time";
import { ApiClient } from "./api-client";
import type { Binaries } from "./binaries";
import type { ControlPlane } from "./control-plane";
import { startControlPlane } from "./control-plane";
import { Forwarder } from "./forwarder";
import { Kubelets } from "./kubelets";
import { nodesOf } from "./registered-nodes";

/** Port of the Kubernetes API. */
export const KUBERNETES_PORT = 6443;
/** Port on which etcd answers clients. */
const ETCD_PORT = 2379;

/** What the door needs. */
export interface KubernetesDoorOptions {
  readonly dc: Datacenter;
  readonly time: LiveTime;
  /** Secrets of a configured machine, by VM id. */
  readonly secretsOf: (vmId: number) => MachineSecrets | undefined;
  readonly binaries: Binaries;
  /** Folder for data and logs, a folder in it for each cluster. */
  readonly dataDir: string;
  /** Address that stands for all names and addresses outside of the stack which lead to its control planes. */
  readonly frontendAddress: string;
  /** @default 6443 */
  readonly port?: number;
}

/** A real control plane for a cluster of the datacenter. */
export interface RunningCluster {
  readonly cluster: Cluster;
  readonly controlPlane: ControlPlane;
  readonly client: ApiClient;
  readonly kubelets: Kubelets;
  isReady: boolean;
  timer?: NodeJS.Timeout;
}

/** How often the network add-on is looked for, in milliseconds. */
const LOOK_MS = 200;

/**
 * A real Kubernetes API for every cluster of the datacenter: its processes start with etcd's bootstrap and end with the last machine.
 * It answers at the addresses of the control planes that run, and at the virtual one, while etcd has its quorum.
 */
export class KubernetesDoor {
  private readonly running = new Map<string, RunningCluster>();
  private readonly starting = new Set<string>();
  private readonly forwarders = new Map<string, Forwarder>();
  private readonly ended: Promise<void>[] = [];
  private closed = false;

  constructor(private readonly options: KubernetesDoorOptions) {
    options.time.onChange(() => {
      this.reconcile();
    });
  }

  /** Clusters whose processes run, ready or not. */
  public get clusters(): readonly RunningCluster[] {
    return [...this.running.values()];
  }

  /** Ends all processes. */
  public async close(): Promise<void> {
    this.closed = true;
    for (const forwarder of this.forwarders.values()) forwarder.close();
    for (const key of this.running.keys()) this.end(key);
    await Promise.all(this.ended);
  }

  private reconcile(): void {
    if (this.closed) return;
    const { clusters } = this.options.dc.state;
    for (const key of this.running.keys()) if (!clusters.some((cluster) => cluster.key === key)) this.end(key);
    for (const cluster of clusters) {
      if (this.running.has(cluster.key) || this.starting.has(cluster.key)) continue;
      const secrets = this.secretsOf(cluster);
      if (!secrets) continue;
      this.starting.add(cluster.key);
      // What cannot start shows as an API that never answers, and in the logs.
      void this.start(cluster, secrets).catch(() => undefined);
    }
    this.forward();
  }

  private async start(cluster: Cluster, secrets: MachineSecrets): Promise<void> {
    const { aggregatorAuthority, serviceAccountKey = "", kubernetesAuthority } = secrets;
    const controlPlane = await startControlPlane({
      binaries: this.options.binaries,
      dataDir: join(this.options.dataDir, cluster.key),
      clusterAuthority: kubernetesAuthority,
      aggregatorAuthority: aggregatorAuthority ?? kubernetesAuthority,
      serviceAccountKey,
      endpoint: cluster.endpoint,
      names: this.namesOf(cluster, secrets),
      podSubnets: secrets.podSubnets,
      serviceSubnet: secrets.serviceSubnets.join(","),
    });
    const { certificate, key } = controlPlane.admin.client;
    const client = new ApiClient({
      port: controlPlane.port,
      authority: controlPlane.admin.authority,
      client: { certificate, key },
    });
    const kubelets = new Kubelets({
      client,
      machines: () => nodesOf(this.options.dc, cluster.key),
      // The next pass tries again, and what stays wrong shows in the API.
      onError: () => undefined,
    });
    const running: RunningCluster = { cluster, controlPlane, client, kubelets, isReady: false };
    this.running.set(cluster.key, running);
    await controlPlane.ready;
    await kubelets.start();
    running.isReady = true;
    running.timer = setInterval(() => {
      this.lookForNetwork(running);
    }, LOOK_MS);
    this.options.time.changed();
  }

  /** The datacenter is told once the network's pods are there: it says when each machine has one. */
  private lookForNetwork({ cluster, kubelets }: RunningCluster): void {
    if (cluster.cni === "flannel") return;
    const isThere = nodesOf(this.options.dc, cluster.key).some(({ name }) =>
      kubelets.podsOn(name).some(({ metadata }) => metadata.labels?.["k8s-app"] === "cilium"),
    );
    if ((cluster.cni === "cilium") === isThere) return;
    cluster.cni = isThere ? "cilium" : null;
    this.options.time.changed();
  }

  private end(key: string): void {
    const running = this.running.get(key);
    this.running.delete(key);
    this.starting.delete(key);
    if (!running) return;
    clearInterval(running.timer);
    const stop = async (): Promise<void> => {
      await running.kubelets.stop();
      running.client.close();
      await running.controlPlane.stop();
    };
    this.ended.push(stop());
  }

  /** Opens and closes the addresses at which an API or etcd answers. */
  private forward(): void {
    const wanted = new Map<string, { address: string; port: number; target: number }>();
    const want = (address: string, port: number, target: number): void => {
      wanted.set(`${address} ${port}`, { address, port, target });
    };
    const { dc, port = KUBERNETES_PORT } = this.options;
    for (const { cluster, controlPlane, isReady } of this.running.values()) {
      // Whoever asks etcd only wants to know whether it listens: its clients are the API servers alone.
      const members = dc.state.vms.filter(({ vmId, running }) => running && cluster.etcdMembers.includes(vmId));
      for (const address of members.flatMap(({ addresses }) => addresses)) want(address, ETCD_PORT, controlPlane.port);
      if (!isReady || dc.away.has("api") || !hasQuorum(dc, cluster) || cluster.apiServers.length === 0) continue;
      for (const address of this.addressesOf(cluster)) want(address, port, controlPlane.port);
    }
    for (const [key, forwarder] of this.forwarders) {
      if (wanted.get(key)?.target === forwarder.target) continue;
      forwarder.close();
      this.forwarders.delete(key);
    }
    for (const [key, { address, port: at, target }] of wanted) {
      if (!this.forwarders.has(key)) this.forwarders.set(key, new Forwarder(address, at, target));
    }
  }

  /** What the serving certificate is for. */
  private namesOf({ endpointHost, key }: Cluster, { apiServerNames, names }: MachineSecrets): string[] {
    const planes = this.options.dc.state.vms.filter(
      ({ machine }) => machine?.clusterKey === key && machine.type === "controlplane",
    );
    const own = planes.flatMap(({ addresses, machine }) => [...addresses, ...(machine?.virtualIp ? [machine.virtualIp] : [])]);
    return [...new Set([endpointHost, ...apiServerNames, ...names, ...own])];
  }

  /** Where the API answers by now: at control planes whose server runs, at the virtual address, and wherever else leads to them. */
  private addressesOf({ apiServers, endpointHost, key }: Cluster): string[] {
    const { dc, frontendAddress } = this.options;
    const servers = dc.state.vms.filter((vm) => vm.running && vm.machine?.clusterKey === key && apiServers.includes(vm.vmId));
    const virtual = dc.away.has("vip") ? [] : servers.flatMap(({ machine }) => machine?.virtualIp ?? []);
    const isFrontend = dc.spec.network.frontends.includes(endpointHost);
    const frontends = isFrontend ? [isIP(endpointHost) === 0 ? frontendAddress : endpointHost] : [];
    const balancers = dc.state.vms.filter((vm) => vm.guest && isServing(dc, vm));
    const shared = dc.away.has("vip") ? [] : balancers.flatMap(({ guest }) => guest?.virtualAddress ?? []);
    const balanced = [...balancers.flatMap(({ addresses }) => addresses), ...shared];
    return [...new Set([...servers.flatMap(({ addresses }) => addresses), ...virtual, ...frontends, ...balanced])];
  }

  private secretsOf({ key }: Cluster): MachineSecrets | undefined {
    for (const { vmId, machine } of this.options.dc.state.vms) {
      const secrets = machine?.clusterKey === key && machine.type === "controlplane" ? this.options.secretsOf(vmId) : undefined;
      if (secrets?.serviceAccountKey !== undefined) return secrets;
    }
    return undefined;
  }
}
