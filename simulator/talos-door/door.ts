import { Server, ServerCredentials } from "@grpc/grpc-js";
import type { Datacenter } from "../datacenter/datacenter";
import type { Vm } from "../datacenter/model";
import { Faults } from "../faults/faults";
import { issue, newAuthority } from "../wire/certificates";
import type { KeyPair } from "../wire/certificates";
import type { LiveTime } from "../wire/live-time";
import type { RecordedTalosCall } from "./answering";
import { Answering } from "./answering";
import { retire } from "./grpc";
import { machineCalls, machineStreams, machineUploads } from "./machine-calls";
import type { MachineSecrets } from "./machine-secrets";
import type { Mode } from "./mode";
import { modeOf } from "./mode";
import { clusterStreams, storageCalls } from "./other-calls";
import { talosProtocol } from "./protocol";

/** Port of the machine API. */
export const TALOS_PORT = 50000;

/** How long a machine goes on as it was, in milliseconds: the answer that changed it still has to get out. */
const SETTLE_MS = 20;
/** How long an address may be taken by the server before, in milliseconds. */
const REBIND_MS = 50;
interface OpenServer {
  readonly mode: Mode;
  readonly vm: Vm;
  readonly server: Server;
}

/** The machine API of every Talos machine of a datacenter, each at its own addresses. */
export class TalosDoor {
  private readonly open = new Map<string, OpenServer>();
  private readonly configurations = new Map<number, MachineSecrets>();
  private readonly answering: Answering;
  private closed = false;
  private pending: NodeJS.Timeout | undefined;
  private readonly maintenance = newAuthority("maintenance");

  /**
   * @param talosVersion what machines say they run, for instance `v1.13.9`
   * @param port port of all machines; another one only where the usual is taken
   */
  constructor(
    private readonly dc: Datacenter,
    time: LiveTime,
    talosVersion: string,
    private readonly port = TALOS_PORT,
    faults = new Faults(),
  ) {
    this.answering = new Answering(dc, time, talosVersion, faults, this.configurations, SETTLE_MS);
    time.onChange(() => {
      this.later(SETTLE_MS);
    });
    this.reconcile();
  }

  /** Every call so far. */
  public get calls(): readonly RecordedTalosCall[] {
    return this.answering.calls;
  }

  /** Secrets of a machine, once it is configured. */
  public secretsOf(vmId: number): MachineSecrets | undefined {
    return this.configurations.get(vmId);
  }

  /** Stops all machines' servers. */
  public close(): void {
    this.closed = true;
    clearTimeout(this.pending);
    for (const { server } of this.open.values()) server.forceShutdown();
    this.open.clear();
  }

  /** Opens and closes servers until each address answers as the machine behind it does now. */
  private reconcile(): void {
    if (this.closed) return;
    for (const vmId of this.configurations.keys()) if (!this.dc.vm(vmId)?.machine) this.configurations.delete(vmId);
    const wanted = new Map<string, { vm: Vm; mode: Mode }>();
    for (const vm of this.dc.state.vms) {
      const mode = modeOf(vm);
      if (mode === undefined || (mode === "running" && !this.authorityOf(vm)?.key)) continue;
      for (const address of vm.addresses) wanted.set(address, { vm, mode });
    }
    for (const [address, { server, mode, vm }] of this.open) {
      const next = wanted.get(address);
      if (next?.mode === mode && next.vm === vm) continue;
      // Nobody is cut off in the middle of an answer but by a machine that is switched off.
      if (next?.vm === vm && this.answering.isBusy(vm)) {
        this.later(SETTLE_MS);
        continue;
      }
      // A machine that is switched off answers nobody; one that changes its certificate ends what it was asked before.
      if (next?.vm === vm) retire(server);
      else server.forceShutdown();
      this.open.delete(address);
    }
    for (const [address, { vm, mode }] of wanted) if (!this.open.has(address)) this.listen(address, vm, mode);
  }

  private listen(address: string, vm: Vm, mode: Mode): void {
    const server = new Server();
    const { machine, storage, cluster } = talosProtocol();
    const implement = this.answering.implementation.bind(this.answering);
    server.addService(cluster.service, implement(cluster.service, clusterStreams, vm, mode));
    server.addService(
      machine.service,
      implement(machine.service, { ...machineCalls, ...machineStreams, ...machineUploads }, vm, mode),
    );
    server.addService(storage.service, implement(storage.service, storageCalls, vm, mode));
    this.open.set(address, { mode, vm, server });
    const host = address.includes(":") ? `[${address}]` : address;
    server.bindAsync(`${host}:${this.port}`, this.credentials(vm, mode), (error) => {
      if (!error || this.open.get(address)?.server !== server) return;
      // The one before may still be closing; whoever dials meanwhile is refused, as by a machine that is not up yet.
      this.open.delete(address);
      this.later(REBIND_MS);
    });
  }

  private later(milliseconds: number): void {
    this.pending ??= setTimeout(() => {
      this.pending = undefined;
      this.reconcile();
    }, milliseconds).unref();
  }

  private credentials(vm: Vm, mode: Mode): ServerCredentials {
    const own = [vm.machine?.hostname ?? "", ...(this.configurations.get(vm.vmId)?.names ?? [])].filter((name) => name !== "");
    const names = [...new Set([...vm.addresses, ...own, "127.0.0.1"])];
    const encode = ({ certificate, key }: KeyPair): { cert_chain: Buffer; private_key: Buffer } => {
      return { cert_chain: Buffer.from(certificate), private_key: Buffer.from(key) };
    };
    const authority = mode === "running" ? this.authorityOf(vm) : undefined;
    if (!authority) {
      const pair = issue(this.maintenance, { commonName: "maintenance-service.talos.dev", names, usages: ["server"] });
      return ServerCredentials.createSsl(null, [encode(pair)], false);
    }
    const pair = issue(authority, { commonName: vm.machine?.hostname ?? vm.name, names, usages: ["server"] });
    return ServerCredentials.createSsl(Buffer.from(authority.certificate), [encode(pair)], true);
  }

  /** A worker's certificate is signed by a control plane, which alone has the key. */
  private authorityOf(vm: Vm): KeyPair | undefined {
    const own = this.configurations.get(vm.vmId);
    if (!own || own.osAuthority.key !== "") return own?.osAuthority;
    for (const [vmId, secrets] of this.configurations) {
      const stage = this.dc.vm(vmId)?.stage;
      if (secrets.clusterKey === own.clusterKey && secrets.osAuthority.key !== "" && stage !== "off") return secrets.osAuthority;
    }
    return undefined;
  }
}
