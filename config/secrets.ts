import type { UnplacedProblem } from "./problem";
import { problem } from "./problem";
import { SECRET, encryptedPaths } from "./redact";
import type { StackConfig } from "./schema";

/** A secret that a part of the stack needs. */
interface Secret {
  /** Key in the stack's configuration. */
  readonly key: `${string}:${string}`;
  /** What it is, for reports. */
  readonly what: string;
  /** Path in the stack file of what needs it; undefined where nothing does. */
  readonly neededBy: (config: StackConfig) => string | undefined;
}

/** Every secret beside those of the providers, by its name in the program: one line each. All are set with `pulumi config set --secret`. */
export const SECRETS = {
  tailscaleAuthKey: {
    key: "tailscale:authKey",
    what: "the key that machines join the tailnet with",
    neededBy: ({ talos }) => (talos.tailscale ? "talos.tailscale" : undefined),
  },
  tailscaleOauthClientSecret: {
    key: "tailscale:oauthClientSecret",
    what: "the secret of the OAuth client that the Tailscale operator is",
    neededBy: ({ addons }) => (addons.tailscaleOperator ? "addons.tailscaleOperator" : undefined),
  },
  etcdBackupSecretAccessKey: {
    key: "etcd-backup:secretAccessKey",
    what: "the secret of the access key that snapshots of etcd are stored with",
    neededBy: ({ talos }) => (talos.etcdBackup ? "talos.etcdBackup" : undefined),
  },
  proxmoxCcmTokenSecret: {
    key: "proxmox-ccm:tokenSecret",
    what: "the secret of the API token that the cloud controller manager asks Proxmox with",
    neededBy: ({ addons }) => (addons.proxmoxCcm ? "addons.proxmoxCcm" : undefined),
  },
  proxmoxCsiTokenSecret: {
    key: "proxmox-csi:tokenSecret",
    what: "the secret of the API token that the CSI plugin asks Proxmox with",
    neededBy: ({ addons }) => (addons.proxmoxCsi ? "addons.proxmoxCsi" : undefined),
  },
} as const satisfies Readonly<Record<string, Secret>>;

/** Name of a secret in the program. */
export type SecretName = keyof typeof SECRETS;

/** All of them. */
export const SECRET_NAMES = Object.keys(SECRETS) as readonly SecretName[];

/** Keys of the secrets a stack needs, in order. */
export function neededSecrets(config: StackConfig): string[] {
  return SECRET_NAMES.filter((name) => SECRETS[name].neededBy(config) !== undefined).map((name) => SECRETS[name].key);
}

/** Secrets that the stack needs and its configuration does not have. */
export function missingSecrets(config: StackConfig, isThere: (key: string) => boolean): UnplacedProblem[] {
  return SECRET_NAMES.flatMap((name) => {
    const { key, what, neededBy } = SECRETS[name];
    const path = neededBy(config);
    if (path === undefined || isThere(key)) return [];
    return [problem(key, null, `missing: ${path} needs it`, what, `pulumi config set --secret ${key}`)];
  });
}

/** Secrets that stand in a stack file for everybody to read; no value of theirs is repeated. */
export function bareSecrets(values: Readonly<Record<string, unknown>>): UnplacedProblem[] {
  return SECRET_NAMES.flatMap((name) => {
    const { key, what } = SECRETS[name];
    if (!Object.hasOwn(values, key) || encryptedPaths(values[key]).length > 0) return [];
    const remedy = `pulumi config set --secret ${key}, and take another one: this one was readable`;
    return [problem(key, SECRET, "a secret that is not encrypted", what, remedy)];
  });
}
