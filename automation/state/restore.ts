import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { EXIT, Failure } from "../failure";
import { fits, passphraseOf, saltIn, wrongPassphrase } from "./passphrase-fit";
import type { StackState } from "./stack-state";
import { stateNames, statesFolder } from "./layout";
import type { StoredVersion } from "./store";
import type { WholeState } from "./whole-state";
import { readState } from "./whole-state";

/** A state that can be put back. */
export interface Restorable {
  /** A file, or a version of the bucket. */
  readonly name: string;
  readonly state: WholeState;
}

/** What is asked for: a file or the name of a backup, a version of the bucket, or neither for the newest backup. */
export interface Wanted {
  readonly file?: string | undefined;
  readonly version?: string | undefined;
}

/** Versions of a stack's state that its bucket keeps, the newest first. */
export async function stateVersions({ store, layout }: StackState): Promise<StoredVersion[]> {
  // Where nobody may ask whether there are any, they may be listed all the same.
  if (!store || (await store.versioning()) === "unsupported") return [];
  const all = await Promise.all(stateNames(layout).map((name) => store.versions(`${statesFolder(layout)}${name}`)));
  return all.flat();
}

/**
 * Reads what is to be put back.
 *
 * @throws {Failure} `no-backup` when there is none, `invalid-state` when it is not a whole state of this stack
 */
export async function restorable(state: StackState, { file, version }: Wanted): Promise<Restorable> {
  if (version !== undefined) return fromBucket(state, version);
  const backups = await state.backups.list();
  const named = file === undefined ? backups[0] : backups.find((each) => basename(each.file) === file);
  const path = named?.file ?? (file === undefined ? undefined : resolve(file));
  const content = path === undefined ? undefined : await readFile(path).catch(() => undefined);
  if (path === undefined || content === undefined) {
    const what = file === undefined ? `there is none in ${state.backups.folder}` : `${file} cannot be read`;
    throw new Failure(
      "no-backup",
      `no backup of ${state.stack}: ${what}; lab state list ${state.stack} shows what there is`,
      EXIT.usage,
    );
  }
  return { name: path, state: readState(content, path, state.layout) };
}

async function fromBucket(state: StackState, version: string): Promise<Restorable> {
  const found = (await stateVersions(state)).find(({ id }) => id === version);
  const content = found && (await state.store?.read(found.key, version));
  if (!content) {
    const remedy = `lab state list ${state.stack} shows those there are`;
    throw new Failure("no-backup", `the backend has no version ${version} of the state of ${state.stack}: ${remedy}`, EXIT.usage);
  }
  const name = `version ${version}`;
  return { name, state: readState(content, name, state.layout) };
}

/**
 * Puts a state back, once what is there is saved.
 *
 * @returns the file of the backup; undefined when there was nothing to save, or nothing that can be read
 */
export async function restore(state: StackState, { state: wanted }: Restorable): Promise<string | undefined> {
  await requireOwnSecrets(state, wanted);
  await state.mended().catch((error: unknown) => {
    // A state that is cut off, and the one before it as well, is what another is put back for.
    if (!(error instanceof Failure && error.code === "cut-off-state")) throw error;
  });
  // One that cannot be read is what it is put back for.
  const before = await state.exportedOrBroken();
  if (before === null) {
    const remedy = `lab state bootstrap ${state.stack} makes it`;
    throw new Failure("unknown-state", `the backend has no stack ${state.stack} to put a state into: ${remedy}`, EXIT.failed);
  }
  const saved = before && (await state.backups.save(before, "restore"));
  await state.imported(wanted);
  return saved;
}

/** What another passphrase encrypted would be of no use, and Pulumi refuses it without a word about which one it takes. */
async function requireOwnSecrets(state: StackState, { deployment }: WholeState): Promise<void> {
  const { type, state: { salt } = {} } = deployment.secrets_providers ?? {};
  const passphrase = type === "passphrase" && salt !== undefined ? await passphraseOf(state) : undefined;
  if (!passphrase || salt === undefined || (await fits(passphrase.value, salt)) !== false) return;
  if (salt === saltIn(state.parsed.text)) throw wrongPassphrase(`the one of ${passphrase.source} does not fit`, state.stack);
  const what = `what is to be put back was encrypted with another one than that of ${passphrase.source}`;
  const remedy = "give the one of that time, and put the stack file of that time back, too";
  throw new Failure("wrong-passphrase", `nothing was changed: the passphrase is wrong: ${what}; ${remedy}`, EXIT.failed);
}
