import type { Listing } from "../planner/identity";

/** An operation that was under way when the engine was interrupted. */
export interface PendingOperation {
  readonly type: string;
  readonly resource: StateEntry;
}

/** A resource in an exported state; only what is read here. */
export interface StateEntry {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly parent?: string;
  readonly protect?: boolean;
  /** Whether it stays when the program no longer asks for it. */
  readonly retainOnDelete?: boolean;
  readonly inputs?: Inputs;
  readonly outputs?: Inputs;
  /** Why it was made only in part. */
  readonly initErrors?: readonly string[] | null;
}

/** An exported state; whatever else it has stays as it is. */
export interface ExportedState {
  readonly deployment: {
    readonly resources?: readonly StateEntry[];
    readonly pending_operations?: readonly PendingOperation[];
  };
}

/** What is known of the world when a state is mended. */
export interface Surroundings {
  /** VMs there are; undefined when Proxmox cannot be asked. */
  readonly listing: Listing | undefined;
  /** Tag of the stack's own VMs. */
  readonly tag: string;
  /** Whether etcd runs already on the machine that is bootstrapped. */
  readonly isBootstrapped: boolean;
}

/** A state that knows what an interrupted update left. */
export interface Recovery {
  readonly state: ExportedState;
  /** Resources that are there, though the engine did not get to know. */
  readonly adopted: readonly StateEntry[];
  /** Those of them whose provider can say what they are. */
  readonly refreshed: readonly string[];
  /** Operations that are simply done again. */
  readonly repeated: readonly PendingOperation[];
}

type Inputs = Readonly<Record<string, unknown>>;

export const VM = "proxmoxve:index/vmLegacy:VmLegacy";
export const BOOTSTRAP = "talos:machine/bootstrap:Bootstrap";
const APPLY = "talos:machine/configurationApply:ConfigurationApply";

/**
 * How the provider would have named what it was creating. Reading one that is not there takes it out of the state again. Whatever is
 * not here creates nothing outside of the state, or the same again.
 */
const IDS: Readonly<Record<string, (inputs: Inputs) => string>> = {
  [VM]: ({ vmId }) => text(vmId),
  [BOOTSTRAP]: () => "machine_bootstrap",
  "proxmoxve:index/poolLegacy:PoolLegacy": ({ poolId }) => text(poolId),
  "proxmoxve:download/file:File": ({ datastoreId, contentType, fileName }) =>
    `${text(datastoreId)}:${text(contentType)}/${text(fileName)}`,
  "proxmoxve:index/haresource:Haresource": ({ resourceId }) => text(resourceId),
  "proxmoxve:index/harule:Harule": ({ rule }) => text(rule),
  "kubernetes:core/v1:Namespace": ({ metadata }) => objectName(metadata),
  "kubernetes:core/v1:Secret": ({ metadata }) => namespacedName(metadata),
  "kubernetes:core/v1:Service": ({ metadata }) => namespacedName(metadata),
  "kubernetes:discovery.k8s.io/v1:EndpointSlice": ({ metadata }) => namespacedName(metadata),
  "kubernetes:helm.sh/v3:Release": ({ namespace, name }) => `${text(namespace)}/${text(name)}`,
};

/** Custom resources have whatever type their kind gives them, with a group that has a dot in its name. */
function idOf(type: string): ((inputs: Inputs) => string) | undefined {
  const known = IDS[type];
  if (known || !/^kubernetes:[^/:]+\.[^/:]+\/v[^/:]+:/.test(type)) return known;
  return ({ metadata }) => {
    const { namespace } = metadata as { namespace?: string };
    return namespace === undefined ? objectName(metadata) : `${namespace}/${objectName(metadata)}`;
  };
}

/** Mends a state after an interruption: what is there is taken into it, nothing is left pending. Undefined when all is well. */
export function recover(exported: ExportedState, surroundings: Surroundings): Recovery | undefined {
  const { resources = [], pending_operations: pending = [], ...deployment } = exported.deployment;
  if (pending.length === 0) return undefined;
  const known = new Set(resources.map(({ urn }) => urn));
  const adopted = pending
    .filter(({ type, resource }) => type === "creating" && !known.has(resource.urn) && isThere(resource, surroundings))
    .map(({ resource }) => adopt(resource));
  const urns = new Set(adopted.map(({ urn }) => urn));
  return {
    state: { ...exported, deployment: { ...deployment, resources: [...resources, ...adopted] } },
    adopted,
    refreshed: refreshable(adopted),
    repeated: pending.filter(({ resource }) => !urns.has(resource.urn)),
  };
}

/** Types that an update can leave behind without a word in the state: it failed after all had been done. */
const LEFT_BEHIND = [BOOTSTRAP, VM, "proxmoxve:index/poolLegacy:PoolLegacy", "proxmoxve:download/file:File"];

/** A resource that a preview would create. */
export interface PlannedEntry extends StateEntry {
  readonly custom?: boolean;
  readonly parent?: string;
  /** `<urn>::<id>`; the id is unknown while the provider itself is not there. */
  readonly provider?: string;
}

