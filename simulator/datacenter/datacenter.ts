import type { Process } from "../clock/clock";
import { Clock, Lock } from "../clock/clock";
import type { DurationName } from "./durations";
import { DurationTable } from "./durations";
import type { Cluster, DatacenterSpec, DatacenterState, HostSpec, Vm } from "./model";
import { RuleBroken } from "./model";

/** One thing the datacenter did, as the lower bound and the reports read it. */
export interface Activity {
  readonly kind: DurationName;
  /** What it was done to: a VM id, a host, a cluster. */
  readonly subject: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** What can be away for a while: a host, the API of all clusters, or their virtual addresses. */
export type Away = `host ${string}` | "api" | "vip";

/** A datacenter as delivered. */
const NOTHING: DatacenterState = {
  vms: [],
  clusters: [],
  images: {},
  seeds: {},
  schematics: {},
  imageSchematics: {},
  pools: [],
  haResources: [],
  haRules: {},
  settings: {},
};

/**
 * The hardware and what runs on it, in virtual time. It knows rules, never programs: whoever speaks to it, through whichever
 * door, gets the same answers.
 */
export class Datacenter {
  public readonly clock = new Clock();
  public readonly activities: Activity[] = [];
  public readonly state: DatacenterState;
  /** What does not answer by now. */
  public readonly away = new Set<Away>();
  /** How often each host broke down. */
  public readonly breakdowns = new Map<string, number>();
  private readonly hosts: ReadonlyMap<string, HostSpec>;
  private readonly locks = new Map<string, Lock>();

  constructor(
    public readonly spec: DatacenterSpec,
    public readonly durations = new DurationTable(),
    state?: DatacenterState,
  ) {
    this.hosts = new Map(spec.hosts.map((host) => [host.name, host]));
    this.state = structuredClone({ ...NOTHING, ...state });
    this.agreeOnTime();
    this.standMachines();
  }

  /** Lets one of the table's durations pass and notes what it was spent on. */
  public *spend(kind: DurationName, subject: string): Process {
    const startSeconds = this.clock.now;
    yield { kind: "sleep", seconds: this.durations.seconds(kind) };
    this.activities.push({ kind, subject, startSeconds, endSeconds: this.clock.now });
  }

  /** The lock of this name; created when first asked for. */
  public lock(name: string): Lock {
    const lock = this.locks.get(name) ?? new Lock();
    this.locks.set(name, lock);
    return lock;
  }

  public host(name: string): HostSpec {
    const host = this.hosts.get(name);
    if (!host) throw new RuleBroken("unknown-host", `Proxmox has no node ${name}; it has ${[...this.hosts.keys()].join(", ")}`);
    return host;
  }

  public vm(vmId: number): Vm | undefined {
    return this.state.vms.find((vm) => vm.vmId === vmId);
  }

  /** The running VM that answers at an address. */
  public vmAt(address: string): Vm | undefined {
    return this.state.vms.find((vm) => vm.running && vm.addresses.includes(address));
  }

  /** What names a datastore among all: one that hosts share is the same on each. */
  public storage(host: string, datastore: string): string {
    const shared = this.hosts.get(host)?.datastores.some(({ name, shared: isShared }) => name === datastore && isShared) ?? false;
    return shared ? `shared/${datastore}` : `${host}/${datastore}`;
  }

  public cluster(key: string): Cluster | undefined {
    return this.state.clusters.find((cluster) => cluster.key === key);
  }

  /** Whatever an earlier run defined is there from the start; what kept no account of that has it from its releases. */
  private agreeOnTime(): void {
    for (const cluster of this.state.clusters) {
      const { definitions, releases, resources } = cluster as Partial<Cluster>;
      const charts = definitions ? Object.keys(definitions) : Object.values(releases ?? {});
      cluster.definitions = Object.fromEntries(charts.map((chart) => [chart, 0]));
      cluster.resources = resources ?? [];
    }
  }

  /** Machines that are no VMs are there before any program runs. */
  private standMachines(): void {
    for (const { name, address, cores, memoryMiB } of this.spec.machines) {
      if (this.state.vms.some((vm) => vm.vmId < 0 && vm.name === name)) continue;
      const vmId = Math.min(0, ...this.state.vms.map((vm) => vm.vmId)) - 1;
      const hardware = { cpuType: "host", lastThread: null, numaNode: null, mappings: [], tpm: true };
      const base = { vmId, name, host: "", cores, memoryMiB, disks: [], schematic: "", secureBoot: null, hardware };
      this.state.vms.push({ ...base, addresses: [address], running: true, stage: "maintenance" });
    }
  }
}
