import type { UnplacedProblem } from "../../config/problem";
import { problem } from "../../config/problem";
import { SECRET } from "../../config/redact";
import type { Site } from "../site";
import type { AddonDefinition } from "./definition";
import { pathText } from "./layers";

/** Keys that charts have for what nobody may read; names of Secrets and of keys in them end otherwise. */
const SECRET_KEY =
  /(?:password|passphrase|passwd|client[_-]?secret|secret[_-]?access[_-]?key|private[_-]?key|api[_-]?key|(?:api|access|auth|bearer)[_-]?token)$/i;

/** What is put in place of a secret later: by the program's environment, Grafana's files or a template. */
const REFERENCE = /^\$|^%(?:[({]|s$)|\{\{/;

/** Where a file with the secret is, for some keys take that (`private_key: /etc/tls/tls.key`). */
const PATH = /^(?:\/[a-z][\w.-]*){2,}$/;

/** An answer to a question about a secret (`ALLOW_EMPTY_PASSWORD`), and none itself. */
const ANSWER = /^(?:true|false|yes|no|on|off)$/i;

/** A password in an address; what follows the second colon of an image's name is no password, for a digest comes behind it. */
const PASSWORD_IN_ADDRESS = /\b[a-z][a-z\d+.-]{0,30}:\/\/[^\s/:@?#"'<>`]*:([^\s/@"'<>`]+)@(?!sha(?:256|512):)/gi;

/** An option with its value, as a program takes it: `--admin-password=hunter2`. */
const OPTION = /^--?([\w.-]+)=(.*)$/s;

/** Secrets among the values of charts, where the plan, the log, the state and Helm's own record would show them. */
export function judgePlainSecrets({ addons }: Site, on: readonly AddonDefinition[]): UnplacedProblem[] {
  return on.flatMap(({ key }) =>
    plainSecretsIn((addons[key] as { readonly values?: unknown } | undefined)?.values).map((keys) =>
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

/**
 * Where a value has secrets that are written out, as keys from the top: by the name of the key, by the name of the variable that a list of
 * `name` and `value` sets, by the name of a program's option, or in an address.
 */
export function plainSecretsIn(value: unknown, keys: readonly string[] = []): (readonly string[])[] {
  if (typeof value === "string") return isPlainText(keys.at(-1) ?? "", value) ? [keys] : [];
  if (value === null || typeof value !== "object") return [];
  if (Array.isArray(value)) {
    const all = value as readonly unknown[];
    return all.flatMap((each, index) => {
      const below = [...keys, String(index)];
      return isPlainArgument(all[index - 1], each) ? [below] : plainSecretsIn(each, below);
    });
  }
  const { name, value: set } = value as { readonly name?: unknown; readonly value?: unknown };
  return Object.entries(value).flatMap(([key, each]) => {
    const below = [...keys, key];
    const isSet = key === "value" && typeof name === "string" && typeof set === "string" && isPlainSecret(name, set);
    return isSet ? [below] : plainSecretsIn(each, below);
  });
}

/** Whether a value is a secret by its key's account, and is written out. */
export function isPlainSecret(key: string, value: string): boolean {
  return SECRET_KEY.test(key) && isWrittenOut(value);
}

/** Whether a text has an address with a password that is written out. */
export function hasPlainPassword(text: string): boolean {
  return [...text.matchAll(PASSWORD_IN_ADDRESS)].some(([, password = ""]) => isWrittenOut(password));
}

function isPlainText(key: string, value: string): boolean {
  return isPlainSecret(key, value) || hasPlainPassword(value);
}

/** Whether an entry of a list is an option with a secret, or the value of the option before it. */
function isPlainArgument(before: unknown, each: unknown): boolean {
  if (typeof each !== "string") return false;
  const [, option, set = ""] = OPTION.exec(each) ?? [];
  if (option !== undefined) return isPlainSecret(option, set);
  const [, waiting] = typeof before === "string" ? (/^--?([\w.-]+)$/.exec(before) ?? []) : [];
  return waiting !== undefined && !each.startsWith("-") && isPlainSecret(waiting, each);
}

function isWrittenOut(value: string): boolean {
  return value !== "" && !REFERENCE.test(value) && !PATH.test(value) && !ANSWER.test(value);
}
