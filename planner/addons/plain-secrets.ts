import type { UnplacedProblem } from "../../config/problem";
import { problem } from "../../config/problem";
import { SECRET } from "../../config/redact";
import type { Site } from "../site";
import type { AddonDefinition } from "./definition";
import { pathText } from "./layers";

/** Keys that charts have for what nobody may read; names of Secrets and of keys in them end otherwise. */
const SECRET_KEY =
  /(?:password|passphrase|passwd|client_?secret|secret_?access_?key|private_?key|api_?key|(?:api|access|auth|bearer)_?token)$/i;

/** What is put in place of a secret later: by the program's environment, Grafana's files or a template. */
const REFERENCE = /^\$|\{\{/;

/** Secrets among the values of charts, where the plan, the log, the state and Helm's own record would show them. */
export function judgePlainSecrets({ addons }: Site, on: readonly AddonDefinition[]): UnplacedProblem[] {
  return on.flatMap(({ key }) =>
    secretsIn((addons[key] as { readonly values?: unknown } | undefined)?.values, []).map((keys) =>
      problem(
        `addons.${key}.values.${pathText(keys)}`,
        SECRET,
        "a secret in the clear, and values of charts stand in plans, logs and states",
        "the name of a Secret that is in the namespace",
        "take it away, and another one for this was readable; most charts have a value existingSecret or the like",
      ),
    ),
  );
}

function secretsIn(value: unknown, keys: readonly string[]): (readonly string[])[] {
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, each]) => {
    const below = [...keys, key];
    if (typeof each !== "string") return secretsIn(each, below);
    return isPlainSecret(key, each) ? [below] : [];
  });
}

/** Whether a value is a secret by its key's account, and is written out. */
export function isPlainSecret(key: string, value: string): boolean {
  return SECRET_KEY.test(key) && value !== "" && !REFERENCE.test(value);
}
