import type { UnplacedProblem } from "../config/problem";
import { problem } from "../config/problem";
import { SECRET, redacted } from "../config/redact";
import type { StackSecretConfig } from "../config/schema";
import { namedSecrets } from "./addons";
import type { PlannedAddons, PlannedRelease, PlannedStackSecret } from "./plan";
import type { Site } from "./site";

/** What is called so in a Secret is one. */
const SECRET_KEY = /(?:pass(?:word|phrase|wd)|secret|token|(?:private|access|api|account|routing)[-_.]?key|credentials?)$/i;

/** A Secret of the stack file with its place there. */
interface StackSecret {
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
  readonly config: StackSecretConfig;
}

/** Secrets that the stack makes, in order of namespace and name. */
export function planSecrets(site: Pick<Site, "secrets">): PlannedStackSecret[] {
  return secretsOf(site).map(({ namespace, name, config: { type, labels, keys, values } }) => ({
    namespace,
    name,
    type,
    labels,
    values,
    secrets: Object.fromEntries(keys.map((key) => [key, `secret:${namespace}/${name}/${key}` as const])),
  }));
}

/** Secrets that cannot be: in the clear, or without what an add-on reads of them. */
export function judgeSecrets(site: Site): UnplacedProblem[] {
  return [...secretsOf(site).flatMap(judgeValues), ...judgeKeys(site)];
}

/** Names that are given already: whoever came second would write over what the first reads. */
export function judgeSecretNames(site: Pick<Site, "secrets">, addons: PlannedAddons): UnplacedProblem[] {
  const taken = new Map((Object.values(addons) as PlannedRelease[]).flatMap(ownSecrets));
  return secretsOf(site).flatMap(({ namespace, name, path }) => {
    const owner = taken.get(`${namespace}/${name}`);
    if (owner === undefined) return [];
    return [problem(path, name, `the name of a Secret that ${owner} has there`, "any other name", "rename it")];
  });
}

function secretsOf({ secrets }: Pick<Site, "secrets">): StackSecret[] {
  return inOrder(secrets).flatMap(([namespace, all]) =>
    inOrder(all).map(([name, config]) => ({ namespace, name, path: `secrets.${namespace}.${name}`, config })),
  );
}

function inOrder<T>(map: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}

function judgeValues({ namespace, name, path, config }: StackSecret): UnplacedProblem[] {
  return Object.entries(config.values)
    .filter(([key, value]) => SECRET_KEY.test(key) || redacted(value) === SECRET)
    .map(([key]) =>
      problem(
        `${path}.values.${key}`,
        SECRET,
        "a secret in the clear",
        `${key} among keys, and its value as a secret of the stack`,
        `pulumi config set --secret secret:${namespace}/${name}/${key}, and take another one: this one was readable`,
      ),
    );
}

/** Keys that an add-on reads of a Secret which has not got them. */
function judgeKeys(site: Site): UnplacedProblem[] {
  return namedSecrets(site).flatMap(({ namespace, name, keys, instead, path }) => {
    const config = site.secrets[namespace]?.[name];
    if (!config) return [];
    const there = [...config.keys, ...Object.keys(config.values)];
    const lacking = keys.filter((key) => !there.includes(key));
    if (lacking.length === 0 || (instead !== undefined && there.includes(instead))) return [];
    const at = `secrets.${namespace}.${name}`;
    return [
      problem(
        at,
        there,
        `no key ${lacking.join(", ")}, which ${path} reads`,
        keys.join(", "),
        `add ${lacking.join(", ")} to its keys`,
      ),
    ];
  });
}

/** Secrets of a release and of its certificates, each as namespace and name, with whose it is. */
function ownSecrets({ name: owner, namespace, secrets, resources }: PlannedRelease): [string, string][] {
  return [
    ...secrets.map(({ name }): [string, string] => [`${namespace}/${name}`, owner]),
    ...resources.flatMap(({ kind, metadata, spec }): [string, string][] =>
      kind === "Certificate" && typeof spec["secretName"] === "string"
        ? [[`${metadata.namespace ?? namespace}/${spec["secretName"]}`, owner]]
        : [],
    ),
  ];
}
