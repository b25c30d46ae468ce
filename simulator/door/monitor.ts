import type { Inputs, ModelContext, ResourceModel } from "../models/model";
import { functionModels, modelOf } from "../models/registry";
import { SecretMarkers } from "../secrets";
import type { Properties, PropertyValue } from "../values";
import { SecretValue, plain, seal } from "../values";
import type { Invocation, Recording, Registration } from "./recording";

/** Something the program did that the engine or a provider refuses on the spot. */
export class ProgramFault extends Error {}

/** A registration as it arrives, before it has a URN. */
export type RegistrationRequest = Omit<Registration, "urn" | "id" | "opened" | "outputs" | "openedOutputs"> & {
  readonly additionalSecretOutputs: readonly string[];
};

/** The engine's ledger of one run: names resources, lets the models answer, keeps all that was asked. */
export class Monitor {
  private readonly byUrn = new Map<string, Registration>();
  private readonly byType = new Map<string, { readonly inputs: Inputs; readonly outputs: Inputs }[]>();
  private readonly invocations: Invocation[] = [];
  private readonly componentOutputs: Record<string, Properties> = {};
  private readonly diagnostics: Recording["diagnostics"][number][] = [];

  constructor(
    private readonly stack: string,
    private readonly project: string,
    private readonly markers: SecretMarkers,
    private readonly onRegistration: (registration: Registration, count: number) => void = () => undefined,
  ) {}

  /** @throws {ProgramFault} for a second resource of the same URN, an unknown type or a missing required input */
  public register(request: RegistrationRequest): Registration {
    const urn = this.urnOf(request);
    if (this.byUrn.has(urn)) throw new ProgramFault(`Duplicate resource URN '${urn}'; try giving it a unique name`);
    const opened = plain(request.inputs) as Inputs;
    const answered = request.custom ? this.answer(urn, request, opened) : { id: "", outputs: {} };
    const outputs = withSecrets({ ...request.inputs, ...answered.outputs }, request);
    const provider = request.provider;
    const registration: Registration = {
      ...request,
      urn,
      opened,
      dependencies: provider === null ? request.dependencies : [...new Set([...request.dependencies, provider])].sort(),
      id: answered.id,
      outputs,
      openedOutputs: plain(outputs) as Inputs,
    };
    this.byUrn.set(urn, registration);
    const peers = this.byType.get(request.type) ?? [];
    peers.push({ inputs: opened, outputs: registration.openedOutputs });
    this.byType.set(request.type, peers);
    this.onRegistration(registration, this.byUrn.size);
    return registration;
  }

  /** @throws {ProgramFault} for a function the datacenter does not have or a missing required input */
  public invoke(token: string, inputs: Properties): Properties {
    // The SDK opens secrets in a function's arguments, for the real engine as well, which stores none of them. Nor do we.
    this.invocations.push({ token, inputs: seal(inputs, SecretMarkers.pattern) as Properties });
    const model = functionModels.get(token);
    if (!model) throw new ProgramFault(`The datacenter has no model of function ${token}`);
    const opened = plain(inputs) as Inputs;
    requireInputs(token, model.required, opened);
    return { ...inputs, ...model.answer(opened, { markers: this.markers, registered: (type) => this.byType.get(type) ?? [] }) };
  }

  public registerOutputs(urn: string, outputs: Properties): void {
    this.componentOutputs[urn] = outputs;
  }

  public log(severity: "error" | "warning", urn: string, message: string): void {
    this.diagnostics.push({ severity, urn, message });
  }

  /** Everything asked for, in an order that does not depend on which request happened to arrive first. */
  public recording(exitCode: number | null, printed: string): Recording {
    const registrations = inDependencyOrder([...this.byUrn.values()]);
    const root = registrations.find((registration) => registration.type === "pulumi:pulumi:Stack");
    const stackOutputs = (root && this.componentOutputs[root.urn]) ?? {};
    return {
      registrations,
      invocations: this.invocations,
      stackOutputs,
      componentOutputs: this.componentOutputs,
      diagnostics: this.diagnostics,
      exitCode,
      printed,
    };
  }

  /** Context in which a registered resource's model works. */
  public contextOf(registration: Pick<Registration, "urn" | "provider">): ModelContext {
    const provider = registration.provider === null ? undefined : this.byUrn.get(registration.provider);
    return {
      urn: registration.urn,
      markers: this.markers,
      ...(provider ? { provider: { inputs: provider.opened } } : {}),
      registered: (type) => this.byType.get(type) ?? [],
    };
  }

  private answer(urn: string, request: RegistrationRequest, opened: Inputs): ReturnType<ResourceModel["answer"]> {
    const model = modelOf(request.type);
    if (!model) throw new ProgramFault(`The datacenter has no model of resource type ${request.type}`);
    requireInputs(request.type, model.required, opened);
    return model.answer(opened, this.contextOf({ urn, provider: request.provider }));
  }

  private urnOf({ type, name, parent }: RegistrationRequest): string {
    const parentType = parent === null ? "" : (parent.split("::")[2] ?? "");
    const qualified = parentType === "" || parentType === "pulumi:pulumi:Stack" ? type : `${parentType}$${type}`;
    return `urn:pulumi:${this.stack}::${this.project}::${qualified}::${name}`;
  }
}

function requireInputs(what: string, required: readonly string[], inputs: Inputs): void {
  const missing = required.filter((name) => inputs[name] === undefined || inputs[name] === null);
  if (missing.length > 0) throw new ProgramFault(`${what}: missing required input ${missing.join(", ")}`);
}

/** An output is secret where the input of its name was, and where the program says so. */
function withSecrets(outputs: Properties, request: RegistrationRequest): Properties {
  const secret = new Set(request.additionalSecretOutputs);
  const mark = (name: string, value: PropertyValue): PropertyValue =>
    (secret.has(name) || request.inputs[name] instanceof SecretValue) && !(value instanceof SecretValue)
      ? new SecretValue(value)
      : value;
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, mark(name, value)]));
}

/** Dependencies first, then by URN. */
function inDependencyOrder(registrations: readonly Registration[]): Registration[] {
  const byUrn = new Map(registrations.map((registration) => [registration.urn, registration]));
  const ordered = new Set<Registration>();
  const visit = (registration: Registration): void => {
    if (ordered.has(registration)) return;
    const before = [...registration.dependencies, ...(registration.parent === null ? [] : [registration.parent])];
    for (const urn of before.sort()) {
      const dependency = byUrn.get(urn);
      if (dependency) visit(dependency);
    }
    ordered.add(registration);
  };
  for (const registration of [...registrations].sort((a, b) => (a.urn < b.urn ? -1 : 1))) visit(registration);
  return [...ordered];
}
