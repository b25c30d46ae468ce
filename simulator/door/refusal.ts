import * as grpc from "@grpc/grpc-js";
import { ProgramFault } from "./monitor";

/** A refusal is the program's fault and goes back to it; anything else is ours and must not look like a refusal. */
export function refusal(error: unknown): Partial<grpc.ServiceError> {
  if (error instanceof Unimplemented) return { code: grpc.status.UNIMPLEMENTED, details: error.message };
  const code = error instanceof ProgramFault ? grpc.status.INVALID_ARGUMENT : grpc.status.INTERNAL;
  return { code, details: error instanceof Error ? error.message : String(error) };
}

class Unimplemented extends Error {}

/** The answer of gRPC's server to a method that the door does not have. */
export function unimplemented(path: string): () => never {
  return () => {
    throw new Unimplemented(`The server does not implement the method ${path}`);
  };
}

/** The error as gRPC's client hands it to the SDK. */
export function serviceError({ code = grpc.status.UNKNOWN, details = "" }: Partial<grpc.ServiceError>): grpc.ServiceError {
  const message = `${code} ${grpc.status[code]}: ${details}`;
  return Object.assign(new Error(message), { code, details, metadata: new grpc.Metadata() });
}
