import { createDecipheriv, pbkdf2 } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { EXIT, Failure } from "../failure";
import type { StackState } from "./stack-state";

/** A passphrase, and where it is from. It is in this process' memory and nowhere else. */
export interface Passphrase {
  readonly value: string;
  /** For instance `PULUMI_CONFIG_PASSPHRASE`. */
  readonly source: string;
}

/** What Pulumi encrypts beside its salt, so that it can tell a passphrase later (pulumi pkg/secrets/passphrase). */
const KNOWN = "pulumi";
const ITERATIONS = 1_000_000;
const KEY_BYTES = 32;
const TAG_BYTES = 16;

/** What was found out, for an operation asks more than once. It goes with this process. */
const known = new Map<string, Promise<boolean>>();

/**
 * Whether a passphrase is the one that a salt was made with. It takes about a third of a second, once, and no Pulumi.
 *
 * @param salt `encryptionsalt` of a stack file, or what a state has: `v1:<salt>:v1:<nonce>:<known text, encrypted>`
 * @returns undefined for a salt of a form that is not known
 */
export async function fits(passphrase: string, salt: string): Promise<boolean | undefined> {
  if (!isKnown(salt)) return undefined;
  // No salt has a blank in it.
  const asked = `${salt} ${passphrase}`;
  const found = known.get(asked) ?? decrypts(passphrase, salt);
  known.set(asked, found);
  return found;
}

async function decrypts(passphrase: string, salt: string): Promise<boolean> {
  const [, own, , nonce, encrypted = ""] = salt.split(":");
  const key = await promisify(pbkdf2)(passphrase, Buffer.from(own ?? "", "base64"), ITERATIONS, KEY_BYTES, "sha256");
  const content = Buffer.from(encrypted, "base64");
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce ?? "", "base64"), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(content.subarray(-TAG_BYTES));
    return decipher.update(content.subarray(0, -TAG_BYTES), undefined, "utf8") + decipher.final("utf8") === KNOWN;
  } catch {
    return false;
  }
}

/** Whether a salt has the form that {@link fits} can judge. */
export function isKnown(salt: string): boolean {
  return /^v1:[\w+/=]+:v1:[\w+/=]+:[\w+/=]+$/.test(salt);
}

/**
 * The passphrase that Pulumi would take, in its order: the variable, also an empty one, the file that the other variable names, and what
 * the stack file leads to. Undefined when there is none.
 *
 * @throws {Failure} `no-passphrase` when the file cannot be read or decrypted
 */
export async function passphraseOf(state: StackState): Promise<Passphrase | undefined> {
  const { PULUMI_CONFIG_PASSPHRASE: value, PULUMI_CONFIG_PASSPHRASE_FILE: file } = process.env;
  if (value !== undefined) return { value, source: "PULUMI_CONFIG_PASSPHRASE" };
  if (file !== undefined && file !== "") {
    // Pulumi runs in the project's folder.
    const content = await readFile(resolve(state.projectDir, file), "utf8").catch((error: unknown) => unreadable(file, error));
    return { value: content.trim(), source: `PULUMI_CONFIG_PASSPHRASE_FILE (${file})` };
  }
  const { PULUMI_CONFIG_PASSPHRASE: decrypted } = await state.environment();
  const { sops, age } = state.parsed.config.state.passphrase ?? {};
  return decrypted === undefined ? undefined : { value: decrypted, source: `state.passphrase (${(sops ?? age)?.file ?? ""})` };
}

function unreadable(file: string, error: unknown): never {
  const { code = "" } = error as NodeJS.ErrnoException;
  const remedy = "correct the variable, or set PULUMI_CONFIG_PASSPHRASE";
  throw new Failure(
    "no-passphrase",
    `PULUMI_CONFIG_PASSPHRASE_FILE names ${file}, which cannot be read (${code}); ${remedy}`,
    EXIT.failed,
  );
}

/** `encryptionsalt` of a stack file; undefined where something else encrypts, or nothing yet. */
export function saltIn(text: string): string | undefined {
  const { encryptionsalt, secretsprovider } = parse(text) as { encryptionsalt?: unknown; secretsprovider?: unknown };
  const isPassphrase = secretsprovider === undefined || secretsprovider === "" || secretsprovider === "passphrase";
  return isPassphrase && typeof encryptionsalt === "string" ? encryptionsalt : undefined;
}

/**
 * Stops a command that would fail half way for want of the right passphrase. Without any, the command says itself what it needs one for.
 *
 * @throws {Failure} `wrong-passphrase` when the one at hand did not encrypt what the stack file has
 */
export async function requireFit(state: StackState): Promise<void> {
  const salt = saltIn(state.parsed.text);
  const passphrase = salt === undefined ? undefined : await passphraseOf(state);
  if (salt === undefined || !passphrase || (await fits(passphrase.value, salt)) !== false) return;
  throw wrongPassphrase(`the one of ${passphrase.source} does not fit ${state.parsed.file}`, state.stack);
}

/** The failure for a passphrase that is another stack's, or was the stack's own until it was changed. */
export function wrongPassphrase(what: string, stack: string): Failure {
  const remedy = `give the stack's own; lab state check ${stack} says what the one at hand fits`;
  return new Failure(
    "wrong-passphrase",
    `nothing was changed: the passphrase is wrong for ${stack}: ${what}; ${remedy}`,
    EXIT.failed,
  );
}
