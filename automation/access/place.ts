import type { Stats } from "node:fs";
import { lstat, readFile, stat } from "node:fs/promises";
import { EXIT, Failure } from "../failure";
import { leftAsItIs } from "./document";

/** A file of the user's as it is found. */
export interface Place {
  readonly path: string;
  /** Empty where there is none. */
  readonly text: string;
  /** Permissions, for instance 0o600; undefined where there is none. */
  readonly mode: number | undefined;
  /** Why it cannot be changed; undefined where it can. */
  readonly obstacle: string | undefined;
}

/**
 * Looks at a file that may be changed.
 *
 * @throws {Failure} `foreign-file` when it is no file, `unreadable-file` when it cannot be read, `invalid-file` when it is no text
 */
export async function placeOf(path: string): Promise<Place> {
  const found = await statOf(path);
  if (!found)
    return { path, text: "", mode: undefined, obstacle: (await isLink(path)) ? "it is a link that leads nowhere" : undefined };
  if (!found.isFile()) throw notWritten(path, `it is ${sortOf(found)}, not a file`);
  const bytes = await readFile(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  return { path, text: textOf(bytes, path), mode: found.mode & 0o777, obstacle: obstacleOf(found) };
}

/** Why a file of this kind is not replaced, although that may be possible; undefined where it may. */
export function obstacleOf({ uid, mode }: Pick<Stats, "uid" | "mode">): string | undefined {
  if (uid !== (process.getuid?.() ?? uid)) return "it belongs to somebody else";
  return (mode & 0o200) === 0 ? `it is read-only (${modeText(mode)}), which chmod u+w would change` : undefined;
}

/** For instance `0644`. */
export function modeText(mode: number): string {
  return `0${(mode & 0o777).toString(8).padStart(3, "0")}`;
}

/** What is at a path, links followed; undefined where there is nothing. */
export async function statOf(path: string): Promise<Stats | undefined> {
  return stat(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unreadable(path, error);
  });
}

/** What something is that is no file. */
export function sortOf(found: Stats): string {
  if (found.isDirectory()) return "a folder";
  if (found.isFIFO()) return "a pipe";
  return found.isSocket() ? "a socket" : "a device";
}

/** The failure for what is not one to write secrets into. */
export function notWritten(path: string, why: string): Failure {
  return new Failure("foreign-file", `${path} is left as it is: ${why}; choose another file with --file`, EXIT.failed);
}

function unreadable(path: string, error: unknown): Failure {
  const { code = "" } = error as NodeJS.ErrnoException;
  const why = code === "ELOOP" ? "its links lead in a circle" : code;
  return new Failure("unreadable-file", `${path} cannot be read: ${why}; choose another one with --file`, EXIT.failed);
}

async function isLink(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isSymbolicLink() ?? false;
}

/** Bytes that are no UTF-8 would be others when they are written again. */
function textOf(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw leftAsItIs(path, "it is no text in UTF-8");
  }
}
