import { join } from "node:path";
import { loadPackageDefinition } from "@grpc/grpc-js";
import type { GrpcObject, ServiceClientConstructor, ServiceDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

/** The services of the Talos machine API that are spoken here, and what calls them in tests. */
export interface TalosProtocol {
  readonly machine: ServiceClientConstructor;
  readonly storage: ServiceClientConstructor;
  readonly cluster: ServiceClientConstructor;
}

let loaded: TalosProtocol | undefined;

/** Reads the protocol; 64-bit numbers are strings, enumerations their names. */
export function talosProtocol(): TalosProtocol {
  if (loaded) return loaded;
  const folder = join(__dirname, "protos");
  const files = ["machine.proto", "storage.proto", "cluster.proto"].map((file) => join(folder, file));
  const definition = loadSync(files, { includeDirs: [folder], keepCase: true, longs: String, enums: String, defaults: true });
  const services = loadPackageDefinition(definition);
  const service = (name: string, type: string): ServiceClientConstructor =>
    (services[name] as GrpcObject)[type] as ServiceClientConstructor;
  loaded = {
    machine: service("machine", "MachineService"),
    storage: service("storage", "StorageService"),
    cluster: service("cluster", "ClusterService"),
  };
  return loaded;
}

/** Full names of a service's calls, for instance `/machine.MachineService/Bootstrap`. */
export function callsOf({ service }: { service: ServiceDefinition }): string[] {
  return Object.values(service).map(({ path }) => path);
}
