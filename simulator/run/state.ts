import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type { DatacenterState } from "../datacenter/model";
import type { Json } from "../values";

/** A resource as it was left by the last run. Secrets in its inputs are hashes. */
export interface KnownResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly parent: string | null;
  readonly id: string;
  readonly inputs: { readonly [key: string]: Json };
  readonly dependencies: readonly string[];
  /** URN of its explicit provider. @default the engine's own */
  readonly provider?: string | null;
  readonly protect: boolean;
  /** Whether it stays when the program no longer asks for it. @default false */
  readonly retainOnDelete?: boolean;
  readonly deletedWith: string | null;
  /** Value whose change replaces it. */
  readonly trigger: Json;
}

/** What a rehearsal leaves behind for the next one. */
export interface RehearsalState {
  readonly version: 3;
  readonly stack: string;
  /** Seed of the stand-in secrets; not a secret itself and worthless outside of rehearsals. */
  readonly seed: string;
  readonly resources: readonly KnownResource[];
  readonly datacenter: DatacenterState;
}

/** A state file that cannot be used. */
export class StateError extends Error {}

/**
 * Reads a state file.
 *
 * @returns undefined when the file does not exist yet
 * @throws {StateError} when it is no state file or belongs to another stack
 */
export function readState(path: string, stack: string): RehearsalState | undefined {
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new StateError(`${path} cannot be read: ${(error as Error).message}`);
  }
  let state: Partial<RehearsalState> | null;
  try {
    state = JSON.parse(content) as Partial<RehearsalState> | null;
  } catch {
    throw new StateError(`${path} is not the state of a rehearsal: it is not JSON`);
  }
  if (state?.version !== 3 || !Array.isArray(state.resources) || !state.datacenter || typeof state.seed !== "string") {
    throw new StateError(`${path} is not the state of a rehearsal: expected version 3 with seed, resources and datacenter`);
  }
  if (state.stack !== stack) throw new StateError(`${path} is the state of stack ${String(state.stack)}, not of ${stack}`);
  return state as RehearsalState;
}

/** Writes a state file in one step, so that an interrupted run leaves the old one whole. */
export function writeState(path: string, state: RehearsalState): void {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, path);
  } catch (error) {
    throw new StateError(`${path} cannot be written: ${(error as Error).message}`);
  }
}
