import { Failure, isAboutPassphrase } from "../failure";
import type { Lock } from "../locks";
import { holderOf } from "../locks";
import type { Check } from "../render/checks";
import { count } from "../render/text";
import type { Backup } from "./backups";
import { stateNames, statesFolder } from "./layout";
import { backendUrl } from "./location";
import { locksOf, shownLock } from "./locks";
import { checkSecrets } from "./secrets-check";
import type { StackState } from "./stack-state";
import { checkLocation, checkStore } from "./store-checks";
import type { StateStore, Versioning } from "./store";
import { StoreFailure } from "./store-failure";
import type { WholeState } from "./whole-state";

/** What was found of a state. */
export interface StateReport {
  readonly checks: readonly Check[];
  readonly versioning: Versioning | null;
  /** Null when it is not there, or cannot be read. */
  readonly state: StateFacts | null;
  readonly locks: readonly (Lock & { readonly holder: ReturnType<typeof holderOf> })[];
  readonly backups: readonly Backup[];
}

interface StateFacts {
  /** ISO 8601; null before the first update. */
  readonly lastUpdate: string | null;
  readonly resources: number;
  readonly pendingOperations: number;
  /** As the backend keeps it; null where only Pulumi knows. */
  readonly bytes: number | null;
}

/** Looks at everything about a state and changes nothing. */
export async function checkState(state: StackState): Promise<StateReport> {
  const { backend } = state.parsed.config.state;
  const location = checkLocation(state.location, backend && backendUrl(backend, state.projectDir));
  const backups = await state.backups.list();
  const store = state.store && (await checkStore(state.store, state.stack));
  const checks = [location, ...(store?.checks ?? [])];
  const versioning = store?.versioning ?? null;
  const nothing = { versioning, state: null, locks: [], backups };
  if (checks.some((each) => each.state === "fail" && each.name !== "access")) return { ...nothing, checks };
  const [stack, exported] = await checkStack(state);
  if (!exported) return { ...nothing, checks: [...checks, stack, await backupsCheck(state, backups)] };
  const [lock, locks] = await checkLocks(state);
  const facts = await factsOf(exported, state);
  const shownStack = { ...stack, found: shownFacts(facts) };
  const rest = [...lock, await checkSecrets(state, exported), await backupsCheck(state, backups)];
  const held = locks.map((each) => ({ ...each, holder: holderOf(each) }));
  return { ...nothing, state: facts, locks: held, checks: [...checks, shownStack, ...rest] };
}

async function checkStack(state: StackState): Promise<readonly [Check, WholeState | undefined]> {
  const name = "state";
  try {
    const exported = await state.exported();
    if (!exported) {
      const remedy = `lab state bootstrap ${state.stack} makes it`;
      return [{ name, state: "fail", found: `none of ${state.stack}`, remedy }, undefined];
    }
    const { pending_operations: pending = [] } = exported.deployment;
    const remedy = pending.length === 0 ? "" : `an update was interrupted: lab up ${state.stack} finishes it`;
    return [{ name, state: pending.length === 0 ? "ok" : "warn", found: "", remedy }, exported];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { message: found } = error;
    // Nothing is known of the state then, and the message says what to do.
    if (isAboutPassphrase(error)) return [{ name: "secrets", state: "fail", found, remedy: "" }, undefined];
    const remedy = `mend that, or see lab state list ${state.stack} for one to put back`;
    const said = error instanceof StoreFailure ? error : { found, remedy };
    return [{ name, state: "fail", found: said.found, remedy: said.remedy }, undefined];
  }
}

async function factsOf({ deployment }: WholeState, { store, layout }: StackState): Promise<StateFacts> {
  const { resources = [], pending_operations: pending = [], manifest } = deployment;
  const lastUpdate = manifest?.time?.replace(/\.\d+/, "") ?? null;
  const bytes = (store && (await sizeIn(store, layout))) ?? null;
  return { lastUpdate, resources: resources.length, pendingOperations: pending.length, bytes };
}

async function sizeIn(store: StateStore, layout: StackState["layout"]): Promise<number | undefined> {
  const names = stateNames(layout).map((name) => `${statesFolder(layout)}${name}`);
  const found = await store.list(statesFolder(layout)).catch((error: unknown) => {
    // Pulumi has read it already.
    if (error instanceof StoreFailure) return [];
    throw error;
  });
  return found.find(({ key }) => names.includes(key))?.bytes;
}

function shownFacts({ lastUpdate, resources, pendingOperations, bytes }: StateFacts): string {
  return [
    count(resources, "resource"),
    `last written ${lastUpdate ?? "never"}`,
    ...(bytes === null ? [] : [`${Math.ceil(bytes / 1024)} KiB`]),
    ...(pendingOperations === 0 ? [] : [`${count(pendingOperations, "operation")} nobody knows the end of`]),
  ].join(", ");
}

/** Nothing where only Pulumi knows. */
async function checkLocks({ store, layout, stack }: StackState): Promise<readonly [Check[], Lock[]]> {
  if (!store) return [[], []];
  try {
    const locks = await locksOf(store, layout);
    return [[lockCheck(locks, stack)], locks];
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error;
    const { found, remedy } = error;
    return [[{ name: "lock", state: "fail", found, remedy }], []];
  }
}

function lockCheck(locks: readonly Lock[], stack: string): Check {
  const name = "lock";
  if (locks.length === 0) return { name, state: "ok", found: "nobody holds one", remedy: "" };
  const found = locks.map(shownLock).join("; ");
  const isLeft = locks.every((lock) => holderOf(lock) === "dead");
  const wait = `wait until it has ended; when you know that it has, lab cancel ${stack} takes it away`;
  const remedy = isLeft ? `lab up ${stack} takes it away` : wait;
  return { name, state: "warn", found, remedy };
}

async function backupsCheck({ backups: kept }: StackState, backups: readonly Backup[]): Promise<Check> {
  const { folder } = kept;
  const problem = await kept.problem();
  if (problem !== undefined) {
    const remedy =
      "nothing that changes the state goes on without a backup: mend that, or name another folder in state.backups.directory";
    return { name: "backups", state: "fail", found: `${folder} cannot be read (${problem})`, remedy };
  }
  const [newest] = backups;
  const found = newest ? `${backups.length} in ${folder}, the newest of ${newest.time}` : `none yet in ${folder}`;
  return { name: "backups", state: "ok", found, remedy: "" };
}
