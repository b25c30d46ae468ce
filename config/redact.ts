/** What a problem shows in place of an encrypted value. */
export const SECRET = "[secret]";

/** Texts that are secrets wherever somebody has put them: a Proxmox API token with its secret, private keys of age, SSH and TLS. */
const LOOKS_SECRET = [/![\w.-]+=[0-9a-f]{8}-[0-9a-f-]{27}$/i, /AGE-SECRET-KEY-/i, /-----BEGIN [A-Z ]*PRIVATE KEY-----/];

/** The keys that lead to an encrypted value. */
export type Path = readonly PropertyKey[];

/**
 * Where encrypted values stand. The engine takes `{ secure: text }` for one; here any map with the key `secure` counts, so that a
 * slip beside it (`{ secure: …, x: 1 }`) does not make it showable.
 */
export function encryptedPaths(value: unknown, path: Path = []): Path[] {
  if (value === null || typeof value !== "object") return [];
  if (isEncrypted(value)) return [path];
  return Object.entries(value).flatMap(([key, entry]) =>
    encryptedPaths(entry, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

/** The value with every encrypted part replaced: only this may be shown. */
export function redacted(value: unknown): unknown {
  if (typeof value === "string") return LOOKS_SECRET.some((each) => each.test(value)) ? SECRET : value;
  if (value === null || typeof value !== "object") return value;
  if (isEncrypted(value)) return SECRET;
  if (Array.isArray(value)) return value.map(redacted);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, redacted(entry)]));
}

/** Keys that only a credential has. */
const CREDENTIAL = /access.?key|secret.?key|token|password/i;

/** Whether a path is that of a credential where none belongs. */
export function isCredential(path: Path): boolean {
  return path[0] === "state" && CREDENTIAL.test(String(path.at(-1)));
}

/** Whether a value under `state` may be a credential: in the place of the map that leads to one, or within a URL. */
export function isWithheld(path: Path, value: unknown): boolean {
  if (path[0] !== "state") return false;
  const text = JSON.stringify(value ?? null);
  return (
    isCredential(path) || text.includes("@") || CREDENTIAL.test(text) || (path[1] === "passphrase" && typeof value === "string")
  );
}

function isEncrypted(value: object): boolean {
  return !Array.isArray(value) && Object.hasOwn(value, "secure");
}
