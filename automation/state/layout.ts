import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** A stack as a backend keeps it (pulumi pkg/backend/diy, project-scoped). */
export interface StackLayout {
  readonly project: string;
  readonly stack: string;
}

/** Name of the project, which is part of every path. */
export function projectName(projectDir: string): string {
  return (parse(readFileSync(join(projectDir, "Pulumi.yaml"), "utf8")) as { name: string }).name;
}

/** Folder of the states of all stacks of the project. */
export function statesFolder({ project }: StackLayout): string {
  return `.pulumi/stacks/${project}/`;
}

/** What the state may be called: a backend may have been told to compress it. */
export function stateNames({ stack }: StackLayout): string[] {
  return ["", ".gz", ".zst"].map((extension) => `${stack}.json${extension}`);
}

/** Folder of the locks, one file for each that is held. */
export function locksFolder({ project, stack }: StackLayout): string {
  return `.pulumi/locks/organization/${project}/${stack}/`;
}
