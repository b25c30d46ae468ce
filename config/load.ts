import * as pulumi from "@pulumi/pulumi";
import { readNeighbours, stackFileName } from "./neighbours";
import type { Neighbour } from "./neighbours";
import { parseConfigValues } from "./parse";
import { SECRET } from "./redact";
import { formatProblems } from "./report";
import { NAMESPACE } from "./schema";
import type { StackConfig } from "./schema";
import { missingSecrets, secretsOf } from "./secrets";
import type { SecretName } from "./secrets";

/** Secrets of parts of the stack, never in the clear. */
export type Secrets = Readonly<Partial<Record<SecretName, pulumi.Output<string>>>>;

/** The stack as a running program sees it. */
export interface LoadedStack {
  readonly stack: string;
  readonly config: StackConfig;
  /** The stack files beside its own. */
  readonly neighbours: readonly Neighbour[];
  /** `proxmoxve:apiToken`, a secret; undefined when the stack leaves it to `PROXMOX_VE_API_TOKEN`. */
  readonly apiToken?: pulumi.Output<string>;
  /** `proxmoxve:username` and `proxmoxve:password`, a secret; undefined unless both are there. */
  readonly login?: { readonly username: string; readonly password: pulumi.Output<string> };
  /** Those that it needs, by name. */
  readonly secrets: Secrets;
}

/**
 * Reads the stack's configuration from the engine.
 *
 * @param projectDir folder of `Pulumi.yaml`, by default the working folder: the engine starts programs there
 * @throws {pulumi.RunError} with the report of all problems when it is not valid
 */
export function loadStack(projectDir = process.cwd()): LoadedStack {
  const stack = pulumi.getStack();
  const file = stackFileName(stack);
  const config = loadConfig(stack);
  const missing = missingSecrets(config, (key) => readSecret(key) !== undefined);
  if (missing.length > 0) {
    throw new pulumi.RunError(formatProblems(missing.map((each) => ({ ...each, file, line: null, column: null }))));
  }
  const provider = new pulumi.Config("proxmoxve");
  const [username, password] = [provider.get("username"), provider.getSecret("password")];
  return {
    stack,
    config,
    neighbours: readNeighbours(projectDir, stack),
    apiToken: provider.getSecret("apiToken"),
    ...(username !== undefined && password ? { login: { username, password } } : {}),
    secrets: readSecrets(config),
  };
}

/** Whether there is anything to read: a program of another project has nothing. */
export function hasConfig(): boolean {
  return configKeys().length > 0;
}

/**
 * Reads what of the configuration is no secret.
 *
 * @throws {pulumi.RunError} with the report of all problems when it is not valid
 */
export function loadConfig(stack: string): StackConfig {
  const config = new pulumi.Config(NAMESPACE);
  const values = Object.fromEntries(configKeys().map((key) => [key, valueOf(config, key)]));
  const parsed = parseConfigValues(values, stackFileName(stack));
  if (!parsed.ok) throw new pulumi.RunError(formatProblems(parsed.problems));
  return parsed.config;
}

function configKeys(): string[] {
  return Object.keys(pulumi.runtime.allConfig())
    .filter((key) => key.startsWith(`${NAMESPACE}:`))
    .map((key) => key.slice(NAMESPACE.length + 1));
}

function readSecrets(stack: StackConfig): Secrets {
  return Object.fromEntries(
    secretsOf(stack).flatMap(({ name, key }) => {
      const value = readSecret(key);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function readSecret(key: string): pulumi.Output<string> | undefined {
  const [namespace = "", name = ""] = key.split(":");
  return new pulumi.Config(namespace).getSecret(name);
}

/** A structured value, or the text itself where it is none: the schema says what it should have been. */
function valueOf(config: pulumi.Config, key: string): unknown {
  // The engine has decrypted it: put back a mark, so that it is refused without ever being read or shown.
  if (isSecret(`${NAMESPACE}:${key}`)) return { secure: SECRET };
  try {
    return config.getObject(key);
  } catch {
    return config.get(key);
  }
}

/** The SDK knows which keys hold secrets, also deep inside, but keeps the question out of its types. */
function isSecret(key: string): boolean {
  return (pulumi.runtime as { isConfigSecret?: (key: string) => boolean }).isConfigSecret?.(key) ?? false;
}
