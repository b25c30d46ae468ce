import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseStackFile } from "./parse";
import type { StackConfig } from "./schema";

/** Another stack file beside `Pulumi.yaml`. */
export interface Neighbour {
  /** Name without folder, for instance `Pulumi.prod.yaml`. */
  readonly file: string;
  /** What it asks for; undefined when it cannot be read or is not valid. */
  readonly config: StackConfig | undefined;
}

/** Name of the file a stack has beside `Pulumi.yaml`. */
export function stackFileName(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}

/** Names of the stacks in a project's folder, sorted; none where there is no such folder. */
export function stacksIn(projectDir: string): string[] {
  return entries(projectDir)
    .flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? [])
    .sort();
}

/**
 * Reads the stack files beside a stack's own.
 *
 * @param projectDir folder of `Pulumi.yaml`
 * @returns in order of name; none for a stack whose own file is elsewhere, for it is an example, not a second cluster
 */
export function readNeighbours(projectDir: string, stack: string): Neighbour[] {
  const stacks = stacksIn(projectDir);
  if (!stacks.includes(stack)) return [];
  return stacks
    .filter((each) => each !== stack)
    .map(stackFileName)
    .map((file) => ({ file, config: read(join(projectDir, file), file) }));
}

function read(path: string, file: string): StackConfig | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
  const parsed = parseStackFile(text, file);
  return parsed.ok ? parsed.config : undefined;
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
