import { parse } from "yaml";
import type { SecretMarkers } from "../secrets";

/** Configuration as the engine hands it to a program: everything is text, structured values are JSON. */
export interface ProgramConfig {
  readonly values: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
}

/**
 * Reads the `config` of a stack file the way the engine does, with every encrypted value replaced by a marker: a rehearsal needs
 * neither the passphrase nor the secret.
 *
 * @param needed keys of secrets that the program needs: where the file has none yet, a marker stands in
 */
export function programConfig(
  stackText: string,
  project: string,
  markers: SecretMarkers,
  needed: readonly string[] = [],
): ProgramConfig {
  const document = parse(stackText, { merge: true }) as { config?: Record<string, unknown> } | null;
  const values: Record<string, string> = {};
  const secretKeys: string[] = [];
  for (const [key, value] of Object.entries(document?.config ?? {})) {
    // A key without a namespace belongs to the project.
    const name = key.includes(":") ? key : `${project}:${key}`;
    // With what is encrypted: a secret that was set anew is another one.
    const opened = open(value, (path, encrypted) => markers.marker(`config ${name}${path} ${encrypted}`));
    values[name] = typeof opened.value === "string" ? opened.value : JSON.stringify(sorted(opened.value));
    if (opened.secret) secretKeys.push(name);
  }
  for (const key of needed.filter((each) => !(each in values))) {
    values[key] = markers.marker(`config ${key}`);
    secretKeys.push(key);
  }
  return { values, secretKeys };
}

/** The engine writes maps in order of key, whatever the file's order (encoding/json of Go). */
function sorted(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, entry]) => [key, sorted(entry)]));
}

function open(
  value: unknown,
  marker: (path: string, encrypted: string) => string,
  path = "",
): { value: unknown; secret: boolean } {
  if (value === null || typeof value !== "object") return { value, secret: false };
  const entries = Object.entries(value);
  if (!Array.isArray(value) && entries.length === 1 && entries[0]?.[0] === "secure")
    return { value: marker(path, String(entries[0][1])), secret: true };
  const opened = entries.map(([key, entry]) => [key, open(entry, marker, `${path}.${key}`)] as const);
  const secret = opened.some(([, entry]) => entry.secret);
  return Array.isArray(value)
    ? { value: opened.map(([, entry]) => entry.value), secret }
    : { value: Object.fromEntries(opened.map(([key, entry]) => [key, entry.value])), secret };
}
