import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../failure";
import type { Check } from "../render/checks";
import { fits, isKnown, passphraseOf, saltIn } from "./passphrase-fit";
import type { StackState } from "./stack-state";
import type { WholeState } from "./whole-state";

/** Whether what is in the state and in the stack file can be decrypted here; with a key service something is encrypted, and thrown away. */
export async function checkSecrets(state: StackState, exported: WholeState): Promise<Check> {
  const { type, state: provider = {} } = exported.deployment.secrets_providers ?? {};
  const name = "secrets";
  if (type === "service") return { name, state: "ok", found: "Pulumi Cloud encrypts them", remedy: "" };
  // A state without resources says nothing yet; the stack file has what the first one will be encrypted with.
  const salts = { state: type === "passphrase" ? provider.salt : undefined, file: saltIn(state.parsed.text) };
  if (type === undefined && salts.file === undefined) return { name, state: "ok", found: "the state has none yet", remedy: "" };
  const what = provider.url ?? "passphrase";
  const mismatch = mismatched(what, state.parsed.config.state.secretsProvider);
  try {
    if (provider.url !== undefined || (salts.state !== undefined && !isKnown(salts.state))) await encrypted(state, provider);
    else {
      const wrong = await checkPassphrase(state, salts);
      if (wrong) return wrong;
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // Without any, the failure says itself where one comes from.
    if (error.code === "no-passphrase") return { name, state: "fail", found: error.message, remedy: "" };
    const remedy = provider.url === undefined ? PASSPHRASE : `see that ${provider.url} can be used with the credentials at hand`;
    return { name, state: "fail", found: error.message, remedy };
  }
  return mismatch ?? { name, state: "ok", found: `${what} decrypts them`, remedy: "" };
}

/** What it would take for the passphrase at hand to fit both; undefined when it does. */
async function checkPassphrase(
  state: StackState,
  salts: { readonly state: string | undefined; readonly file: string | undefined },
): Promise<Check | undefined> {
  const { parsed, stack } = state;
  const passphrase = await passphraseOf(state);
  if (!passphrase) return failed("there is no passphrase at hand", PASSPHRASE);
  // Both have the same salt, unless one was changed without the other.
  const fitsState = salts.state === undefined ? undefined : await fits(passphrase.value, salts.state);
  const fitsFile = salts.file === salts.state ? fitsState : salts.file && (await fits(passphrase.value, salts.file));
  const whose = `the passphrase of ${passphrase.source}`;
  if (fitsState === false && fitsFile !== true) {
    const what = fitsFile === undefined || salts.state === salts.file ? "the state" : `neither the state nor ${parsed.file}`;
    return failed(`${whose} does not fit ${what}`, `it was changed, or is another stack's: give that of ${stack}`);
  }
  if (fitsState === false) {
    const remedy = "it was changed from another checkout: give the new one, and pull the stack file that goes with it";
    return failed(`${whose} fits ${parsed.file}, and not the state`, remedy);
  }
  if (fitsFile === false) {
    const remedy = `${parsed.file} is older than the state: pull the one that was committed when the passphrase was changed`;
    return failed(`${whose} ${fitsState === undefined ? "does not fit" : "fits the state, and not"} ${parsed.file}`, remedy);
  }
  return undefined;
}

function failed(found: string, remedy: string): Check {
  return { name: "secrets", state: "fail", found, remedy };
}

const PASSPHRASE =
  "set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE, or have state.passphrase name a file of sops or age";

/** A salt, or a key service and what it encrypted the key with. */
interface KeyService {
  readonly salt?: string;
  readonly url?: string;
  readonly encryptedkey?: string;
}

/** Encrypts nothing of importance, with settings of its own: the stack file stays as it is. */
async function encrypted(state: StackState, { salt, url, encryptedkey }: KeyService): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "proxmox-talos-secrets-"));
  try {
    const file = join(folder, `Pulumi.${state.stack}.yaml`);
    const settings = url === undefined ? { encryptionsalt: salt } : { secretsprovider: url, encryptedkey };
    await writeFile(file, JSON.stringify(settings), { mode: 0o600 });
    await state.run(["config", "set", "--secret", "lab:probe", "probe", "--config-file", file]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function mismatched(found: string, wanted: string | undefined): Check | undefined {
  if (wanted === undefined || wanted === found) return undefined;
  const remedy = `lab pulumi <stack> -- stack change-secrets-provider "${wanted}", or correct the stack file`;
  return { name: "secrets", state: "warn", found: `${found} decrypts them, and the stack file says ${wanted}`, remedy };
}
