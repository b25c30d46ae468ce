import { parse } from "yaml";
import { encryptedPaths } from "../../config/redact";
import type { Found, Judge } from "./danger";
import { map } from "./values";

/** What the next update may delete without being asked. */
export const judgeProtection: Judge = ({ comparison: { resources } }) =>
  resources
    .filter(({ operation, wasProtected, isProtected }) => ["same", "update"].includes(operation) && wasProtected && !isProtected)
    .map(({ name, urn, type }) => ({
      code: "protection-removed",
      of: name,
      urn,
      what: `${type.split(":").at(-1) ?? type} may be replaced or deleted by the next update`,
    }));

/** Secrets of the stack that are encrypted as something else than before; what they are is nobody's business. */
export const judgeSecrets: Judge = ({ before, after }) => {
  if (!before || !after) return [];
  const [was, is] = [secretsOf(before.text), secretsOf(after.text)];
  return [...is].flatMap(([path, encrypted]): Found[] =>
    was.has(path) && was.get(path) !== encrypted
      ? [{ code: "secret-rotated", of: path, urn: null, what: "it is encrypted as something else than before" }]
      : [],
  );
};

/** What is encrypted in a stack file, by its path. */
function secretsOf(text: string): Map<string, string> {
  const config = map(parse(text, { merge: true }))["config"];
  return new Map(
    encryptedPaths(config).map((path) => [
      path.join("."),
      JSON.stringify(path.reduce((value: unknown, key) => (value as Record<PropertyKey, unknown>)[key], config)),
    ]),
  );
}

/** The whole stack: its file is gone, so that nobody can update or destroy it. */
export const judgeStack: Judge = ({ comparison: { resources, before }, after }) => {
  if (after) return [];
  const machines = resources.filter(({ type }) => type.startsWith("talos:machine/configurationApply:")).length;
  const what = `its ${machines} machines and ${resources.length - machines} other resources are in no file any more`;
  return [{ code: "stack-deleted", of: before?.clusterName ?? "", urn: null, what }];
};

/** What stops the update half way, where no other danger says so already. */
export const judgeRefusals: Judge = ({ comparison: { refusals } }) =>
  refusals.map(({ rule, urn, message }) => ({
    code: "update-refused",
    of: urn.split("::").at(-1) ?? "",
    urn: urn === "" ? null : urn,
    what: `${rule}: ${message}`,
  }));
