import { Actions } from "./actions";
import type { ApiClient } from "./api-client";
import { CILIUM_BALANCER, CILIUM_OPERATOR } from "./cilium";
import { Cluster } from "./cluster";
import { FLUX_OPERATOR } from "./flux";
import { LONGHORN_MANAGER, uninstallLonghorn } from "./longhorn";
import { Machines } from "./machines";
import type { SimulatedNode } from "./node-status";
import type { Pod } from "./objects";
import { Operators } from "./operators";
import { PodRunner } from "./pod-runner";
import type { PodDelays } from "./pod-runner";
import { Programs } from "./programs";
import { RunningDefiner } from "./running-definer";
import { Scheduler } from "./scheduler";
import { TALOS } from "./talos";
import { isLeftOver, volumeFor, volumeNeeds } from "./volumes";
import type { Storage } from "./volumes";

/** How long things take, in real milliseconds. */
export interface KubeletDelays extends PodDelays {
  /** From the wish for a volume until it is there. */
  readonly provision: number;
}

/** What simulated nodes need. */
export interface KubeletsOptions {
  /** Of the group system:masters. Stays the caller's to close. */
  readonly client: ApiClient;
  /** The machines whose kubelets run now. Asked at every pass: after every change in the cluster and at every interval. */
  readonly machines: () => readonly SimulatedNode[] | Promise<readonly SimulatedNode[]>;
  /** @default start and complete 500, stop and provision 200 */
  readonly delays?: Partial<KubeletDelays>;
  /** Milliseconds between passes when nothing changes. @default 500 */
  readonly interval?: number;
  /** Gets what the API refused and what `machines` threw; the next pass tries again. */
  readonly onError: (error: Error) => void;
}

const DELAYS: KubeletDelays = { start: 500, complete: 500, stop: 200, provision: 200 };
const INTERVAL_MS = 500;
/** Programs by how their command begins. */
const PROGRAMS = { "longhorn-manager uninstall": uninstallLonghorn };
/** Changes come in bursts, and one pass sees them all. */
const GATHER_MS = 10;

/**
 * Kubelets, scheduler and volume provisioner of one cluster. No container runs: each starts, is ready and, where it is to end, ends
 * well, unless its program is one of those that others see something of. So are the operators.
 */
export class Kubelets {
  private readonly delays: KubeletDelays;
  private readonly actions: Actions;
  private readonly cluster: Cluster;
  private readonly storage: Storage;
  private readonly machines: Machines;
  private readonly scheduler: Scheduler;
  private readonly runner: PodRunner;
  private readonly programs: Programs;
  private readonly operators: Operators;
  private readonly talos: RunningDefiner;
  private timer: NodeJS.Timeout | undefined;
  private wakesAt = Infinity;
  private passing: Promise<void> | undefined;
  /** Nobody acts on half of what there is. */
  private knowsAll = false;
  private stopped = false;

  constructor(private readonly options: KubeletsOptions) {
    const { client } = options;
    this.delays = { ...DELAYS, ...options.delays };
    this.actions = new Actions((error) => {
      this.report(error);
    });
    const onChange = (): void => {
      this.wake(GATHER_MS);
    };
    const cluster = new Cluster(client, onChange);
    this.cluster = cluster;
    this.storage = {
      claim: (name, namespace) => cluster.claims.get(name, namespace),
      volume: (name) => cluster.volumes.get(name),
      storageClass: (name) => cluster.classes.get(name),
    };
    this.machines = new Machines(client, cluster.nodes, this.actions);
    this.scheduler = new Scheduler(client, this.storage, this.actions);
    this.programs = new Programs(client, PROGRAMS, onChange);
    const minded = [CILIUM_OPERATOR, CILIUM_BALANCER, LONGHORN_MANAGER, FLUX_OPERATOR];
    this.operators = new Operators(client, minded, this.actions, onChange);
    this.talos = new RunningDefiner(client, TALOS, this.actions);
    this.runner = new PodRunner(client, this.actions, this.programs, this.delays);
  }

  /** Resolves when the nodes know their cluster and have begun. Rejects when the API cannot be listed. */
  public async start(): Promise<void> {
    await this.cluster.follow();
    this.knowsAll = true;
    this.wake(0);
  }

  /** Stops it all; resolves when no request is under way any more. The cluster sees every node fall silent. */
  public async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    this.cluster.stop();
    await this.passing;
    this.operators.stop();
    this.programs.stop();
  }

  /** The pods bound to a node as the API last showed them, for instance to judge whether its network plugin runs. */
  public podsOn(node: string): Pod[] {
    return this.cluster.pods.all.filter(({ spec }) => spec.nodeName === node);
  }

  /** Looks at the machines soon, rather than at the next interval. */
  public poke(): void {
    this.wake(0);
  }

  private wake(milliseconds: number): void {
    const at = Date.now() + milliseconds;
    if (!this.knowsAll || this.stopped || at >= this.wakesAt) return;
    this.wakesAt = at;
    clearTimeout(this.timer);
    // A pass under way looks at the time when it ends.
    if (this.passing) return;
    this.timer = setTimeout(() => {
      this.wakesAt = Infinity;
      this.passing = this.pass().then((next) => {
        this.passing = undefined;
        const soonest = Math.min(next, this.wakesAt, Date.now() + (this.options.interval ?? INTERVAL_MS));
        this.wakesAt = Infinity;
        this.wake(Math.max(soonest - Date.now(), 0));
      });
    }, milliseconds);
  }

  /** @returns when the next one is due, in milliseconds since 1970 */
  private async pass(): Promise<number> {
    try {
      this.step(await this.options.machines());
    } catch (error) {
      this.report(error as Error);
    }
    return this.actions.settle();
  }

  private step(present: readonly SimulatedNode[]): void {
    const { nodes, pods } = this.cluster;
    this.machines.reconcile(present);
    const known = present.flatMap((simulated) => {
      const node = nodes.get(simulated.name);
      return node ? [{ simulated, node }] : [];
    });
    const all = pods.all;
    this.scheduler.schedule(
      all,
      known.map(({ node }) => node),
    );
    const byNode = new Map(known.map(({ node }) => [node.metadata.name, [] as Pod[]]));
    for (const pod of all) byNode.get(pod.spec.nodeName ?? "")?.push(pod);
    for (const { simulated, node } of known) {
      this.runner.reconcile(simulated, node, byNode.get(simulated.name) ?? [], (pod) => this.waitsForVolumes(pod));
    }
    this.provision();
    this.programs.keep(all);
    this.operators.reconcile(all);
    if (present.some(({ definesTalos }) => definesTalos === true)) this.talos.reconcile();
  }

  private waitsForVolumes(pod: Pod): boolean {
    const { blocked, waiting } = volumeNeeds(pod, this.storage);
    return blocked !== undefined || waiting.length > 0;
  }

  private provision(): void {
    const { client } = this.options;
    for (const claim of this.cluster.claims.all) {
      const volume = volumeFor(claim, this.storage);
      if (volume === undefined || !this.actions.isDue(claim, "provision", this.delays.provision)) continue;
      this.actions.once(claim, "provision", () => client.create("/api/v1/persistentvolumes", volume));
    }
    for (const volume of this.cluster.volumes.all.filter(isLeftOver)) {
      const path = `/api/v1/persistentvolumes/${volume.metadata.name}`;
      this.actions.once(volume, "delete", () => client.delete(path));
    }
  }

  private report(error: Error): void {
    if (!this.stopped) this.options.onError(error);
  }
}
