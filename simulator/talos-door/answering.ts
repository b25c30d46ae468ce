import { status } from "@grpc/grpc-js";
import type { Metadata, ServerUnaryCall, ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";
import { sleep } from "../clock/clock";
import type { Datacenter } from "../datacenter/datacenter";
import type { Vm } from "../datacenter/model";
import type { Faults } from "../faults/faults";
import type { LiveTime } from "../wire/live-time";
import type { Call, CallContext } from "./call";
import { Refusal } from "./call";
import { collecting, organizations, refusalOf, streaming, unary } from "./grpc";
import type { MachineSecrets } from "./machine-secrets";
import { machineSecrets } from "./machine-secrets";
import type { Mode } from "./mode";
import { modeOf } from "./mode";

/** One call as it came in; nothing secret in it. */
export interface RecordedTalosCall {
  /** Name of the machine that answered. */
  readonly machine: string;
  /** For instance `/machine.MachineService/Bootstrap`. */
  readonly call: string;
  readonly mode: Mode;
  readonly code: status;
}

/** What a client makes of a handshake that ended so. */
const EXPIRED = 'connection error: desc = "error reading server preface: remote error: tls: expired certificate"';

/** Answers calls: who may make them, what is to go wrong with them, and a record of each. */
export class Answering {
  public readonly calls: RecordedTalosCall[] = [];
  /** Calls being answered by machine, and a moment longer. */
  private readonly busy = new Map<Vm, number>();

  /**
   * @param configurations secrets of configured machines by VM id; kept here when one is configured
   * @param settleMs how long a machine counts as busy after an answer, in milliseconds: it still has to get out
   */
  constructor(
    private readonly dc: Datacenter,
    private readonly time: LiveTime,
    private readonly talosVersion: string,
    private readonly faults: Faults,
    private readonly configurations: Map<number, MachineSecrets>,
    private readonly settleMs: number,
  ) {}

  /** Whether a machine is in the middle of an answer. */
  public isBusy(vm: Vm): boolean {
    return (this.busy.get(vm) ?? 0) > 0;
  }

  /** Answers every call of a service for one machine. */
  public implementation(
    service: ServiceDefinition,
    calls: Readonly<Record<string, Call>>,
    vm: Vm,
    mode: Mode,
  ): UntypedServiceImplementation {
    return Object.fromEntries(
      Object.entries(service).map(([name, { path, requestStream, responseStream }]) => {
        const answer = async (
          call: Pick<ServerUnaryCall<object, unknown>, "request" | "metadata" | "getAuthContext">,
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
            }, this.settleMs).unref();
          }
        };
        return [name, requestStream ? collecting(answer) : responseStream ? streaming(answer) : unary(answer)];
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
