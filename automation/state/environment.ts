import type { StateSettings } from "./location";
import { locateState } from "./location";
import { decryptPassphrase } from "./passphrase";

/** Variables that already lead to a passphrase. */
const PASSPHRASES = ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"];

/**
 * What a Pulumi CLI is to be run with so that it finds a stack's state and can decrypt it. What the environment says already is
 * left out, for it counts. The passphrase is in it: it may be handed to a child process and to nobody else.
 *
 * @param projectDir folder of `Pulumi.yaml`
 * @throws {Failure} when the passphrase cannot be decrypted, see {@link decryptPassphrase}
 */
export async function stateEnvironment(
  settings: StateSettings,
  projectDir: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Readonly<Record<string, string>>> {
  const { passphrase } = settings.state;
  const isAsked = passphrase !== undefined && PASSPHRASES.every((name) => environment[name] === undefined);
  return {
    ...publicEnvironment(settings, projectDir, environment),
    ...(isAsked ? { PULUMI_CONFIG_PASSPHRASE: await decryptPassphrase(passphrase, projectDir) } : {}),
  };
}

/** The part of it that anybody may see. */
export function publicEnvironment(
  settings: StateSettings,
  projectDir: string,
  environment: NodeJS.ProcessEnv = process.env,
): Readonly<Record<string, string>> {
  const { url, source } = locateState(settings, projectDir, environment);
  const organization = settings.state.backend?.cloud?.organization;
  const isOwn = source === "the stack file";
  return {
    ...(isOwn ? { PULUMI_BACKEND_URL: url } : {}),
    ...(isOwn && organization !== undefined ? { PULUMI_DEFAULT_ORGANIZATION: organization } : {}),
  };
}