/**
 * Takes what a failed update left into the state: what a preview would create although Proxmox has it.
 *
 * @param planned what a preview would create, arguments and all
 */
export function adoptLeftBehind(
  exported: ExportedState,
  planned: readonly PlannedEntry[],
  surroundings: Surroundings,
): Recovery | undefined {
  const { resources = [] } = exported.deployment;
  const known = new Set(resources.map(({ urn }) => urn));
  const adopted = planned
    .filter(
      ({ urn, type, provider = "" }) =>
        LEFT_BEHIND.includes(type) && !known.has(urn) && known.has(provider.replace(/::[^:]*$/, "")),
    )
    .filter((entry) => isThere(entry, surroundings))
    .map((entry) => taken(entry, resources));
  if (adopted.length === 0) return undefined;
  const state = { ...exported, deployment: { ...exported.deployment, resources: [...resources, ...adopted] } };
  return { state, adopted, refreshed: refreshable(adopted), repeated: [] };
}

/**
 * A resource that a preview would create as the state has one that is there.
 *
 * @param resources the state
 */
export function taken(
  { urn, type, custom = true, parent, protect = false, provider, inputs: shown = {} }: PlannedEntry,
  resources: readonly StateEntry[],
): StateEntry {
  const inputs = type === BOOTSTRAP ? withCredentials(shown, resources) : shown;
  return adopt({ urn, type, custom, ...(parent === undefined ? {} : { parent }), protect, provider, inputs } as PlannedEntry);
}

/** A preview shows no secret; what machines are configured with has the same ones, encrypted. */
function withCredentials(inputs: Inputs, resources: readonly StateEntry[]): Inputs {
  const apply = resources.find(({ type }) => type === APPLY);
  return { ...inputs, clientConfiguration: apply?.inputs?.["clientConfiguration"] };
}

/** The Talos provider reads nothing of a bootstrap and forgets what it was asked with. */
export function refreshable(adopted: readonly StateEntry[]): string[] {
  return adopted.filter(({ type }) => type !== BOOTSTRAP).map(({ urn }) => urn);
}

/** A machine that the state has configured. */
export interface ConfiguredMachine {
  readonly urn: string;
  readonly name: string;
  /** Address at which it was configured. */
  readonly node: string;
}

/** Every machine that the state has configured. */
export function configuredMachines({ deployment: { resources = [] } }: ExportedState): ConfiguredMachine[] {
  return resources.flatMap(({ urn, type, inputs = {} }) => {
    const { node } = inputs;
    return type === APPLY && typeof node === "string" ? [{ urn, name: urn.split("::").at(-1) ?? "", node }] : [];
  });
}

/** A state in which these machines were given nothing yet: the next update configures them, and replaces nothing for it. */
export function blanked(exported: ExportedState, urns: readonly string[]): ExportedState {
  const { resources = [], ...deployment } = exported.deployment;
  const bare = (entry: StateEntry): StateEntry => {
    const nothing = { configPatches: [] };
    return { ...entry, inputs: { ...entry.inputs, ...nothing }, outputs: { ...entry.outputs, ...nothing } };
  };
  return {
    ...exported,
    deployment: { ...deployment, resources: resources.map((entry) => (urns.includes(entry.urn) ? bare(entry) : entry)) },
  };
}

/**
 * Resources that were made only in part. The engine would replace them; once their provider has looked at them they are what they are,
 * and the rest is a change like any other.
 */
export function halfMade({ deployment: { resources = [] } }: ExportedState): string[] {
  return resources.filter(({ initErrors }) => (initErrors?.length ?? 0) > 0).map(({ urn }) => urn);
}

function isThere({ type, inputs = {} }: StateEntry, { listing, tag, isBootstrapped }: Surroundings): boolean {
  if (type === BOOTSTRAP) return isBootstrapped;
  if (type !== VM) return idOf(type) !== undefined;
  // A VM is only ever taken over by all that identifies it: its id may be anybody's by now.
  const vm = listing?.vms.find(({ vmId }) => vmId === inputs["vmId"]);
  return vm !== undefined && vm.name === inputs["name"] && vm.tags.includes(tag);
}

function adopt(resource: StateEntry): StateEntry {
  const { type, inputs = {} } = resource;
  const id = idOf(type)?.(inputs) ?? "";
  return { ...resource, id, outputs: { ...(withoutDefaults(inputs) as Inputs), id } };
}

/** Inputs without the providers' notes of what they filled in themselves. */
function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([key]) => key !== "__defaults");
  return Object.fromEntries(entries.map(([key, each]) => [key, withoutDefaults(each)]));
}

function namespacedName(metadata: unknown): string {
  const { namespace = "default" } = metadata as { namespace?: string };
  return `${namespace}/${objectName(metadata)}`;
}

function objectName(metadata: unknown): string {
  return text((metadata as { name?: unknown } | undefined)?.name);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}
