import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

/**
 * A path of a stack file as an absolute one.
 *
 * @param path absolute, `~/…`, or relative
 * @param folder what a relative one is relative to
 */
export function absolutePath(path: string, folder: string): string {
  if (path === "~" || path.startsWith("~/")) return join(homedir(), path.slice(1));
  return isAbsolute(path) ? path : resolve(folder, path);
}

/** A path as a `file://` URL that Pulumi reads back: it takes what is before the first question mark, and decodes it. */
export function fileUrl(path: string): string {
  return `file://${path.split("/").map(encodeURIComponent).join("/")}`;
}
