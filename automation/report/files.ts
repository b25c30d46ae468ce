import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";
import { EXIT, Failure } from "../failure";

/** Where pictures go. */
export interface ReportFiles {
  /** @default no page */
  readonly html?: string;
  /** @default no drawing */
  readonly svg?: string;
}

/**
 * Whether anything is to be written. Looks before the work begins whether that will be possible: a rehearsal may take a minute.
 *
 * @throws {Failure} `unwritable-report`
 */
export function wantsReport({ html, svg }: ReportFiles): boolean {
  const files = [html, svg].filter((path) => path !== undefined);
  for (const path of files) check(path);
  return files.length > 0;
}

/** What stands in the way of a file, as one failure. */
export function unwritable(path: string, error: unknown): Failure {
  return new Failure("unwritable-report", `${path} cannot be written: ${(error as Error).message}`, EXIT.usage);
}

function check(path: string): void {
  try {
    accessSync(dirname(path), constants.W_OK);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error("it is a folder");
  } catch (error) {
    throw unwritable(path, error);
  }
}
