import * as grpc from "@grpc/grpc-js";
import type * as enginepb from "@pulumi/pulumi/proto/engine_pb";
import type * as respb from "@pulumi/pulumi/proto/resource_pb";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb";
import engineMessages from "@pulumi/pulumi/proto/engine_pb";
import providerMessages from "@pulumi/pulumi/proto/provider_pb";
import resourceGrpc from "@pulumi/pulumi/proto/resource_grpc_pb";
import resourceMessages from "@pulumi/pulumi/proto/resource_pb";
import emptyMessages from "google-protobuf/google/protobuf/empty_pb";
import structMessages from "google-protobuf/google/protobuf/struct_pb";
import type { Properties } from "../values";
import { propertiesFromWire, toWire } from "../values";
import type { Monitor } from "./monitor";
import { ProgramFault } from "./monitor";

type Unary<Q, A> = grpc.ServerUnaryCall<Q, A>;
type Answer<A> = grpc.sendUnaryData<A>;

/** Features of the resource monitor that the door has, under the names the SDK asks for. */
const FEATURES = new Set(["secrets", "resourceReferences", "outputValues", "aliasSpecs", "deletedWith", "replaceWith"]);

/**
 * The engine's side of the language protocol on a loopback port: `pulumirpc.ResourceMonitor` and `pulumirpc.Engine` at once. It
 * translates messages and holds no rule of its own.
 */
export class EngineDoor {
  private readonly server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  private root = "";

  constructor(private readonly monitor: Monitor) {
    this.server.addService(service(resourceGrpc.ResourceMonitorService), {
      supportsFeature: this.handler((request: respb.SupportsFeatureRequest) => {
        const response = new resourceMessages.SupportsFeatureResponse();
        response.setHassupport(FEATURES.has(request.getId()));
        return response;
      }),
      registerResource: this.handler((request: respb.RegisterResourceRequest) => this.registerResource(request)),
      registerResourceOutputs: this.handler((request: respb.RegisterResourceOutputsRequest) => {
        monitor.registerOutputs(request.getUrn(), properties(request.getOutputs()));
        return new emptyMessages.Empty();
      }),
      invoke: this.handler((request: respb.ResourceInvokeRequest) => {
        const response = new providerMessages.InvokeResponse();
        response.setReturn(struct(monitor.invoke(request.getTok(), properties(request.getArgs()))));
        return response;
      }),
      registerPackage: this.handler(() => new resourceMessages.RegisterPackageResponse()),
      signalAndWaitForShutdown: this.handler(() => new emptyMessages.Empty()),
    });
    this.server.addService(service(engineGrpc.EngineService), {
      log: this.handler((request: enginepb.LogRequest) => {
        const { ERROR, WARNING } = engineMessages.LogSeverity;
        const severity = request.getSeverity();
        if (severity === ERROR || severity === WARNING) {
          monitor.log(severity === ERROR ? "error" : "warning", request.getUrn(), request.getMessage());
        }
        return new emptyMessages.Empty();
      }),
      getRootResource: this.handler(() => {
        const response = new engineMessages.GetRootResourceResponse();
        response.setUrn(this.root);
        return response;
      }),
      setRootResource: this.handler((request: enginepb.SetRootResourceRequest) => {
        this.root = request.getUrn();
        return new engineMessages.SetRootResourceResponse();
      }),
    });
  }

  /** Opens the door; answers `127.0.0.1:<port>`. */
  public async open(): Promise<string> {
    const port = await new Promise<number>((resolve, reject) => {
      this.server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
        if (error) reject(error);
        else resolve(bound);
      });
    });
    return `127.0.0.1:${port}`;
  }

  public close(): void {
    this.server.forceShutdown();
  }

  private registerResource(request: respb.RegisterResourceRequest): respb.RegisterResourceResponse {
    const propertyDependencies = [...request.getPropertydependenciesMap().entries()].flatMap(([, entry]) => entry.getUrnsList());
    const registration = this.monitor.register({
      type: request.getType(),
      name: request.getName(),
      parent: request.getParent() || null,
      custom: request.getCustom(),
      inputs: properties(request.getObject()),
      dependencies: [...new Set([...request.getDependenciesList(), ...propertyDependencies])].sort(),
      // `<urn>::<id>`
      provider: request.getProvider().replace(/::[^:]*$/, "") || null,
      protect: request.getProtect() ?? false,
      ignoreChanges: request.getIgnorechangesList(),
      deleteBeforeReplace: request.getDeletebeforereplace(),
      replaceWith: request.getReplaceWithList(),
      deletedWith: request.getDeletedwith() || null,
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    });
    const response = new resourceMessages.RegisterResourceResponse();
    response.setUrn(registration.urn);
    if (registration.custom) response.setId(registration.id);
    response.setObject(struct(registration.outputs));
    return response;
  }

  private handler<Q, A>(answer: (request: Q) => A): (call: Unary<Q, A>, callback: Answer<A>) => void {
    return (call, callback) => {
      try {
        callback(null, answer(call.request));
      } catch (error) {
        // A refusal is the program's fault and goes back to it; anything else is ours and must not look like a refusal.
        const code = error instanceof ProgramFault ? grpc.status.INVALID_ARGUMENT : grpc.status.INTERNAL;
        callback({ code, details: error instanceof Error ? error.message : String(error) });
      }
    };
  }
}

function properties(object: { toJavaScript(): unknown } | undefined): Properties {
  return propertiesFromWire((object?.toJavaScript() ?? {}) as Record<string, unknown>);
}

function struct(object: Properties): InstanceType<typeof structMessages.Struct> {
  return structMessages.Struct.fromJavaScript(toWire(object) as Record<string, structMessages.JavaScriptValue>);
}

/** The generated definitions carry no index signature, which is all that gRPC's type asks for. */
function service(definition: unknown): grpc.ServiceDefinition {
  return definition as grpc.ServiceDefinition;
}
