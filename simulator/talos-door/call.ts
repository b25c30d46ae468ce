import { status } from "@grpc/grpc-js";
import type { Datacenter } from "../datacenter/datacenter";
import type { Cluster, Vm } from "../datacenter/model";
import type { LiveTime } from "../wire/live-time";
import type { MachineSecrets } from "./machine-secrets";

/** What a caller may be. An administrator may do everything, a reader only look. */
export type Role = "os:admin" | "os:operator" | "os:reader" | "os:etcd:backup";

/** A refusal with its gRPC status. */
export class Refusal extends Error {
  constructor(
    public readonly code: status,
    message: string,
  ) {
    super(message);
  }
}

/** The machine a call is about, and what it may be answered from. */
export interface CallContext {
  readonly dc: Datacenter;
  readonly time: LiveTime;
  readonly vm: Vm;
  /** Address that the caller named. */
  readonly node: string;
  readonly talosVersion: string;
  /** The machine's own secrets; undefined in maintenance mode. */
  readonly secrets: MachineSecrets | undefined;
  /** Keeps a configuration for the doors that need its secrets. */
  readonly keep: (configuration: string) => void;
}

/** One call: who may make it, whether a machine in maintenance mode answers it, and the answer. */
export interface Call {
  readonly roles: readonly Role[];
  readonly inMaintenance?: boolean;
  answer(request: Request, context: CallContext): unknown;
}

export type Request = Readonly<Record<string, unknown>>;

export const ADMIN: readonly Role[] = ["os:admin"];
export const OPERATE: readonly Role[] = ["os:admin", "os:operator"];
export const LOOK: readonly Role[] = ["os:admin", "os:operator", "os:reader"];

/** The cluster whose etcd a machine is a member of. */
export function etcdOf({ dc, vm }: CallContext): Cluster {
  const cluster = vm.machine && dc.cluster(vm.machine.clusterKey);
  if (!cluster?.etcdMembers.includes(vm.vmId)) throw new Refusal(status.FAILED_PRECONDITION, `${vm.name} runs no etcd`);
  return cluster;
}

/** What a machine calls itself. */
export function hostnameOf({ machine, name }: Vm): string {
  return machine?.hostname ?? name;
}

/** Answers come as a list with a message by machine. */
export function one(message: object): object {
  return { messages: [message] };
}
