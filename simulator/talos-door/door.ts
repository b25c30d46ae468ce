import { X509Certificate } from "node:crypto";
import { Server, ServerCredentials, status } from "@grpc/grpc-js";
import type {
  Metadata,
  ServerUnaryCall,
  ServerWritableStream,
  ServiceDefinition,
  UntypedServiceImplementation,
  sendUnaryData,
} from "@grpc/grpc-js";
import { sleep } from "../clock/clock";
import type { Datacenter } from "../datacenter/datacenter";
import type { Vm } from "../datacenter/model";
import { RuleBroken } from "../datacenter/model";
import { issue, newAuthority } from "../wire/certificates";
import type { KeyPair } from "../wire/certificates";
import { Faults } from "../faults/faults";
import type { LiveTime } from "../wire/live-time";
import type { Call, CallContext } from "./calls";
import { Refusal, clusterStreams, machineCalls, machineStreams, storageCalls } from "./calls";
import { machineSecrets } from "./machine-secrets";
import type { MachineSecrets } from "./machine-secrets";
import { talosProtocol } from "./protocol";

/** Port of the machine API. */
export const TALOS_PORT = 50000;

/** One call as it came in; nothing secret in it. */
export interface RecordedTalosCall {
  /** Name of the machine that answered. */
  readonly machine: string;
  /** For instance `/machine.MachineService/Bootstrap`. */
  readonly call: string;
  readonly mode: Mode;
  readonly code: status;
}

/** How long a machine goes on as it was, in milliseconds: the answer that changed it still has to get out. */
const SETTLE_MS = 20;
/** How long an address may be taken by the server before, in milliseconds. */
const REBIND_MS = 50;
/** How long a server may go on answering what it was asked before it closed, in milliseconds. */
const RETIRE_MS = 2000;

/** What a client makes of a handshake that ended so. */
const EXPIRED = 'connection error: desc = "error reading server preface: remote error: tls: expired certificate"';

type Mode = "maintenance" | "running";

interface OpenServer {
  readonly mode: Mode;
  readonly vm: Vm;
  readonly server: Server;
}

/** The machine API of every Talos machine of a datacenter, each at its own addresses. */
export class TalosDoor {
  public readonly calls: RecordedTalosCall[] = [];
  private readonly open = new Map<string, OpenServer>();
  private readonly configurations = new Map<number, MachineSecrets>();
  /** Calls being answered by machine, and a moment longer. */
  private readonly busy = new Map<Vm, number>();
  private closed = false;
  private pending: NodeJS.Timeout | undefined;
  private readonly maintenance = newAuthority("maintenance");

