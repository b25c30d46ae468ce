import { pathText } from "../../planner/addons/layers";
import { hasPlainPassword, isPlainSecret, plainSecretsIn } from "../../planner/addons/plain-secrets";
import { documentsOf } from "../machines";
import { podOf } from "../pods";
import type { DeclaredResource, ResourcePolicy } from "../policy";
import { secretProperties } from "../secret-properties";
import { TYPES, isChart, isConfigMap, isContainer } from "../types";
import { at, list, map, text, textsIn } from "../values";
import type { Value } from "../values";

/** Credentials that are known by their look, each with what it is. */
const LOOKS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/, "a private key"],
  [/\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b/, "a private key of age"],
  [/\b[\w.-]{1,64}@[\w-]{1,64}![\w.-]{1,64}=[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/, "an API token of Proxmox"],
  [/\btskey-[a-z]+-\w+/, "a key of Tailscale"],
  [/\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{22,})/, "a token of GitHub"],
  [/\bglpat-[\w-]{20}/, "a token of GitLab"],
];

/** Files that the provider writes to a datastore: what machines are told when they boot for the first time. */
const FILE = "proxmoxve:index/fileLegacy:FileLegacy";

/** Most texts have nothing of the kind, and reading them all takes a while. */
const WORTH_READING = /passw|passphrase|secret|token|key/i;

/** A variable as a file of settings has it, with a value that no program makes up when it runs. */
const VARIABLE = /^[ \t]*(?:export[ \t]+)?["']?([\w.-]+)["']?[ \t]*([=:])[ \t]*["']?([^\s"'`$(){}[\]<>]+)["']?,?[ \t]*$/gm;

/** Nothing that opens something stands where everybody reads it. */
export const plainCredentials: ResourcePolicy = {
  name: "plain-credentials",
  description: "No credential stands in values, ConfigMaps, environments or patches",
  remedy: "put it into a Secret of Kubernetes and refer to that; another one for this was readable",
  severity: "critical",
  judge: (resource) => {
    // Code of the program itself, as the engine has it.
    if (resource.type.startsWith("pulumi-nodejs:") || resource.type.startsWith("pulumi:")) return [];
    return [...new Set([...byLook(resource), ...byKey(resource), ...inFiles(resource), ...inContainers(resource)])];
  },
};

function byLook({ type, properties }: DeclaredResource): string[] {
  const kept = secretProperties(type).map((path) => path.join("."));
  return textsIn(properties)
    .filter(({ path }) => !kept.some((each) => path === each || path.startsWith(`${each}.`) || path.startsWith(`${each}[`)))
    .flatMap(({ path, text: content }) => looksOf(content).map((what) => `${path} holds ${what} in the clear`));
}

function looksOf(content: string): string[] {
  const found = LOOKS.filter(([look]) => look.test(content) || decoded(content).some((each) => look.test(each)));
  return [...found.map(([, what]) => what), ...(hasPlainPassword(content) ? ["an address with a password"] : [])];
}

/** What stands in a text as Talos and Kubernetes write their keys: files with a head (`-----BEGIN `), in base64. */
function decoded(content: string): string[] {
  return [...content.matchAll(/LS0tLS1CRUdJTi[\w+/=]+/g)].map(([encoded]) => Buffer.from(encoded, "base64").toString());
}

/** Keys that charts, ConfigMaps and containers of Proxmox have for secrets. */
function byKey(resource: DeclaredResource): string[] {
  const { properties } = resource;
  if (isChart(resource)) return secretsIn(at(properties, "values"), "values");
  if (isConfigMap(resource)) return secretsIn(at(properties, "data"), "data");
  return isContainer(resource) ? secretsIn(at(properties, "environmentVariables"), "environmentVariables") : [];
}

/** Secrets in what is a file to somebody: of a ConfigMap, of a chart, of a machine that boots, of Talos. */
function inFiles(resource: DeclaredResource): string[] {
  const { type, properties } = resource;
  const files: readonly (readonly [path: string, content: Value | undefined])[] = isConfigMap(resource)
    ? Object.entries(map(at(properties, "data"))).map(([name, content]) => [`data.${name}`, content])
    : type === FILE
      ? [["sourceRaw.data", at(properties, "sourceRaw", "data")]]
      : type === TYPES.configuration
        ? list(at(properties, "configPatches")).map((content, index) => [`configPatches[${index}]`, content])
        : [];
  const ofChart = isChart(resource) ? textsIn(at(properties, "values"), "values").filter((each) => each.text.includes("\n")) : [];
  return [...files.map(([path, content]) => ({ path, text: text(content) ?? "" })), ...ofChart].flatMap((each) =>
    inFile(each.path, each.text),
  );
}

/** Patches are the same for many machines. */
const seen = new Map<string, readonly string[]>();

function inFile(path: string, content: string): string[] {
  if (!WORTH_READING.test(content)) return [];
  const known = seen.get(content) ?? secretsOf(content);
  seen.set(content, known);
  return known.map((each) => `${path} has ${each} in the clear`);
}

/** Names of the secrets in a file: of keys where it has any, and of variables in it or in any text of it. */
function secretsOf(content: string): string[] {
  const documents = documentsOf(content);
  const texts = [content, ...documents.flatMap((each) => textsIn(each)).map((each) => each.text)];
  const variables = texts
    .flatMap((each) => [...each.matchAll(VARIABLE)])
    // What can be read as a document says more of a key than its line does.
    .filter(([, , sign]) => sign === "=" || documents.length === 0)
    .filter(([, name = "", , value = ""]) => isPlainSecret(name, value))
    .map(([, name = ""]) => name);
  return [...new Set([...documents.flatMap((each) => plainSecretsIn(each).map(pathText)), ...variables])];
}

/** Variables and options of the containers of pods. */
function inContainers(resource: DeclaredResource): string[] {
  return (podOf(resource)?.containers ?? []).flatMap((container) => {
    const variables = list(at(container, "env"))
      .filter((each) => isPlainSecret(text(at(each, "name")) ?? "", text(at(each, "value")) ?? ""))
      .map((each) => `the variable ${text(at(each, "name")) ?? ""} is a secret in the clear`);
    const options = ["command", "args"].filter((key) => plainSecretsIn(at(container, key)).length > 0);
    return [
      ...variables,
      ...options.map((key) => `${key} of ${text(at(container, "name")) ?? "a container"} has a secret in the clear`),
    ];
  });
}

/** An address with a password has been told of by its look. */
function secretsIn(value: Value | undefined, path: string): string[] {
  return plainSecretsIn(value)
    .filter((keys) => !hasPlainPassword(text(atKeys(value, keys)) ?? ""))
    .map((keys) => `${path}.${pathText(keys)} is a secret in the clear`);
}

function atKeys(value: Value | undefined, keys: readonly string[]): Value | undefined {
  return keys.reduce<Value | undefined>((each, key) => (Array.isArray(each) ? list(each)[Number(key)] : at(each, key)), value);
}
