import { setTimeout as sleep } from "node:timers/promises";
import type { MachineMode } from "./machine-mode";
import type { Interruption } from "./interruption";
import type { Listing } from "../planner/identity";
import { checkConsent } from "./consent";
import { EXIT, Failure, isAboutPassphrase } from "./failure";
import type { Look } from "./identity";
import { listingOf } from "./identity";
import type { ExportedState, PendingOperation, Recovery, StateEntry } from "./recovery";
import { BOOTSTRAP, VM, adoptLeftBehind, blanked, configuredMachines, halfMade, recover } from "./recovery";
import type { PlannedStack } from "./stacks";
import { unlocked } from "./unlocking";
import type { Workspace } from "./workspace";

/** What mending touches outside of this process. */
export interface MendingDoors {
  readonly look: Look;
  readonly etcdRuns: (address: string) => Promise<boolean>;
  readonly machineMode: (address: string) => Promise<MachineMode>;
  /** @default the time that passes */
  readonly sleep?: (milliseconds: number) => Promise<unknown>;
}

/** What was done to the state before an update. */
export interface Mending {
  /** The file the state was put back from, when it was cut off; undefined when it was whole. */
  readonly restoredFrom: string | undefined;
  /** Resources that are there, though the engine did not get to know. */
  readonly adopted: readonly StateEntry[];
  /** Operations that are simply done again. */
  readonly repeated: readonly PendingOperation[];
  /** Names of machines that lost their configuration, or never took it, and are given it again. */
  readonly blank: readonly string[];
}

/** A bootstrap that was sent takes a while until etcd listens: seconds that are waited before it counts as never sent. */
const BOOTSTRAP_SECONDS = 20;
/** Seconds between two looks at a VM that is being made. A creation ends by itself: its task does not live for ever. */
const CREATION_POLL_SECONDS = 2;
/** Told to stop before anything was taken over. */
const STOPPED = "stopped: nothing was deployed";

/** Mends what an interrupted or failed update left: the state knows what is there again, and nothing is pending. */
export async function mend(
  doors: MendingDoors,
  workspace: Workspace,
  stack: PlannedStack,
  interruption: Interruption,
): Promise<Mending> {
  const exported = await wholeState(workspace, stack);
  const { pending_operations: pending = [], resources = [] } = exported.deployment;
  const { restoredFrom } = workspace;
  if (resources.length === 0 && pending.length === 0) return { restoredFrom, adopted: [], repeated: [], blank: [] };
  const { config } = stack;
  // Whose VMs there are must be known: one that is not seen would be created a second time, or refused.
  const listing: Listing | undefined = config.proxmox && (await settledListing(doors, workspace, stack, interruption));
  interruption.check(STOPPED);
  const tag = config.metadata.name;
  const found =
    pending.length === 0 && isWhole(resources, listing, tag)
      ? []
      : await takeOver(doors, workspace, exported, { listing, tag, interruption });
  return {
    restoredFrom,
    adopted: found.flatMap(({ adopted }) => adopted),
    repeated: found.flatMap(({ repeated }) => repeated),
    blank: await blankAgain(doors, workspace, found.length === 0 ? exported : await workspace.exported()),
  };
}

/** Takes what is there into the state: what was pending, and what a failed update had done all the same. */
async function takeOver(
  doors: MendingDoors,
  workspace: Workspace,
  exported: ExportedState,
  {
    interruption,
    ...known
  }: { readonly listing: Listing | undefined; readonly tag: string; readonly interruption: Interruption },
): Promise<Recovery[]> {
  const { pending_operations: pending = [] } = exported.deployment;
  const isBootstrapped = await wasBootstrapped(doors, pending, interruption);
  const interrupted = recover(exported, { ...known, isBootstrapped });
  if (interrupted) await adopt(workspace, interrupted);
  // What failed when it had happened is pending nowhere: only what is still to be created can be it.
  const planned = await workspace.creations();
  const node = planned.find(({ type }) => type === BOOTSTRAP)?.inputs?.["node"];
  const failed = adoptLeftBehind(interrupted ? await workspace.exported() : exported, planned, {
    ...known,
    isBootstrapped: typeof node === "string" && (await doors.etcdRuns(node)),
  });
  if (failed) await adopt(workspace, failed);
  return [interrupted, failed].filter((each) => each !== undefined);
}