  /**
   * @param talosVersion what machines say they run, for instance `v1.13.9`
   * @param port port of all machines; another one only where the usual is taken
   */
  constructor(
    private readonly dc: Datacenter,
    private readonly time: LiveTime,
    private readonly talosVersion: string,
    private readonly port = TALOS_PORT,
    private readonly faults = new Faults(),
  ) {
    time.onChange(() => {
      this.later(SETTLE_MS);
    });
    this.reconcile();
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
      if (next?.vm === vm && (this.busy.get(vm) ?? 0) > 0) {
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
    server.addService(cluster.service, this.implementation(cluster.service, clusterStreams, vm, mode));
    server.addService(machine.service, this.implementation(machine.service, { ...machineCalls, ...machineStreams }, vm, mode));
    server.addService(storage.service, this.implementation(storage.service, storageCalls, vm, mode));
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

  private implementation(
    service: ServiceDefinition,
    calls: Readonly<Record<string, Call>>,
    vm: Vm,
    mode: Mode,
  ): UntypedServiceImplementation {
    return Object.fromEntries(
      Object.entries(service).map(([name, { path, responseStream }]) => {
        const answer = async (
          call: ServerUnaryCall<object, unknown> | ServerWritableStream<object, unknown>,
        ): Promise<unknown> => {
          let code = status.OK;
          this.occupy(vm, 1);
          try {
            const known = calls[name];
            if (!known) throw new Refusal(status.UNIMPLEMENTED, `${path} is not simulated`);
            const effect = this.faults.strike(`talos ${path}`);
            if (effect?.kind === "reset") throw new Refusal(status.UNAVAILABLE, "connection reset by peer");
            if (effect?.kind === "expired") throw new Refusal(status.UNAVAILABLE, EXPIRED);
            const context = this.context(call, known, vm, mode);
            if (effect?.kind === "swallowed") return { messages: [{ mode_details: "Applied configuration" }] };
            const answered = await known.answer(call.request as Record<string, unknown>, context);
            this.time.changed();
            if (effect?.kind === "late") await this.time.run(sleep(effect.seconds));
            if (effect?.kind === "lost") throw new Refusal(status.UNAVAILABLE, "connection closed before the answer");
            return answered;
          } catch (error) {
            const refusal = refusalOf(error);
            code = refusal.code;
            throw refusal;
          } finally {
            this.calls.push({ machine: vm.name, call: path, mode, code });
            setTimeout(() => {
              this.occupy(vm, -1);
            }, SETTLE_MS).unref();
          }
        };
        return [name, responseStream ? streaming(answer) : unary(answer)];
      }),
    );
  }

  private occupy(vm: Vm, by: number): void {
    this.busy.set(vm, (this.busy.get(vm) ?? 0) + by);
  }

  private context(
    call: { metadata: Metadata; getAuthContext(): { sslPeerCertificate?: { raw: Buffer } } },
    { roles, inMaintenance = false }: Call,
    vm: Vm,
    mode: Mode,
  ): CallContext {
    this.time.now();
    const node = [...call.metadata.get("node"), ...call.metadata.get("nodes")].map(String)[0] ?? vm.addresses[0] ?? "";
    const target = vm.addresses.includes(node) ? vm : this.dc.vmAt(node);
    if (mode === "maintenance") {
      if (target !== vm) throw new Refusal(status.PERMISSION_DENIED, "proxying is not allowed in maintenance mode");
      if (!inMaintenance) throw new Refusal(status.UNIMPLEMENTED, "API is not implemented in maintenance mode");
    } else {
      const peer = call.getAuthContext().sslPeerCertificate;
      const has = peer ? organizations(peer.raw) : [];
      if (!roles.some((role) => has.includes(role))) throw new Refusal(status.PERMISSION_DENIED, "not authorized");
      if (target !== vm && vm.machine?.type !== "controlplane") throw new Refusal(status.PERMISSION_DENIED, "not authorized");
    }
    if (!target || modeOf(target) !== mode) {
      throw new Refusal(status.UNAVAILABLE, `error dialing ${node}: connect: no route to host`);
    }
    const { dc, time, talosVersion } = this;
    const keep = (configuration: string): void => {
      const secrets = machineSecrets(configuration);
      if (secrets) this.configurations.set(target.vmId, secrets);
    };
    return { dc, time, vm: target, node, talosVersion, secrets: this.configurations.get(target.vmId), keep };
  }
}

function retire(server: Server): void {
  const timer = setTimeout(() => {
    server.forceShutdown();
  }, RETIRE_MS);
  server.tryShutdown(() => {
    clearTimeout(timer);
  });
}

function modeOf({ running, stage }: Vm): Mode | undefined {
  if (!running || stage === "off" || stage === "booting") return undefined;
  return stage === "maintenance" ? "maintenance" : "running";
}

type Answer<C> = (call: C) => Promise<unknown>;

function unary(answer: Answer<ServerUnaryCall<object, unknown>>) {
  return (call: ServerUnaryCall<object, unknown>, callback: sendUnaryData<unknown>): void => {
    answer(call).then(
      (value) => {
        callback(null, value);
      },
      (error: unknown) => {
        const { code, message } = refusalOf(error);
        callback({ code, details: message });
      },
    );
  };
}

function streaming(answer: Answer<ServerWritableStream<object, unknown>>) {
  return (call: ServerWritableStream<object, unknown>): void => {
    answer(call).then(
      (messages) => {
        for (const message of messages as unknown[]) call.write(message);
        call.end();
      },
      (error: unknown) => {
        const { code, message } = refusalOf(error);
        call.emit("error", { code, details: message });
      },
    );
  };
}

/** Clients try again until their time is over unless a call is invalid: whatever can never come right must say so. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (!(error instanceof RuleBroken)) return new Refusal(status.INTERNAL, `simulator: ${String(error)}`);
  if (error.rule === "bootstrap-twice") return new Refusal(status.ALREADY_EXISTS, "etcd data directory is not empty");
  return new Refusal(status.INVALID_ARGUMENT, error.message);
}

function organizations(certificate: Buffer): string[] {
  const { subject } = new X509Certificate(certificate);
  return subject.split("\n").flatMap((part) => (part.startsWith("O=") ? [part.slice(2)] : []));
}
