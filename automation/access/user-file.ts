import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { EXIT, Failure } from "../failure";
import { writePrivately } from "../private-file";
import type { AccessKind } from "./kind";

/** The user's own file: the first that the variable names, or the usual one. */
export function userFile({ variable, folder }: AccessKind, environment: NodeJS.ProcessEnv = process.env): string {
  const named = (environment[variable] ?? "").split(delimiter).find((each) => each !== "");
  return named ?? join(homedir(), folder, "config");
}

/** What became of a user's file. */
export interface Changed {
  readonly file: string;
  /** Where it is as it was before; undefined when there was none, or nothing changed. */
  readonly backup: string | undefined;
  readonly isChanged: boolean;
}

/**
 * Changes a file of the user's; as it was before it stays beside it.
 *
 * @param change its new content from its old one, which is empty when there is none
 */
export async function changeUserFile(file: string, change: (text: string) => string): Promise<Changed> {
  const before = await readFile(file, "utf8").catch((error: unknown) => {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new Failure("unreadable-file", `${file} cannot be read: ${code}; choose another one with --file`, EXIT.failed);
  });
  const text = change(before ?? "");
  if (text === (before ?? "")) return { file, backup: undefined, isChanged: false };
  const backup = before === undefined ? undefined : `${file}.before-lab`;
  if (backup !== undefined) await writePrivately(backup, before ?? "");
  await writePrivately(file, text);
  return { file, backup, isChanged: true };
}
