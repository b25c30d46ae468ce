import { EXIT, Failure } from "../failure";
import type { CommonOptions } from "../output";
import { print, printJson, stdoutStyle } from "../output";
import { count } from "../render/text";
import type { Restorable } from "../state/restore";
import { restorable, restore } from "../state/restore";
import type { StateDoors } from "../state/stack-state";
import { StackState } from "../state/stack-state";

/** Options of `lab state restore`. */
export interface RestoreOptions extends CommonOptions {
  /** The cluster's name: without it nothing is changed. */
  readonly consent?: string;
  /** Version of the bucket. @default a backup */
  readonly version?: string;
}

/** Puts a backup, a file or a version of the bucket in the place of a stack's state; what is there is backed up first. */
export function stateRestore(stack: string, file: string | undefined, options: RestoreOptions): Promise<number> {
  return stateRestoreWith(undefined, stack, file, options);
}

/** {@link stateRestore} through given doors. */
export async function stateRestoreWith(
  doors: StateDoors | undefined,
  stack: string,
  file: string | undefined,
  options: RestoreOptions,
): Promise<number> {
  if (file !== undefined && options.version !== undefined) {
    throw new Failure("usage", "a file or --version, not both", EXIT.usage);
  }
  const state = StackState.of(stack, doors);
  const wanted = await restorable(state, { file, version: options.version });
  requireConsent(state, wanted, options.consent);
  const backup = (await restore(state, wanted)) ?? null;
  const { time, resources } = factsOf(wanted);
  if (options.json) {
    printJson({ stack: state.stack, result: "succeeded", restored: wanted.name, lastUpdate: time, resources, backup });
    return EXIT.fine;
  }
  const { ok } = stdoutStyle(options).glyphs;
  print([
    `${ok} the state of ${state.stack} is ${wanted.name} again: ${count(resources, "resource")}, as of ${time ?? "an unknown time"}`,
    ...(backup === null ? [] : [`  what was there is in ${backup}`]),
    `  next: lab refresh ${state.stack} --preview-only says what has changed since, lab up ${state.stack} mends it`,
  ]);
  return EXIT.fine;
}

function requireConsent({ parsed, stack }: StackState, wanted: Restorable, consent: string | undefined): void {
  const { name } = parsed.config.metadata;
  if (consent === name) return;
  const { time, resources } = factsOf(wanted);
  const what = `${wanted.name} (${count(resources, "resource")}, as of ${time ?? "an unknown time"}) would take the place of the state`;
  const lost = "whatever was made since would be known to nobody";
  const found = consent === undefined ? "" : ` ${JSON.stringify(consent)} is not the cluster's name;`;
  throw new Failure(
    "consent-missing",
    `nothing was changed: ${what} of ${stack}, and ${lost};${found} to consent, add --consent ${name}`,
    EXIT.failed,
  );
}

function factsOf({ state: { deployment } }: Restorable): { readonly time: string | null; readonly resources: number } {
  return { time: deployment.manifest?.time?.replace(/\.\d+/, "") ?? null, resources: deployment.resources?.length ?? 0 };
}
