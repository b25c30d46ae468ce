import { credentialOf } from "./addons/gitops";
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

/** Secrets of which there is one for each thing that the stack file names. */
interface SecretFamily {
  readonly what: string;
  /** Path in the stack file of what needs one, by its name there. */
  readonly neededBy: (config: StackConfig) => Readonly<Record<string, string>>;
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
  fluxPassword: {
    key: "flux:password",
    what: "the password or token of the user that Flux is at its repository",
    neededBy: ({ addons: { flux } }) => (flux && credentialOf(flux.sync) === "password" ? "addons.flux.sync" : undefined),
  },
  fluxSshKey: {
    key: "flux:sshKey",
    what: "the private key that Flux logs in with at its repository",
    neededBy: ({ addons: { flux } }) => (flux && credentialOf(flux.sync) === "sshKey" ? "addons.flux.sync" : undefined),
  },
} as const satisfies Readonly<Record<string, Secret>>;

/** The same for secrets that come in several, by what their keys begin with: the name of the thing follows. */
const FAMILIES = {
  "argocd:repository-": {
    what: "the password, token or private SSH key that Argo CD logs in with at the repository",
    neededBy: ({ addons: { argoCd } }) =>
      Object.fromEntries(
        Object.entries(argoCd?.repositories ?? {})
          .filter(([, repository]) => credentialOf(repository) !== undefined)
          .map(([name]) => [name, `addons.argoCd.repositories.${name}`]),
      ),
  },
  "argocd:cluster-": {
    what: "the token of the service account that Argo CD is in the cluster",
    neededBy: ({ addons: { argoCd } }) =>
      Object.fromEntries(Object.keys(argoCd?.clusters ?? {}).map((name) => [name, `addons.argoCd.clusters.${name}`])),
  },
  "secret:": {
    what: "the value of a key of a Secret that the stack makes",
    neededBy: ({ secrets }) => Object.fromEntries(valuesOf(secrets).map(({ value, path }) => [value, path])),
  },
} as const satisfies Readonly<Record<`${string}:${string}`, SecretFamily>>;

/** Secret values of the Secrets that the stack makes; `/` is in no name and no key. */
function valuesOf(secrets: StackConfig["secrets"]): { readonly value: string; readonly path: string }[] {
  return Object.entries(secrets).flatMap(([namespace, all]) =>
    Object.entries(all).flatMap(([name, { keys }]) =>
      keys.map((key) => ({ value: `${namespace}/${name}/${key}`, path: `secrets.${namespace}.${name}` })),
    ),
  );
}

/** Name of a secret in the program; one of a family is called as its key is. */
export type SecretName = keyof typeof SECRETS | `${keyof typeof FAMILIES}${string}`;

/** A secret that a stack needs. */
export interface NeededSecret {
  readonly name: SecretName;
  readonly key: string;
  readonly what: string;
  /** Path in the stack file of what needs it. */
  readonly path: string;
}

/** All that are one of a kind. */
export const SECRET_NAMES = Object.keys(SECRETS) as readonly (keyof typeof SECRETS)[];

/** Secrets a stack needs, in order. */
export function secretsOf(config: StackConfig): NeededSecret[] {
  const single = SECRET_NAMES.flatMap((name): NeededSecret[] => {
    const { key, what, neededBy } = SECRETS[name];
    const path = neededBy(config);
    return path === undefined ? [] : [{ name, key, what, path }];
  });
  const several = (Object.keys(FAMILIES) as (keyof typeof FAMILIES)[]).flatMap((prefix) =>
    Object.entries(FAMILIES[prefix].neededBy(config)).map(([name, path]): NeededSecret => {
      const key = `${prefix}${name}` as const;
      return { name: key, key, what: FAMILIES[prefix].what, path };
    }),
  );
  return [...single, ...several];
}

/** Keys of the secrets a stack needs, in order. */
export function neededSecrets(config: StackConfig): string[] {
  return secretsOf(config).map(({ key }) => key);
}

/** Secrets that the stack needs and its configuration does not have. */
export function missingSecrets(config: StackConfig, isThere: (key: string) => boolean): UnplacedProblem[] {
  return secretsOf(config)
    .filter(({ key }) => !isThere(key))
    .map(({ key, what, path }) => problem(key, null, `missing: ${path} needs it`, what, `pulumi config set --secret ${key}`));
}

/** Secrets that stand in a stack file for everybody to read; no value of theirs is repeated. */
export function bareSecrets(values: Readonly<Record<string, unknown>>): UnplacedProblem[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const what = kindOf(key);
    if (what === undefined || encryptedPaths(value).length > 0) return [];
    const remedy = `pulumi config set --secret ${key}, and take another one: this one was readable`;
    return [problem(key, SECRET, "a secret that is not encrypted", what, remedy)];
  });
}

/** What a key of the configuration holds, where that is a secret. */
function kindOf(key: string): string | undefined {
  const single = Object.values(SECRETS).find((each) => each.key === key);
  return single?.what ?? Object.entries(FAMILIES).find(([prefix]) => key.startsWith(prefix))?.[1].what;
}