/** The state, in which nothing is half made: what is gets looked at by its provider. */
async function wholeState(workspace: Workspace, stack: PlannedStack): Promise<ExportedState> {
  const exported = await workspace.exported();
  // First of all: what is half made gets mended in the state.
  checkConsent(exported.deployment.resources ?? [], stack);
  const half = halfMade(exported);
  if (half.length === 0) return exported;
  await unlocked(workspace, () => workspace.refresh(half));
  return workspace.exported();
}

/** What there is once no VM of the stack's ids is being made any more: until then it has no name that tells whose it is. */
async function settledListing(
  doors: MendingDoors,
  workspace: Workspace,
  { config, plan }: PlannedStack,
  interruption: Interruption,
): Promise<Listing> {
  const own = new Set(plan.machines.map(({ vmId }) => vmId));
  for (;;) {
    const listing = await listingOf(doors.look, workspace, config.proxmox).catch(unchecked);
    if (!listing.vms.some(({ vmId, creation }) => creation === "running" && own.has(vmId))) return listing;
    await (doors.sleep ?? sleep)(CREATION_POLL_SECONDS * 1000);
    interruption.check(STOPPED);
  }
}

function unchecked(error: unknown): never {
  // Without the right passphrase there are no credentials to ask with: that is what is wrong.
  if (isAboutPassphrase(error)) throw error;
  const why = error instanceof Error ? error.message : String(error);
  const remedy = "an update that does not know whose the VMs are could make one twice";
  throw new Failure("identity-unchecked", `nothing was changed: identity-unchecked: ${why}; ${remedy}`, EXIT.failed);
}

/** The last update was finished: the stack has its outputs, and the state every VM that is the stack's. */
function isWhole(resources: readonly StateEntry[], listing: Listing | undefined, tag: string): boolean {
  const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  const known = new Set(resources.filter(({ type }) => type === VM).map(({ inputs }) => inputs?.["vmId"]));
  const own = listing?.vms.filter(({ tags }) => tags.includes(tag)) ?? [];
  return Object.keys(stack?.outputs ?? {}).length > 0 && own.every(({ vmId }) => known.has(vmId));
}

async function adopt(workspace: Workspace, recovery: Recovery): Promise<void> {
  await unlocked(workspace, () => workspace.imported(recovery.state));
  await workspace.refresh(recovery.refreshed);
}

/** Only a bootstrap that was under way is in doubt, and only for as long as etcd takes to listen. */
async function wasBootstrapped(
  doors: MendingDoors,
  pending: readonly PendingOperation[],
  interruption: Interruption,
): Promise<boolean> {
  const bootstrap = pending.find(({ type, resource }) => type === "creating" && resource.type === BOOTSTRAP);
  const node = bootstrap?.resource.inputs?.["node"];
  if (typeof node !== "string") return false;
  for (let second = 0; second < BOOTSTRAP_SECONDS; second++) {
    if (await doors.etcdRuns(node)) return true;
    await (doors.sleep ?? sleep)(1000);
    interruption.check(STOPPED);
  }
  return false;
}

/** Machines that the state has configured and that wait for a configuration all the same are given theirs again. */
async function blankAgain(doors: MendingDoors, workspace: Workspace, exported: ExportedState): Promise<string[]> {
  const machines = configuredMachines(exported);
  const modes = await Promise.all(machines.map(({ node }) => doors.machineMode(node)));
  const blank = machines.filter((_, index) => modes[index] === "maintenance");
  if (blank.length > 0) {
    const urns = blank.map(({ urn }) => urn);
    await unlocked(workspace, () => workspace.imported(blanked(exported, urns)));
  }
  return blank.map(({ name }) => name);
}
