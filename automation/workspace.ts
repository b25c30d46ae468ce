import { join } from "node:path";
import { LocalWorkspace, Stack } from "@pulumi/pulumi/automation";
import type { EngineEvent, PulumiCommand } from "@pulumi/pulumi/automation";
import { EXIT, Failure } from "./failure";
import type { Lock } from "./locks";
import { answered, pulumiCli, pulumiFailure } from "./pulumi-cli";
import type { ExportedState, PlannedEntry } from "./recovery";
import { shownUrl } from "./state/location";
import { locksOf } from "./state/locks";
import { requireFit } from "./state/passphrase-fit";
import { StackState } from "./state/stack-state";
import { PROJECT_DIR, ownStack } from "./stacks";

/** One resource of a stack's state, nothing secret in it. */
export interface StateResource {
  readonly urn: string;
  /** For instance `proxmoxve:index/vmLegacy:VmLegacy`. */
  readonly type: string;
  readonly name: string;
  readonly protect: boolean;
  /** Arguments it was made with; encrypted ones stay so. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** A deployed stack as the real engine knows it. */
export interface Workspace {
  readonly stack: string;
  /** The file the state was put back from, when that of a file backend was cut off; undefined when it was whole. */
  readonly restoredFrom: string | undefined;
  /** All that the state holds. */
  resources(): Promise<StateResource[]>;
  protect(urns: readonly string[]): Promise<void>;
  unprotect(urns: readonly string[]): Promise<void>;
  /** `proxmoxve:apiToken`, decrypted; undefined when the stack has none. */
  apiToken(): Promise<string | undefined>;
  /** `proxmoxve:username` and `proxmoxve:password`, decrypted; undefined unless the stack has both. */
  login(): Promise<{ readonly username: string; readonly password: string } | undefined>;
  /** An output of the stack, decrypted; undefined when it has none of this name. */
  output(name: string): Promise<string | undefined>;
  /** The whole state; encrypted values stay so. */
  exported(): Promise<ExportedState>;
  /** Keeps the state in a file of this machine before it is changed; answers which, undefined when nothing is in it. */
  backup(operation: string): Promise<string | undefined>;
  /** Puts a state in the place of the one there is. */
  imported(state: ExportedState): Promise<void>;
  /** Who holds a lock of the stack; undefined where the backend does not say. */
  locks(): Promise<readonly Lock[] | undefined>;
  /** Takes away the lock of an update that was interrupted. */
  unlock(): Promise<void>;
  /** Has the providers say what these resources are; one that is not there is taken out of the state. */
  refresh(urns: readonly string[]): Promise<void>;
  /** What a preview would create. One that fails half way says what it got to. */
  creations(): Promise<PlannedEntry[]>;
  /** What the program would change, of what the state knows or (`refresh`) of what is there. Changes nothing. */
  preview(run: EngineRun, options: { readonly refresh: boolean }): Promise<void>;
  /** Has the providers say what everything is, and (unless it is only a preview) takes that into the state. */
  refreshAll(run: EngineRun, options: { readonly previewOnly: boolean }): Promise<void>;
  /** Outputs of the stack; secrets as `[secret]` unless they are to be shown. */
  outputs(showSecrets: boolean): Promise<Readonly<Record<string, unknown>>>;
  /** Deploys the program. */
  up(run: EngineRun): Promise<void>;
  /** Takes the program's hooks out of the state: without the program the engine deletes nothing that has any. */
  unhook(): Promise<void>;
  /** Deletes everything, and ends with an error when something is left. An abort lets what is under way end. */
  destroy(onEvent: (event: EngineEvent) => void, signal: AbortSignal): Promise<void>;
}

/** How an operation of the engine is run. */
export interface EngineRun {
  readonly onEvent: (event: EngineEvent) => void;
  /** An abort lets what is under way end. */
  readonly signal: AbortSignal;
  /** Operations under way at once. */
  readonly parallel: number;
  /** Whether what the program asks for is held to the policy pack. @default false */
  readonly policy?: boolean;
}

const API_TOKEN = "proxmoxve:apiToken";
const USERNAME = "proxmoxve:username";
const PASSWORD = "proxmoxve:password";

interface Export {
  readonly deployment: { readonly resources?: readonly ExportedResource[] };
}

interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  readonly protect?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly resourceHooks?: unknown;
}

/**
 * Opens a stack of a project with the Pulumi CLI, once what a killed engine left of its files is mended.
 *
 * @param projectDir folder of `Pulumi.yaml`
 * @param options `secrets`: whether any is needed. @default true
 * @throws {Failure} `missing-tool` without a CLI that will do, `unknown-state` when the backend does not know the stack,
 * `cut-off-state` when its state is cut off and there is no whole one before it, `wrong-passphrase` where secrets are needed
 */
