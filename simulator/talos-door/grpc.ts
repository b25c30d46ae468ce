import type { ServerReadableStream, ServerUnaryCall, ServerWritableStream, sendUnaryData, Server } from "@grpc/grpc-js";
import { X509Certificate } from "node:crypto";
import { status } from "@grpc/grpc-js";
import { RuleBroken } from "../datacenter/model";
import { Refusal } from "./call";

/** How calls are answered over gRPC. */

/** How long a server may go on answering what it was asked before it closed, in milliseconds. */
const RETIRE_MS = 2000;

/** Lets a server end what it was asked. */
export function retire(server: Server): void {
  const timer = setTimeout(() => {
    server.forceShutdown();
  }, RETIRE_MS);
  server.tryShutdown(() => {
    clearTimeout(timer);
  });
}

/** Answers a call of any kind. */
export type Answer<C> = (call: C) => Promise<unknown>;

/** One answer. */
export function unary(answer: Answer<ServerUnaryCall<object, unknown>>) {
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

/** A stream of messages. */
export function streaming(answer: Answer<ServerWritableStream<object, unknown>>) {
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

/** One answer to a stream: the bytes of its messages, one after another, are the request's `data`. */
export function collecting(answer: Answer<{ readonly request: object } & ServerReadableStream<object, unknown>>) {
  return (call: ServerReadableStream<object, unknown>, callback: sendUnaryData<unknown>): void => {
    const chunks: Uint8Array[] = [];
    call.on("data", ({ bytes }: { readonly bytes: Uint8Array }) => chunks.push(bytes));
    call.on("end", () => {
      const whole = Object.assign(call, { request: { data: Buffer.concat(chunks) } });
      unary(answer as Answer<unknown>)(whole, callback);
    });
  };
}

/** Clients try again until their time is over unless a call is invalid: whatever can never come right must say so. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (!(error instanceof RuleBroken)) return new Refusal(status.INTERNAL, `simulator: ${String(error)}`);
  if (error.rule === "bootstrap-twice") return new Refusal(status.ALREADY_EXISTS, "etcd data directory is not empty");
  return new Refusal(status.INVALID_ARGUMENT, error.message);
}

/** Roles that a client's certificate names. */
export function organizations(certificate: Buffer): string[] {
  const { subject } = new X509Certificate(certificate);
  return subject.split("\n").flatMap((part) => (part.startsWith("O=") ? [part.slice(2)] : []));
}
