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
import { fromWire, propertiesFromWire, toWire } from "../values";
import type { Exchange } from "./exchange";
import { messageJson } from "./exchange";
import type { Monitor } from "./monitor";
import type { Registration } from "./recording";
import { refusal, serviceError, unimplemented } from "./refusal";

/** How the door answers each request of one service, by method. */
type Answers = Readonly<Record<string, (request: never) => unknown>>;
type Callback = (error: Partial<grpc.ServiceError> | null, response?: unknown) => void;

/** What the SDK calls in place of gRPC's clients. */
export interface DirectClients {
  readonly monitor: unknown;
  readonly engine: unknown;
}

/** Features of the resource monitor that the door has, under the names the SDK asks for. */
const FEATURES = new Set([
  "secrets",
  "resourceReferences",
  "outputValues",
  "aliasSpecs",
  "deletedWith",
  "replaceWith",
  "resourceHooks",
]);

/**
 * The engine's side of the language protocol: `pulumirpc.ResourceMonitor` and `pulumirpc.Engine` at once, on a loopback port for a
 * program in a process of its own, or by direct calls for one in this process. It translates messages and holds no rule of its own.
 */
export class EngineDoor {
  private server?: grpc.Server;
  private root = "";
  private readonly monitorAnswers: Answers;
  private readonly engineAnswers: Answers;
  private asked = 0;

  /** @param onExchange called with every request of the monitor and its answer */
  constructor(
    private readonly monitor: Monitor,
    private readonly onExchange?: (exchange: Exchange) => void,
  ) {
    this.monitorAnswers = {
      supportsFeature: (request: respb.SupportsFeatureRequest) => {
        const response = new resourceMessages.SupportsFeatureResponse();
        response.setHassupport(FEATURES.has(request.getId()));
        return response;
      },
      registerResource: (request: respb.RegisterResourceRequest) => this.registerResource(request),
      registerResourceOutputs: (request: respb.RegisterResourceOutputsRequest) => {
        monitor.registerOutputs(request.getUrn(), properties(request.getOutputs()));
        return new emptyMessages.Empty();
      },
      invoke: (request: respb.ResourceInvokeRequest) => {
        const response = new providerMessages.InvokeResponse();
        response.setReturn(struct(monitor.invoke(request.getTok(), properties(request.getArgs()))));
        return response;
      },
      // Never called: a hook may ask a network, and a rehearsal has none.
      registerResourceHook: () => new emptyMessages.Empty(),
      registerPackage: () => new resourceMessages.RegisterPackageResponse(),
      signalAndWaitForShutdown: () => new emptyMessages.Empty(),
    };
    this.engineAnswers = {
      log: (request: enginepb.LogRequest) => {
        const { ERROR, WARNING } = engineMessages.LogSeverity;
        const severity = request.getSeverity();
        if (severity === ERROR || severity === WARNING) {
          monitor.log(severity === ERROR ? "error" : "warning", request.getUrn(), request.getMessage());
        }
        return new emptyMessages.Empty();
      },
      getRootResource: () => {
        const response = new engineMessages.GetRootResourceResponse();
        response.setUrn(this.root);
        return response;
      },
      setRootResource: (request: enginepb.SetRootResourceRequest) => {
        this.root = request.getUrn();
        return new engineMessages.SetRootResourceResponse();
      },
    };
  }

  /** Requests so far: a program that asks for nothing more has ended or hangs. */
  public get requests(): number {
    return this.asked;
  }

  /** Opens the door; answers `127.0.0.1:<port>`. */
  public async open(): Promise<string> {
    const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
    this.server = server;
    server.addService(service(resourceGrpc.ResourceMonitorService), this.overTheWire(this.monitorAnswers));
    server.addService(service(engineGrpc.EngineService), this.overTheWire(this.engineAnswers));
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
        if (error) reject(error);
        else resolve(bound);
      });
    });
    return `127.0.0.1:${port}`;
  }

  /** The door for a program in this process: the SDK's own messages, without the wire in between. */
  public direct(): DirectClients {
    return {
      monitor: this.directly(service(resourceGrpc.ResourceMonitorService), this.monitorAnswers),
      engine: this.directly(service(engineGrpc.EngineService), this.engineAnswers),
    };
  }

  public close(): void {
    this.server?.forceShutdown();
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
      retainOnDelete: request.getRetainondelete() ?? false,
      ignoreChanges: request.getIgnorechangesList(),
      replaceOnChanges: request.getReplaceonchangesList(),
      deleteBeforeReplace: request.getDeletebeforereplace(),
      replaceWith: request.getReplaceWithList(),
      deletedWith: request.getDeletedwith() || null,
      replacementTrigger: fromWire(request.getReplacementTrigger()?.toJavaScript() ?? null),
      hooks: hookNames(request.getHooks()),
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    });
    const response = new resourceMessages.RegisterResourceResponse();
    response.setUrn(registration.urn);
    if (registration.custom) response.setId(registration.id);
    response.setObject(struct(registration.outputs));
    return response;
  }

  private overTheWire(answers: Answers): grpc.UntypedServiceImplementation {
    const handler =
      (name: string): grpc.handleUnaryCall<unknown, unknown> =>
      (call, callback) => {
        this.handle(answers[name], call.request, callback);
      };
    return Object.fromEntries(Object.keys(answers).map((name) => [name, handler(name)]));
  }

  private directly(definition: grpc.ServiceDefinition, answers: Answers): unknown {
    const method =
      (name: string, path: string) =>
      (request: unknown, ...rest: unknown[]): void => {
        const callback = rest.at(-1) as Callback;
        // A request never answers before the program has gone on, as over the wire.
        setImmediate(() => {
          this.handle(answers[name] ?? unimplemented(path), request, (error, response) => {
            callback(error && serviceError(error), response);
          });
        });
      };
    return Object.fromEntries(Object.entries(definition).map(([name, { path }]) => [name, method(name, path)]));
  }

  private exchanged(tell: (exchange: Exchange) => void, respond: Answers[string], request: unknown, response: unknown): void {
    const name = Object.keys(this.monitorAnswers).find((each) => this.monitorAnswers[each] === respond);
    if (name === undefined) return;
    const method = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    tell({ method, request: messageJson(request), response: messageJson(response) });
  }

  private handle(respond: Answers[string] | undefined, request: unknown, callback: Callback): void {
    this.asked++;
    let response: unknown;
    try {
      response = respond?.(request as never);
      if (this.onExchange && respond) this.exchanged(this.onExchange, respond, request, response);
    } catch (error) {
      callback(refusal(error));
      return;
    }
    callback(null, response);
  }
}

function properties(object: { toJavaScript(): unknown } | undefined): Properties {
  return propertiesFromWire((object?.toJavaScript() ?? {}) as Record<string, unknown>);
}

function struct(object: Properties): InstanceType<typeof structMessages.Struct> {
  return structMessages.Struct.fromJavaScript(toWire(object) as Record<string, structMessages.JavaScriptValue>);
}

function hookNames(hooks: respb.RegisterResourceRequest.ResourceHooksBinding | undefined): Registration["hooks"] {
  const bound = Object.entries(hooks?.toObject() ?? {}).map(([when, names]) => [when.replace(/List$/, ""), names] as const);
  return Object.fromEntries(bound.filter(([, names]) => names.length > 0));
}

/** The generated definitions carry no index signature, which is all that gRPC's type asks for. */
function service(definition: unknown): grpc.ServiceDefinition {
  return definition as grpc.ServiceDefinition;
}