export async function openWorkspace(
  stack: string,
  projectDir: string,
  { secrets = true }: { readonly secrets?: boolean } = {},
): Promise<Workspace> {
  const pulumiCommand = await pulumiCli();
  const state = new StackState(ownStack(stack, projectDir), undefined, projectDir);
  const restoredFrom = (await state.mended())?.restoredFrom;
  if (secrets) await requireFit(state);
  const opened = await openStack(state, pulumiCommand);
  // The workspace's own export decrypts every secret, and its import writes them to a file: here they stay as they are, in memory.
  const run = (...args: string[]): Promise<string> => state.run(args);
  const exported = async (): Promise<ExportedState> => answered(await run("stack", "export")) as ExportedState;
  return {
    stack,
    restoredFrom,
    backup: async (operation) => state.backups.save(await exported(), operation),
    resources: async () => stateResources(answered(await run("stack", "export")) as Export),
    protect: async (urns) => {
      if (urns.length > 0) await run("state", "protect", ...urns, "--yes");
    },
    unprotect: async (urns) => {
      if (urns.length > 0) await run("state", "unprotect", ...urns, "--yes");
    },
    apiToken: () => setting(run, API_TOKEN),
    login: async () => {
      const [username, password] = [await setting(run, USERNAME), await setting(run, PASSWORD)];
      return username !== undefined && password !== undefined ? { username, password } : undefined;
    },
    output: async (name) => {
      // Asked for by name alone, so that no other secret is.
      const isThere = Object.hasOwn(answered(await run("stack", "output", "--json")) as object, name);
      return isThere ? (await run("stack", "output", name, "--show-secrets")).trimEnd() : undefined;
    },
    exported,
    imported: async (imported) => {
      await state.run(["stack", "import"], JSON.stringify(imported));
    },
    locks: async () => state.store && locksOf(state.store, state.layout),
    unlock: async () => {
      await run("cancel", "--yes");
    },
    refresh: async (urns) => {
      if (urns.length > 0) await run("refresh", "--yes", "--skip-preview", ...urns.flatMap((urn) => ["--target", urn]));
    },
    creations: async () => {
      const planned: PlannedEntry[] = [];
      const onEvent = ({ resourcePreEvent }: EngineEvent): void => {
        const { op, new: entry } = resourcePreEvent?.metadata ?? {};
        if (op === "create" && entry) planned.push(entry);
      };
      await opened.preview({ onEvent }).catch(() => undefined);
      return planned;
    },
    preview: async ({ policy, ...run }, { refresh }) => {
      await opened.preview({ ...run, refresh, policyPacks: packs(policy) }).catch(rethrown);
    },
    refreshAll: async ({ onEvent, signal, parallel }, { previewOnly }) => {
      await opened.refresh({ onEvent, signal, parallel, previewOnly, showSecrets: false }).catch(rethrown);
    },
    outputs: async (showSecrets) => {
      const flags = showSecrets ? ["--show-secrets"] : [];
      return answered(await run("stack", "output", "--json", ...flags)) as Record<string, unknown>;
    },
    up: async ({ policy, ...run }) => {
      await opened.up({ ...run, policyPacks: packs(policy), showSecrets: false, suppressOutputs: true }).catch(rethrown);
    },
    unhook: async () => {
      const bare = withoutHooks(await run("stack", "export"));
      if (bare !== undefined) await state.run(["stack", "import"], bare);
    },
    destroy: async (onEvent, signal) => {
      // The program says what is protected: run during the destruction it would protect everything again.
      await opened.destroy({ onEvent, signal, runProgram: false, showSecrets: false }).catch(rethrown);
    },
  };
}

function packs(policy = false): string[] {
  return policy ? [join(PROJECT_DIR, "policy")] : [];
}

function rethrown(error: unknown): never {
  throw pulumiFailure(error);
}

/** Providers are asked for differences of several resources at once. */
const ENVIRONMENT = { PULUMI_PARALLEL_DIFF: "true" };

/** Opens a stack without selecting it: what a plain `pulumi up` is about must not change behind anybody's back. */
async function openStack(state: StackState, pulumiCommand: PulumiCommand): Promise<Stack> {
  const { stack: stackName, projectDir: workDir } = state;
  await state.run(["stack"]).catch(async (error: unknown) => {
    if (!(error instanceof Failure)) throw error;
    if (!error.message.includes("no stack named")) {
      // What the CLI says of a bucket tells nobody what to do.
      throw (await state.missingStore()) ?? error;
    }
    const where = state.location.url === "" ? "the backend" : `${shownUrl(state.location.url)} (${state.location.source})`;
    const remedy = `lab state bootstrap ${stackName} makes it, lab state check ${stackName} says where the state is looked for`;
    throw new Failure(
      "unknown-state",
      `${where} has no stack ${stackName}: it was never deployed, or is elsewhere; ${remedy}`,
      EXIT.failed,
    );
  });
  const envVars = { ...ENVIRONMENT, ...(await state.environment()) };
  const workspace = await LocalWorkspace.create({ workDir, pulumiCommand, envVars });
  workspace.selectStack = () => Promise.resolve();
  return Stack.select(stackName, workspace);
}

/** One setting, decrypted; asked for by name alone, so that no other secret is. */
async function setting(run: (...args: string[]) => Promise<string>, key: string): Promise<string | undefined> {
  const isSet = Object.hasOwn(answered(await run("config", "--json")) as object, key);
  return isSet ? (await run("config", "get", key)).trimEnd() : undefined;
}

/** Resources of an exported state; the name is the URN's last part. */
export function stateResources({ deployment }: Export): StateResource[] {
  return (deployment.resources ?? []).map(({ urn, type, protect, inputs }) => ({
    urn,
    type,
    name: urn.split("::").slice(3).join("::"),
    protect: protect === true,
    inputs: inputs ?? {},
  }));
}

/** An exported state without hooks, all else as it was; undefined when it has none. */
export function withoutHooks(text: string): string | undefined {
  const state = JSON.parse(text) as Export;
  const { resources = [] } = state.deployment;
  if (!resources.some((resource) => "resourceHooks" in resource)) return undefined;
  const bare = resources.map((each) => Object.fromEntries(Object.entries(each).filter(([key]) => key !== "resourceHooks")));
  return JSON.stringify({ ...state, deployment: { ...state.deployment, resources: bare } });
}
