import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../failure";
import type { Check } from "../render/checks";
import type { StackState } from "./stack-state";
import type { WholeState } from "./whole-state";

/** What a state says it is encrypted with. */
interface SecretsProvider {
  readonly type?: string;
  readonly state?: { readonly salt?: string; readonly url?: string; readonly encryptedkey?: string };
}

/** Whether what is in the state can be decrypted here: something is encrypted by the same key, and thrown away. */
export async function checkSecrets(state: StackState, exported: WholeState): Promise<Check> {
  const { type, state: provider = {} } = exported.deployment.secrets_providers ?? {};
  const name = "secrets";
  if (type === "service") return { name, state: "ok", found: "Pulumi Cloud encrypts them", remedy: "" };
  if (type === undefined) return { name, state: "ok", found: "the state has none yet", remedy: "" };
  const what = provider.url ?? "passphrase";
  const mismatch = mismatched(what, state.parsed.config.state.secretsProvider);
  try {
    await encrypted(state, provider);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // Without any, the failure says itself where one comes from.
    if (error.code === "no-passphrase") return { name, state: "fail", found: error.message, remedy: "" };
    const remedy = provider.url === undefined ? PASSPHRASE : `see that ${provider.url} can be used with the credentials at hand`;
    return { name, state: "fail", found: error.message, remedy };
  }
  return mismatch ?? { name, state: "ok", found: `${what} decrypts them`, remedy: "" };
}

const PASSPHRASE =
  "set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE, or have state.passphrase name a file of sops or age";

/** Encrypts nothing of importance, with settings of its own: the stack file stays as it is. */
async function encrypted(state: StackState, { salt, url, encryptedkey }: NonNullable<SecretsProvider["state"]>): Promise<void> {
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
