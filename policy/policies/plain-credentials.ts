import { isPlainSecret } from "../../planner/addons/plain-secrets";
import { podOf } from "../pods";
import type { DeclaredResource, ResourcePolicy } from "../policy";
import { secretProperties } from "../secret-properties";
import { isChart } from "../types";
import { at, list, text, textsIn } from "../values";
import type { FoundText } from "../values";

/** Credentials that are known by their look, each with what it is. */
const LOOKS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/, "a private key"],
  [/\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b/, "a private key of age"],
  [/[\w.-]+@[\w-]+![\w.-]+=[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/, "an API token of Proxmox"],
  [/\btskey-[a-z]+-\w+/, "a key of Tailscale"],
  [/\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{22,})/, "a token of GitHub"],
  [/\bglpat-[\w-]{20}/, "a token of GitLab"],
];

/** Nothing that opens something stands where everybody reads it. */
export const plainCredentials: ResourcePolicy = {
  name: "plain-credentials",
  description: "No credential stands in values, ConfigMaps, environments or patches",
  remedy: "put it into a Secret of Kubernetes and refer to that; another one for this was readable",
  severity: "critical",
  enforcement: { homelab: "mandatory", prod: "mandatory" },
  judge: (resource) => {
    // Code of the program itself, as the engine has it.
    if (resource.type.startsWith("pulumi-nodejs:") || resource.type.startsWith("pulumi:")) return [];
    return [...new Set([...byLook(resource), ...byKey(resource), ...inEnvironment(resource)])];
  },
};

function byLook({ type, properties }: DeclaredResource): string[] {
  const kept = secretProperties(type).map((path) => path.join("."));
  return textsIn(properties)
    .filter(({ path }) => !kept.some((each) => path === each || path.startsWith(`${each}.`)))
    .flatMap(({ path, text: content }) =>
      LOOKS.filter(([look]) => look.test(content) || decoded(content).some((each) => look.test(each))).map(
        ([, what]) => `${path} holds ${what} in the clear`,
      ),
    );
}

/** What stands in a text as Talos and Kubernetes write their keys: files with a head (`-----BEGIN `), in base64. */
function decoded(content: string): string[] {
  return [...content.matchAll(/LS0tLS1CRUdJTi[\w+/=]+/g)].map(([encoded]) => Buffer.from(encoded, "base64").toString());
}

/** Keys that charts have for secrets. */
function byKey(resource: DeclaredResource): string[] {
  const found: readonly FoundText[] = isChart(resource) ? textsIn(at(resource.properties, "values"), "values") : [];
  return found.filter(({ key, text: value }) => isPlainSecret(key, value)).map(({ path }) => `${path} is a secret in the clear`);
}

function inEnvironment(resource: DeclaredResource): string[] {
  return (podOf(resource)?.containers ?? [])
    .flatMap((container) => list(at(container, "env")))
    .filter((each) => isPlainSecret(text(at(each, "name")) ?? "", text(at(each, "value")) ?? ""))
    .map((each) => `the variable ${text(at(each, "name")) ?? ""} is a secret in the clear`);
}
