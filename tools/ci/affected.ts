import { stackFileName } from "../../config/neighbours";

/** What a stack is made from beside its file: whatever of it changes may change every stack. */
const PROGRAM = ["index.ts", "Pulumi.yaml", "package.json", "package-lock.json", "config/", "planner/", "components/", "sdks/"];

/** What a change touches. */
export interface Affected {
  /** In the order of the stacks given. */
  readonly stacks: readonly string[];
  /** Whether the program is another one, so that the base has to be taken through its own. */
  readonly program: boolean;
}

/**
 * The stacks that a change touches: all of them when it changes the program, else those whose file it changes.
 *
 * @param changed files that changed, relative to the folder of `Pulumi.yaml`
 * @param stacks that are there or were
 */
export function affected(changed: readonly string[], stacks: readonly string[]): Affected {
  const program = changed.some((name) => PROGRAM.some((part) => (part.endsWith("/") ? name.startsWith(part) : name === part)));
  return { program, stacks: program ? stacks : stacks.filter((stack) => changed.includes(stackFileName(stack))) };
}

/** Stacks whose files a list of names has. */
export function stacksAmong(names: readonly string[]): string[] {
  return names.flatMap((name) => /^Pulumi\.([^/]+)\.yaml$/.exec(name)?.[1] ?? []);
}
